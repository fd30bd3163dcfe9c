"""Act first, record after; reports are kept as they were sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError
from linli.flows.replaying import replay_county
from linli.incidents.actions import NotFound
from linli.incidents.actions.emergencies import (
    ReportText,
    emergency_dispatch,
    end_emergency,
    raise_emergency,
    record_late,
    send_report,
    take_emergency,
)
from linli.incidents.emergencies.queries import open_emergencies, past_emergencies, whole
from linli.incidents.models import Emergency, EmergencyReport, Incident, IncidentEvent, IncidentTask
from linli.incidents.rules import Invalid
from linli.processes import Refused
from tests.factories.county import Small, small_county
from tests.factories.duty import OnDuty, round_the_clock
from tests.factories.steps import reported, step

TEXT = ReportText(
    "河水漫过河堤，三户受淹", "已派水务局和派出所，转移三户", "继续排水", "县委值班室"
)


@pytest.fixture
def small(county) -> Small:
    return small_county()


@pytest.fixture
def duty(small) -> OnDuty:
    return round_the_clock(small)


@pytest.fixture
def emergency(small, duty) -> Emergency:
    hour = timezone.now() - timedelta(hours=1)
    made = raise_emergency(reported(small, text="村口河水上涨").pk, by=small.worker())
    Incident.objects.update(opened_at=hour)
    take_emergency(made.pk, by=duty.officer)
    return made


def test_units_are_sent_straight_from_the_report_and_the_record_is_due(small, duty, emergency):
    units = [small.water.pk, small.roads.pk]
    incident = emergency_dispatch(emergency.pk, units=units, by=duty.officer)
    assert (incident.state, incident.lead_unit_id) == ("dispatched", small.water.pk)
    assert IncidentTask.objects.filter(is_open=True).count() == 2
    kinds = IncidentEvent.objects.order_by("case_version").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["accept", "dispatch"]
    left = Emergency.objects.get().record_due_at - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    assert replay_county("530128").violations == []


def test_what_went_by_telephone_is_dated_when_it_happened(small, duty, emergency):
    before = timezone.now() - timedelta(seconds=2)
    Incident.objects.update(progress={}, opened_at=before - timedelta(minutes=9))
    emergency_dispatch(emergency.pk, units=[small.water.pk], by=duty.officer, at=before)
    line = IncidentEvent.objects.get(kind="dispatch")
    assert line.occurred_at == before
    assert line.recorded_at > before


@pytest.mark.parametrize("who", ["centre_officer", "leader"])
def test_who_may_not_dispatch_here_sends_nobody(small, duty, emergency, who):
    with pytest.raises(Refused):
        emergency_dispatch(emergency.pk, units=[small.water.pk], by=getattr(duty, who))
    assert Incident.objects.get().state == "reported", "the acceptance is undone with it"


def test_without_a_unit_and_after_the_end_nobody_is_sent(small, duty, emergency):
    with pytest.raises(Invalid, match="no_unit"):
        emergency_dispatch(emergency.pk, units=[], by=duty.officer)
    with pytest.raises(NotFound):
        emergency_dispatch(emergency.pk, units=[small.water.pk], by=small.handler(small.roads))
    end_emergency(emergency.pk, by=duty.officer, reason="误报")
    with pytest.raises(Invalid, match="no_emergency"):
        emergency_dispatch(emergency.pk, units=[small.water.pk], by=duty.officer)


def test_what_was_done_is_written_down_later_by_those_at_work(small, duty, emergency):
    emergency_dispatch(emergency.pk, units=[small.water.pk], by=duty.officer)
    handler = small.handler()
    when = timezone.now() - timedelta(minutes=20)
    record_late(emergency.pk, text="抽水机到场", by=handler, at=when)
    line = IncidentEvent.objects.get(kind="record_late")
    assert (line.occurred_at, line.reason) == (when, "抽水机到场")
    assert Emergency.objects.get().recorded_at is None
    record_late(emergency.pk, text="记录补齐", by=duty.officer, complete=True)
    assert Emergency.objects.get().recorded_at is not None
    assert replay_county("530128").violations == []


def test_a_late_record_has_a_text_and_a_time_within_the_case(small, duty, emergency):
    with pytest.raises(Invalid, match="text: text_empty"):
        record_late(emergency.pk, text=" ", by=duty.officer)
    now = timezone.now()
    with pytest.raises(Invalid, match="at: in_the_future"):
        record_late(emergency.pk, text="x", by=duty.officer, at=now + timedelta(hours=1))
    with pytest.raises(Invalid, match="at: before_report"):
        record_late(emergency.pk, text="x", by=duty.officer, at=now - timedelta(days=1))
    with pytest.raises(PermissionRefusedError):
        record_late(emergency.pk, text="x", by=small.worker())
    with pytest.raises(NotFound):
        record_late(emergency.pk, text="x", by=small.handler(small.roads))


def test_any_step_of_an_emergency_may_be_dated_back(small, duty, emergency):
    emergency_dispatch(emergency.pk, units=[small.water.pk], by=duty.officer)
    entered = Incident.objects.get().progress["entered_at"]
    step(Incident.objects.get(), "sign_for", small.handler())
    assert Incident.objects.get().progress["entered_at"] >= entered


def test_reports_follow_each_other_and_are_kept_as_they_were(small, duty, emergency):
    first = send_report(emergency.pk, "first", TEXT, by=duty.officer)
    emergency_dispatch(emergency.pk, units=[small.water.pk], by=duty.officer)
    second = send_report(emergency.pk, "follow_up", TEXT, by=duty.deputy)
    assert [first.number, second.number] == [1, 2]
    assert (first.facts["state"], second.facts["state"]) == ("reported", "dispatched")
    assert second.facts["units"][0]["name"] == small.water.name
    end_emergency(emergency.pk, by=duty.officer, reason="水退了")
    send_report(emergency.pk, "final", TEXT, by=duty.officer)
    found = whole(duty.officer, Incident.objects.get(), now=timezone.now())
    assert [one.kind for one in found.due] == ["first", "follow_up", "final"]
    assert found.next_report is None


def test_a_report_names_nobody_by_itself(small, duty, emergency):
    step(Incident.objects.get(), "comment", duty.officer, text="张三家进水")
    row = send_report(emergency.pk, "first", TEXT, by=duty.officer)
    labels = [duty.officer.label, duty.deputy.label, "张三", "grid_worker"]
    assert [label for label in labels if label in str(row.facts)] == []
    kinds = [one["kind"] for one in row.facts["course"]]
    assert kinds == ["report", "emergency", "take_emergency"]


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        ("follow_up", TEXT, "kind: report_order"),
        ("final", TEXT, "kind: report_order"),
        ("first", ReportText("", "x", "", "x"), "happened: text_empty"),
        ("first", ReportText("x", " ", "", "x"), "measures: text_empty"),
        ("first", ReportText("x", "x", "", ""), "sent_to: sent_to_empty"),
        ("first", ReportText("x" * 4001, "x", "", "x"), "happened: text_too_long"),
    ],
)
def test_what_is_wrong_with_a_report_is_said(duty, emergency, kind, text, wrong):
    with pytest.raises(Invalid, match=wrong):
        send_report(emergency.pk, kind, text, by=duty.officer)
    assert not EmergencyReport.objects.exists()


def test_the_same_report_is_not_sent_twice(duty, emergency):
    send_report(emergency.pk, "first", TEXT, by=duty.officer)
    with pytest.raises(Invalid, match="report_order"):
        send_report(emergency.pk, "first", TEXT, by=duty.deputy)


def test_who_does_not_run_the_centre_sends_no_report(small, duty, emergency):
    with pytest.raises(PermissionRefusedError):
        send_report(emergency.pk, "first", TEXT, by=small.worker())


def test_lists_show_only_what_is_in_sight(small, duty, emergency):
    assert [one.pk for one in open_emergencies(duty.officer)] == [emergency.pk]
    assert open_emergencies(small.handler(small.roads)) == []
    end_emergency(emergency.pk, by=duty.officer, reason="水退了")
    assert open_emergencies(duty.officer) == []
    assert [one.pk for one in past_emergencies(duty.officer)] == [emergency.pk]
