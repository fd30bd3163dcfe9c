"""A drawn county with somebody signed in of every kind that the pages tell apart."""

from collections.abc import Callable

import pytest
from django.test import Client

from linli.accounts.enums import Role
from linli.accounts.models import User
from linli.database.context import county_context
from linli.incidents import references
from linli.organisations.models import Unit, UnitKind
from linli.territory import snapshots
from tests.conftest import A
from tests.factories.county import Small
from tests.unit.territory.conftest import draw_squares


@pytest.fixture
def drawn(db):
    """Requests run outside any county, as a server's do."""
    references.forget()
    snapshots.forget()
    with county_context(A):
        areas = draw_squares()
    yield areas
    snapshots.forget()


@pytest.fixture
def signed_in(drawn) -> Callable[..., Client]:
    """`signed_in(Role.LEADER)`: a browser of somebody with that role in the county."""
    small = Small.__new__(Small)

    def make(role: Role = Role.COUNTY_OPERATOR) -> Client:
        with county_context(A):
            centre = Unit.objects.get(kind=UnitKind.COUNTY_CENTRE)
            actor = small.staff(role, unit=centre, area=drawn["root"])
        client = Client()
        client.force_login(
            User.objects.get(pk=actor.id), backend="linli.accounts.backends.StaffBackend"
        )
        return client

    return make
