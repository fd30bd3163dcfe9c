"""Pages: what another county has answers like what nobody has, at every address with an id."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from linli.accounts.models import User
from linli.database.context import county_context
from linli.territory import snapshots
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.web.everything import a_row_of_everything, addresses, everybody, filled, ids_in, kind_of
from tests.web.incidents.conftest import draw

NOBODYS_CASE = "2026-999999"


@pytest.fixture
def small(db) -> Iterator[Small]:
    with county_context(A):
        made = small_county()
        draw(made)
    yield made
    snapshots.forget()


@pytest.fixture
def user(small) -> User:
    """Whatever is refused is refused for the id."""
    with county_context(A):
        return everybody(small)


@pytest.fixture
def ours(small, user) -> dict[str, str]:
    with county_context(A):
        return a_row_of_everything(small, user)


@pytest.fixture
def theirs(small, user) -> dict[str, str]:
    with county_context(B):
        far = small_county()
        draw(far)
        return a_row_of_everything(far, user, cases=3)


@pytest.fixture
def everyone(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def told(answer: Any, one: str) -> tuple[int, dict[str, str], str]:
    hidden = {"X-Request-ID", "Content-Length", "Set-Cookie"}
    headers = {name: value for name, value in answer.headers.items() if name not in hidden}
    page = answer.getvalue().decode().replace(one, "ID")
    page = re.sub(
        r"\b\w{64}\b|\b[0-9a-f]{32}\b", "", page
    )  # token of the form, number of the request
    return answer.status_code, headers, page


def test_an_id_of_another_county_in_an_address_is_nobodys(everyone, ours, theirs):
    tried, open_ = 0, set()
    for path in addresses():
        names = ids_in(path)
        own = {name: ours[kind_of(path, name)] for name in names}
        for name in names:
            their = theirs[kind_of(path, name)]
            nobodys = NOBODYS_CASE if name == "number" else str(uuid.uuid4())
            statuses = set()
            for method in (everyone.get, everyone.post):
                first, second = (
                    told(method(filled(path, own | {name: one})), one) for one in (their, nobodys)
                )
                assert first == second, (path, name)
                statuses.add(first[0])
            if 404 not in statuses or not statuses <= {404, 405}:
                open_.add((path, name, *statuses))
            tried += 1
    assert not open_
    assert tried > 80
