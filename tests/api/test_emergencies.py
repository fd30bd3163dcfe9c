"""Raising and taking an emergency by a program."""

from uuid import uuid4

import pytest

from linli.incidents.models import EmergencyCall, Incident
from tests.api.conftest import key_for, report_of
from tests.factories.duty import round_the_clock


@pytest.fixture
def duty(small):
    return round_the_clock(small)


@pytest.fixture
def raised(small, duty, operator):
    one = operator.post("incidents", report_of(small)).json()
    return operator.post(f"incidents/{one['id']}/emergency", {"reason": "水漫上来了"})


def test_one_call_alerts_the_people_on_duty(small, duty, raised):
    said = raised.json()
    assert raised.status_code == 201
    assert (said["rung"], said["report"], said["taken_at"]) == (0, "first", None)
    assert EmergencyCall.objects.get().user_id == duty.officer.id


def test_the_same_key_is_one_emergency_and_so_is_another_key(small, duty, operator):
    one = operator.post("incidents", report_of(small)).json()
    path = f"incidents/{one['id']}/emergency"
    answers = [operator.post(path, {}, key=key).json()["id"] for key in ("a", "a", "b")]
    assert len(set(answers)) == 1


def test_it_is_listed_taken_and_the_second_hears_who_was_faster(duty, raised):
    officer, deputy = key_for(duty.officer), key_for(duty.deputy)
    (one,) = officer.get("emergencies").json()["items"]
    assert one["id"] == raised.json()["id"]
    taken = officer.post(f"emergencies/{one['id']}/take", {})
    assert taken.json()["taken_at"] is not None
    late = deputy.post(f"emergencies/{one['id']}/take", {})
    assert (late.status_code, late.json()["code"]) == (409, "taken_already")
    assert late.json()["by"] == duty.officer.label


def test_who_may_not(small, duty, raised, operator):
    key = raised.json()["id"]
    assert key_for(small.handler()).post(f"emergencies/{key}/take", {}).status_code == 403
    assert operator.post(f"emergencies/{uuid4()}/take", {}).status_code == 404
    assert operator.post(f"incidents/{uuid4()}/emergency", {}).status_code == 404
    incident = Incident.objects.get()
    stranger = key_for(small.handler())
    assert stranger.post(f"incidents/{incident.pk}/emergency", {}).status_code == 404
    assert stranger.get("emergencies").json()["items"] == []
