"""A small county with its map, somebody of every role at a browser, and cases to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import shapely
from django.test import Client
from django.urls import reverse

from linli.access.actor import Actor
from linli.accounts.models import User
from linli.database.context import county_context
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.models import Incident
from linli.territory import snapshots
from linli.territory.models import AreaVersion
from tests.conftest import A, B
from tests.factories.county import BEGINNING, Small, small_county

BOX = (102.40, 25.50, 102.60, 25.70)
INSIDE = (102.5, 25.6)


@dataclass
class Site:
    """Requests run outside any county, as a server's do; `inside()` looks into the tables."""

    small: Small

    def client(self, actor: Actor, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(User.objects.get(pk=actor.id))
        return client

    def staff(self, name: str, *args: Any) -> Actor:
        with county_context(A):
            return getattr(self.small, name)(*args)

    def browser(self, name: str, *args: Any) -> Client:
        return self.client(self.staff(name, *args))

    def report(self, by: Actor | None = None, text: str = "村口水管破裂", **more: Any) -> Incident:
        with county_context(A):
            given = {
                "text": text,
                "category_id": self.small.category().pk,
                "source": "call",
                "spot": Spot(area_id=self.small.grid.pk),
            }
            return report(Draft(**{**given, **more}), by=by or self.small.worker())

    def step(self, incident: Incident, step: str, by: Actor, **fields: Any) -> Incident:
        with county_context(A):
            return take_step(incident.pk, step, fields, version=None, by=by)

    def category(self, code: str = "0401") -> str:
        """The id of a category, as a form sends it."""
        with county_context(A):
            return str(self.small.category(code).pk)

    def now(self, incident: Incident) -> Incident:
        with county_context(A):
            return Incident.objects.get(pk=incident.pk)


def url(name: str, *args: str, county: str = A) -> str:
    return reverse(f"incidents:{name}", args=[county, *args])


def draw(small: Small) -> None:
    """Give the small county's areas a shape, so that pins can be placed."""
    for area in (small.township, small.village, small.grid):
        AreaVersion.objects.create(
            area=area,
            parent=area.parent,
            name=area.name,
            valid_from=BEGINNING,
            geometry=shapely.to_wkb(shapely.box(*BOX)),
        )
    snapshots.forget()


@pytest.fixture
def site(db) -> Iterator[Site]:
    with county_context(A):
        small = small_county()
        draw(small)
    yield Site(small)
    snapshots.forget()


@pytest.fixture
def elsewhere(db) -> str:
    return B
