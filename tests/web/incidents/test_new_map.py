"""A report that follows a new edition of divisions lies on the new map, in every process."""

from datetime import date

import pytest
from django.test import Client

from linli.access.actor import system
from linli.accounts.models import User
from linli.database.context import county_context
from linli.flows.divisions import apply_divisions
from linli.incidents import references
from linli.incidents.models import Incident
from linli.territory import snapshots
from linli.territory.divisions import DivisionList
from linli.territory.models import Area
from linli.territory.rules import DivisionRow
from tests.conftest import A
from tests.factories.drawn import WEST, Drawn, drawn_county
from tests.web.incidents.conftest import url

RENUMBERED = (
    ("530128103", "茂山镇"),
    ("530128103201", "甲甸村"),
    ("530128102", "团街镇"),
    ("530128102201", "治安村"),
)


@pytest.fixture
def drawn(committed) -> Drawn:
    with county_context(A):
        return drawn_county()


def _client(drawn: Drawn) -> Client:
    with county_context(A):
        operator = drawn.small.dispatcher()
        user = User.objects.get(pk=operator.id)
    client = Client()
    client.force_login(user)
    return client


def _report(client: Client, drawn: Drawn, key: str) -> Incident:
    with county_context(A):
        category = str(drawn.small.category().pk)
    given = {
        "key": key, "text": f"村口水管破裂{key}", "category": category, "source": "call",
        "severity": "", "lon": WEST.longitude, "lat": WEST.latitude, "do": "report", "seen": "1",
    }  # fmt: skip
    assert client.post(url("new"), given).status_code == 302
    with county_context(A):
        return Incident.objects.order_by("-recorded_at").first()


def test_another_process_sees_it_with_its_next_request(drawn):
    client = _client(drawn)
    before = _report(client, drawn, "1")
    assert before.township_id == drawn.small.township.pk
    memory = _memory()
    with county_context(A):
        rows = tuple(DivisionRow(*row) for row in RENUMBERED)
        apply_divisions(DivisionList(rows, (), ()), on=date(2020, 6, 30), by=system("test"))
        township = Area.objects.get(code="530128103")
    _put_back(memory)
    after = _report(client, drawn, "2")
    assert after.township_id == township.pk, "not the township that has ended"
    assert after.platform_unit_id == drawn.small.platform.pk, "which moved along with it"


def _memory() -> list[dict]:
    """What a process that did not make the change would still have, still fresh."""
    return [dict(one) for one in (snapshots._states, snapshots._snapshots, references._known)]


def _put_back(memory: list[dict]) -> None:
    kept = (snapshots._states, snapshots._snapshots, references._known)
    for one, before in zip(kept, memory, strict=True):
        one.clear()
        one.update(before)
