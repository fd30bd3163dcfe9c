"""Every endpoint, with every key that is not good for it: the same refusal, in words."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from linli.access.actor import Actor, system
from linli.accounts.models import ApiToken, Membership, User
from linli.accounts.tokens import issue, revoke
from linli.api.requests import JSON_BYTES
from linli.database.context import county_context
from tests.api.conftest import Api, key_for, report_of
from tests.api.described import at, body_of, ids_in, operations
from tests.conftest import A, B
from tests.factories.county import Small, small_county

NOWHERE = "530199"
SOMETHING = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def small(db) -> Small:
    with county_context(A):
        return small_county()


@pytest.fixture
def actor(small) -> Actor:
    with county_context(A):
        return small.dispatcher()


@pytest.fixture
def report(small) -> dict[str, Any]:
    with county_context(A):
        return report_of(small)


def last_of(actor: Actor) -> ApiToken:
    return ApiToken.objects.filter(user_id=actor.id).latest("created_at")


def expired(actor: Actor) -> Api:
    past = timezone.now() - timedelta(seconds=1)
    user = User.objects.get(pk=actor.id)
    _token, secret = issue(user=user, name="x", scopes=[], by=system(), expires_at=past)
    return Api(secret)


def revoked(actor: Actor) -> Api:
    made = key_for(actor)
    revoke(token=last_of(actor), by=system())
    return made


def of_a_closed_account(actor: Actor) -> Api:
    made = key_for(actor)
    User.objects.filter(pk=actor.id).update(is_active=False)
    return made


def of_a_role_that_is_over(actor: Actor) -> Api:
    made = key_for(actor)
    Membership.objects.filter(user_id=actor.id).update(valid_to=date(2026, 1, 1))
    return made


def asked(
    key: Api, report: dict[str, Any], *, but: str = ""
) -> dict[str, tuple[int, dict[str, Any]]]:
    """What every endpoint answers to what fits it: status and problem, by method and path."""
    found = {}
    for path, method, operation in operations():
        if but and path.endswith(but):
            continue
        where = at(path, **dict.fromkeys(ids_in(path), SOMETHING))
        answer = _sent(key, method, where, operation, body_of(operation, report))
        assert answer["Content-Type"] == "application/problem+json", (method, path)
        assert answer["Content-Language"] == key.language
        problem = answer.json()
        assert bool(re.search("[\u4e00-\u9fff]", problem["detail"])) == (key.language != "en")
        found[f"{method} {path}"] = (answer.status_code, problem)
    assert len(found) > 20
    return found


# What no endpoint takes: none of these may tell more than that the right is lacking.
MALFORMED: tuple[Any, ...] = ("", "{", "[]", {"nothing": 1}, {"text": 1}, "x" * (JSON_BYTES + 1))


def _sent(key: Api, method: str, where: str, operation: Any, body: dict[str, Any]) -> Any:
    if method == "get":
        wanted = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
        return key.get(where, **{name: "25.5" for name in ("lon", "lat") if name in wanted})
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        return key.upload(SimpleUploadedFile("a.txt", b"x"))
    return key.post(where, body)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("bad", [expired, revoked, of_a_closed_account, of_a_role_that_is_over])
def test_a_key_that_is_over_opens_nothing(actor, report, bad, language):
    with county_context(A):
        key = bad(actor)
    key.language = language
    assert {status for status, _problem in asked(key, report).values()} == {401}


def test_a_key_of_another_county_does_not_tell_which_counties_there_are(actor, report):
    with county_context(A):
        key = key_for(actor)
    key.county = B
    theirs = asked(key, report)
    key.county = NOWHERE
    assert theirs == asked(key, report)
    assert {status for status, _problem in theirs.values()} == {401}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_key_without_the_right_is_refused_everywhere(actor, report, language):
    with county_context(A):
        key = key_for(actor, [])
    key.language = language
    assert key.get("me").json()["permissions"] == []  # it may know that
    for path, (status, problem) in asked(key, report, but="/me").items():
        assert (status, problem["code"]) == (403, "no_permission"), (path, problem)


def test_a_key_without_the_right_is_refused_whatever_the_body_and_the_path_hold(actor):
    """403, never 400, 413 or 422: those would describe what it may not use."""
    with county_context(A):
        key = key_for(actor, [])
    tried = 0
    for path, method, _operation in operations():
        where = at(path, step="NO STEP", **dict.fromkeys(ids_in(path), SOMETHING))
        for body in MALFORMED if method == "post" else ():
            answer = key.post(where, body)
            assert answer.status_code == 403, (path, str(body)[:40], answer.content)
            tried += 1
    assert tried > 6 * len(MALFORMED)


@pytest.mark.parametrize("body", MALFORMED)
def test_a_key_that_is_none_is_told_so_whatever_the_body_holds(small, body):
    assert Api("linli_none").post("incidents", body).status_code == 401
