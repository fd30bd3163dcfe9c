"""A small county with people who can sign in, one for each role that matters here."""

from dataclasses import dataclass

import pytest

from linli.accounts.enums import Role
from linli.accounts.models import User
from linli.database.context import county_context
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.people import person


@dataclass
class Office:
    small: Small
    operator: User
    security: User
    system: User
    audit: User
    leader: User
    worker: User
    township: User


@pytest.fixture
def office(db) -> Office:
    with county_context(A):
        small = small_county()
    return Office(
        small=small,
        operator=person(A, "operator", Role.COUNTY_OPERATOR),
        security=person(A, "security", Role.SECURITY_ADMINISTRATOR),
        system=person(A, "system", Role.SYSTEM_ADMINISTRATOR),
        audit=person(A, "auditor", Role.AUDIT_ADMINISTRATOR),
        leader=person(A, "leader", Role.LEADER),
        worker=person(A, "worker", Role.GRID_WORKER, area=small.grid),
        township=person(A, "township", Role.TOWNSHIP_OPERATOR, area=small.township),
    )
