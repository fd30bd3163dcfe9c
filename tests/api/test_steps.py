"""The fields of steps over JSON: days, durations, choices; settling, contacts, duplicates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.accounts.enums import Role
from linli.audit.models import AuditEvent
from linli.casework.models import IdempotencyKey
from linli.incidents.models import Incident
from tests.api.conftest import key_for, report_of
from tests.conftest import A


@pytest.fixture
def handler(small):
    return key_for(small.handler(small.water))


@pytest.fixture
def handled(small, operator, handler):
    """An incident that the water bureau has signed for."""
    one = operator.post("incidents", report_of(small)).json()["id"]
    operator.step(one, "accept")
    operator.step(one, "dispatch", unit=str(small.water.pk))
    assert handler.step(one, "sign_for").status_code == 200
    return one


def test_a_day_is_written_as_a_day(operator, handled):
    day = timezone.localdate() + timedelta(days=30)
    done = operator.step(handled, "set_pending", reason="等雨季过后", review_date=day.isoformat())
    assert done.json()["state"] == "pending"
    assert operator.get(f"incidents/{handled}").json()["review_on"] == day.isoformat()
    assert operator.step(handled, "comment", text="还在等").status_code == 200
    assert operator.get(f"incidents/{handled}").json()["review_on"] == day.isoformat()
    assert operator.step(handled, "take_back", reason="雨停了").status_code == 200
    assert operator.get(f"incidents/{handled}").json()["review_on"] is None


def test_the_record_of_another_system_closes_only_what_came_from_there(small):
    by = key_for(small.staff(Role.COUNTY_OPERATOR, unit=small.centre))
    one = by.post("incidents", report_of(small)).json()["id"]
    fields = {"verification_kind": "source_record", "outcome": "at_source"}
    refused = by.step(one, "adopt_closed", source_reference="77", **fields)
    assert (refused.status_code, refused.json()["field"]) == (422, "source_reference")
    Incident.objects.filter(pk=one).update(source_system="boston", source_ref="77")
    assert by.step(one, "adopt_closed", source_reference="77", **fields).status_code == 200


@pytest.mark.parametrize("day", ["2020-01-01", "soon", 20261201, None, "2026-13-01"])
def test_a_bad_day_names_the_field(operator, handled, day):
    answer = operator.step(handled, "set_pending", reason="x", review_date=day)
    assert (answer.status_code, answer.json()["field"]) == (422, "review_date")


def test_a_duration_is_written_as_a_duration(operator, handler, handled):
    asked = handler.step(handled, "ask_extension", reason="缺配件", extra_time="3wd")
    assert asked.json()["state"] == "extension_asked"
    before = operator.get(f"incidents/{handled}").json()["due_at"]
    granted = operator.step(handled, "grant_extension", extra_time="3wd")
    assert granted.json()["due_at"] > before


@pytest.mark.parametrize("unit", ["x", "九龙镇", 7, ["x"], {"id": "x"}])
def test_a_unit_that_is_no_id_names_the_field(small, operator, unit):
    one = operator.post("incidents", report_of(small)).json()["id"]
    operator.step(one, "accept")
    answer = operator.step(one, "dispatch", unit=unit)
    assert (answer.status_code, answer.json()["field"]) == (422, "unit")


def test_the_spelling_of_an_id_makes_no_other_unit(small, operator):
    one = operator.post("incidents", report_of(small)).json()["id"]
    operator.step(one, "accept")
    twice = {"unit": str(small.water.pk).upper(), "co_units": [small.water.pk.hex]}
    answer = operator.step(one, "dispatch", **twice)
    assert (answer.status_code, answer.json()["code"]) == (422, "lead_is_co_handler")


@pytest.mark.parametrize("time", ["99wd", "3 moons", 3, ["3wd"]])
def test_a_bad_duration_names_the_field(handler, handled, time):
    answer = handler.step(handled, "ask_extension", reason="x", extra_time=time)
    assert (answer.status_code, answer.json()["field"]) == (422, "extra_time")


def test_a_choice_outside_the_offered_ones_names_the_field(small, operator, handled):
    verifier = key_for(small.verifier())
    answer = verifier.step(handled, "verify_pass", verification_kind="x", outcome="solved")
    assert answer.status_code == 409
    handler = key_for(small.handler(small.water))
    assert handler.step(handled, "hand_in", result="好了").json()["field"] == "evidence"


def test_a_step_that_is_somebody_elses_is_403_and_an_unknown_one_404(small, operator, handled):
    assert operator.step(handled, "hand_in", result="x", evidence=[]).status_code == 403
    assert operator.step(handled, "fly").status_code == 404
    assert operator.step(handled, "accept").status_code == 409


@pytest.mark.parametrize(
    "place",
    ["here", [], {"longitude": "x", "latitude": 25}, {"area_id": 3}, {"crs": "mars"}, {"text": 3}],
)
def test_a_bad_place_is_refused(operator, handled, place):
    answer = operator.step(handled, "correct_place", reason="x", place=place)
    assert answer.status_code == 422


def test_a_matter_is_reported_and_settled_in_one_request(small):
    worker = key_for(small.worker())
    body = report_of(small, source="grid_worker", settled={"result": "已清理路面"})
    made = worker.post("incidents", body)
    assert (made.status_code, made.json()["state"]) == (201, "settled_on_the_spot")
    severe = worker.post("incidents", body | {"severity": "major"})
    assert (severe.status_code, severe.json()["code"]) == (409, "severity_barred")
    assert worker.get("incidents").json()["count"] == 1


def test_a_contact_is_opened_with_a_reason_and_kept_nowhere_else(small, operator):
    contact = {"name": "某人", "phone": "13800000000"}
    made = operator.post("incidents", report_of(small, contact=contact)).json()
    one = f"incidents/{made['id']}"
    assert operator.get(one).json()["has_contact"]
    assert "13800000000" not in operator.get(one).content.decode()
    assert operator.post(f"{one}/contacts", {"reason": " "}).status_code == 422
    opened = operator.post(f"{one}/contacts", {"reason": "回访"})
    assert opened.json()["contacts"][0]["phone"] == "13800000000"
    assert opened["Cache-Control"] == "private, no-store"
    row = AuditEvent.objects.get(county_id=A, action="contact.opened")
    assert (row.reason, row.field_classes) == ("回访", ["contact"])
    kept = IdempotencyKey.objects.values_list("answer", flat=True)
    assert "13800000000" not in str(list(kept))


def test_who_may_not_open_contacts_does_not_learn_that_there_is_one(small, operator):
    contact = {"phone": "13800000000"}
    one = f"incidents/{operator.post('incidents', report_of(small, contact=contact)).json()['id']}"
    worker = key_for(small.worker())
    assert worker.get(one).json()["has_contact"] is False
    assert worker.post(f"{one}/contacts", {"reason": "x"}).status_code == 403


def test_duplicates_are_offered_and_merged(small, operator):
    first = operator.post("incidents", report_of(small)).json()
    second = operator.post("incidents", report_of(small)).json()
    near = operator.get(f"incidents/{second['id']}/duplicates").json()["items"]
    assert [one["incident"]["id"] for one in near] == [first["id"]]
    body = {key: report_of(small)[key] for key in ("text", "category_id", "place")}
    assert len(operator.post("incidents/near", body).json()["items"]) == 2
    merged = operator.step(second["id"], "merge", duplicate_of=first["id"])
    assert merged.json()["state"] == "merged"
    assert operator.get(f"incidents/{first['id']}").json()["merged_ids"] == [second["id"]]


def test_references_work_and_totals_answer(small, operator):
    operator.post("incidents", report_of(small))
    codes = {one["code"] for one in operator.get("categories").json()["items"]}
    assert small.category().code in codes
    names = {one["name"] for one in operator.get("units").json()["items"]}
    assert "县水务局" in names
    me = operator.get("me").json()
    assert (me["roles"], me["everything"]) == (["township_operator"], False)
    groups = {one["key"]: one["count"] for one in operator.get("work").json()["groups"]}
    assert sum(groups.values()) == 1
    assert operator.get("summary").json()["by_state"] == {"reported": 1}
    assert operator.get("summary", since="2020-05-17").json()["opened"] == 1
