"""Whatever a client sends, the answer is a problem that names what is wrong, never a failure."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from linli.api.app import api
from linli.api.openapi import document, operations
from linli.incidents.models import Incident
from tests.api.conftest import Api, key_for, report_of
from tests.factories.county import Small
from tests.factories.steps import dispatched

DEEP = json.loads("[" * 40 + "]" * 40)
WORDS = ("", "\x00", "x" * 5000, "-1", "9" * 400, "nan", "0001-01-01", "9999-12-31",
         "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", str(uuid.uuid4()))  # fmt: skip
HOSTILE: tuple[Any, ...] = (
    *WORDS,
    None,
    10**400,
    float("nan"),
    "\ud800",
    [[]],
    {"\ud800": 1},
    DEEP,
)
BROKEN_BODIES = (
    b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"\x00", b"[" * 200_000,
    b'{"text":' * 20_000, b'{"text": ' + b"9" * 5000 + b"}",
    b'{"a": 1}',
)  # fmt: skip


def sound(answer: Any, asked: object) -> dict[str, Any] | None:
    """Less than 500, and where it is refused, a problem in words; those go to the caller."""
    shown = repr(asked)[:300]
    assert answer.status_code < 500, (shown, answer.status_code, answer.content[:300])
    if answer.status_code < 400:
        return None
    assert answer["Content-Type"] == "application/problem+json", (shown, answer.content[:300])
    problem = answer.json()
    assert problem["detail"], shown
    assert problem["status"] != 422 or problem["field"], (shown, problem)
    return problem


def _bodies(described: dict[str, Any], small: Small) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, route and a body that fits, of every write that takes JSON."""
    schemas = described["components"]["schemas"]
    for path, method, operation in operations(described):
        content = operation.get("requestBody", {}).get("content", {})
        if method == "post" and "application/json" in content:
            name = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            yield path, name, _example(schemas[name], report_of(small))


def _example(shape: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    return {name: known.get(name, "x") for name in shape["properties"]}


@pytest.fixture
def described() -> dict[str, Any]:
    return document(api)


def _at(path: str, incident: Incident, step: str) -> str:
    known = {"county": "", "incident_id": str(incident.pk), "step": step}
    for name, value in known.items():
        path = path.replace("{" + name + "}", value)
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + str(uuid.uuid4()) + rest.partition("}")[2]
    return path.removeprefix("/api/v1//")


def test_no_value_in_any_field_of_any_body_is_a_failure(small, described):
    api_key, incident = key_for(small.dispatcher()), dispatched(small, small.water)
    tried = 0
    for path, _name, body in _bodies(described, small):
        at = _at(path, incident, "urge")
        for field in body:
            for value in HOSTILE:
                answer = api_key.post(at, json.dumps(body | {field: value}))
                sound(answer, (path, field, value))
                tried += 1
    assert tried > 300
    assert Incident.objects.count() < 60  # what fits is written, nothing else


def test_no_body_that_is_none_is_a_failure(small, described):
    api_key, incident = key_for(small.dispatcher()), dispatched(small, small.water)
    before = Incident.objects.count()
    for path, _name, _body in _bodies(described, small):
        for body in BROKEN_BODIES:
            answer = api_key.post(_at(path, incident, "urge"), body)
            problem = sound(answer, (path, body[:40]))
            assert problem, (path, body[:40])
    assert Incident.objects.count() == before


@pytest.mark.parametrize("step", ["correct_category", "correct_place", "settle"])
def test_no_value_in_any_field_of_a_step_is_a_failure(small, operator, step):
    incident = Incident.objects.get(pk=operator.post("incidents", report_of(small)).json()["id"])
    offers = operator.get(f"incidents/{incident.pk}").json()["steps"]
    names = {n for one in offers if one["step"] == step for n in one["required"] + one["optional"]}
    assert names
    for name in sorted(names):
        for value in HOSTILE:
            sound(operator.step(incident.pk, step, **{name: value}), (step, name, value))


def test_no_query_is_a_failure(small, operator, described):
    incident = dispatched(small, small.water)
    for path, method, operation in operations(described):
        asked = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
        for name in asked if method == "get" else ():
            for word in WORDS:
                answer = operator.get(_at(path, incident, ""), **{name: word})
                sound(answer, (path, name, word))


def test_another_type_of_body_is_a_problem(small, operator):
    from django.test import Client

    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded",
                 "multipart/form-data", "multipart/form-data; boundary=", "x" * 300):  # fmt: skip
        for body in (b"text=x", b"--x\r\n", b"{}"):
            headers = {"Authorization": f"Bearer {operator.secret}", "Idempotency-Key": "k"}
            for path in ("incidents", "attachments"):
                url = operator._url(path)
                answer = Client().post(url, body, content_type=kind, headers=headers)
                assert sound(answer, (kind, body, path))
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "secret",
    ["", "x", "linli_", "linli_" + "x" * 43, "linli_\x00", "é", "Basic eA==", "x" * 10_000],
)
def test_a_key_that_is_none_is_refused(small, secret):
    problem = sound(Api(secret).get("incidents"), secret)
    assert problem
    assert problem["status"] == 401
