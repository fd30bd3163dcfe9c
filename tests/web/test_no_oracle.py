"""Pages: what another county has answers like what nobody has, at every address with an id."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from linli.accounts.models import User
from linli.database.context import county_context
from linli.territory import snapshots
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.web.everything import (
    a_row_of_everything,
    addresses,
    everybody,
    filled,
    ids_in,
    kind_of,
    told,
)
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
