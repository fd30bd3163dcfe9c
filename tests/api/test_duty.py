"""GET /duty: the same answers as the pages, for one unit or all."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.access.actor import system
from linli.access.permissions import Permission
from linli.accounts.actions import ShiftFacts, add_shift
from linli.accounts.enums import Role
from linli.accounts.models import Membership
from tests.api.conftest import key_for

TODAY = timezone.localdate()


@pytest.fixture
def anna(small) -> Membership:
    """On duty for the water bureau round the clock."""
    actor = small.handler()
    row = Membership.objects.select_related("user").get(user_id=actor.id)
    Membership.objects.filter(pk=row.pk).update(phone="0871-0000-0001")
    facts = ShiftFacts(
        starts=time(0), ends=time(0), officer=row, weekdays=tuple(range(7)), valid_from=TODAY
    )
    add_shift(unit=small.water, facts=facts, by=system())
    return row


def test_one_unit_with_name_telephone_and_end(small, anna):
    answer = key_for(small.worker()).get("duty", unit=str(small.water.pk)).json()
    (one,) = answer["items"]
    assert (one["basis"], one["name"], one["duty_phone"]) == (
        "officer", anna.user.name, "0871-0000-0001",
    )  # fmt: skip
    assert one["answering_unit_id"] == str(small.water.pk)
    assert one["until"].startswith((TODAY + timedelta(days=1)).isoformat())


def test_every_active_unit_with_the_reasons_of_those_without(small, anna):
    answer = key_for(small.worker()).get("duty", at="2020-01-05T03:00:00+08:00").json()
    found = {one["unit_id"]: one for one in answer["items"]}
    assert len(found) == 5
    roads = found[str(small.roads.pk)]
    assert (roads["basis"], roads["answering_unit_id"]) == ("", None)
    assert [one["why"] for one in roads["passed"]] == ["out_of_hours"]


def test_another_time_may_be_asked_about(small, anna):
    api = key_for(small.worker())
    Membership.objects.filter(pk=anna.pk).update(
        away_from=date(2030, 1, 1), away_to=date(2030, 1, 2)
    )
    at = "2030-01-01T10:00:00+08:00"
    (one,) = api.get("duty", unit=str(small.water.pk), at=at).json()["items"]
    assert one["passed"][0] == {
        "unit_id": str(small.water.pk), "why": "on_leave", "name": anna.user.name,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "status"),
    [({"unit": str(uuid4())}, 404), ({"unit": "x"}, 422), ({"at": "2020-01-05T03:00:00"}, 422)],
)
def test_what_is_wrong_is_said(small, query, status):
    assert key_for(small.worker()).get("duty", **query).status_code == status


def test_a_key_needs_the_right(small):
    api = key_for(small.staff(Role.LEADER), [str(Permission.INCIDENT_VIEW)])
    assert api.get("duty").status_code == 403
