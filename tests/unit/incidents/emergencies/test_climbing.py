"""One key alerts the officer, then the deputy, then the leader; then the centre has an alarm."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError, system
from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership, User
from linli.incidents.actions import Draft, NotFound
from linli.incidents.actions.emergencies import (
    climb_if_due,
    raise_emergency,
    report_emergency,
    take_emergency,
)
from linli.incidents.actions.placing import Spot
from linli.incidents.emergencies.queries import due_to_climb, whole
from linli.incidents.emergencies.waiting import frame_of
from linli.incidents.models import CentreAlarm, Emergency, EmergencyCall, Incident, IncidentEvent
from linli.incidents.rules import Invalid
from linli.notifications.models import Notice
from linli.notifications.queries import newest
from linli.organisations.models import Unit
from tests.factories.county import Small, small_county
from tests.factories.duty import OnDuty, round_the_clock
from tests.factories.steps import reported, step


@pytest.fixture
def small(county) -> Small:
    return small_county()


@pytest.fixture
def duty(small) -> OnDuty:
    return round_the_clock(small)


def _raise(small, **more) -> Emergency:
    return raise_emergency(reported(small).pk, by=small.worker(), **more)


def _climb(emergency: Emergency, minutes: float = 0) -> bool:
    """As the job does it, `minutes` after the last call."""
    called = Emergency.objects.get(pk=emergency.pk).called_at
    now = called + timedelta(minutes=minutes)
    return climb_if_due(emergency.pk, by=system(), now=now)


def _called() -> list[tuple[str, str]]:
    rows = EmergencyCall.objects.order_by("rung", "id")
    names = {user.pk: user.name for user in User.objects.all()}
    return [(row.seat, names.get(row.user_id, row.label)) for row in rows]


def _calls(actor) -> list[tuple[str, str]]:
    return [(one.kind, one.number) for one in frame_of(actor).waiting]


def test_one_key_alerts_the_officer_on_duty_at_once(small, duty):
    emergency = _raise(small, reason="水漫上来了")
    assert _called() == [("duty_officer", duty.officer.label)]
    number = Incident.objects.get().number
    assert _calls(duty.officer) == [("call", number)]
    assert _calls(duty.deputy) == []
    assert "emergency.called" in {one.message for one in newest(duty.officer)}
    assert "emergency.county" in {one.message for one in newest(duty.centre_officer)}
    lines = IncidentEvent.objects.order_by("case_version").values_list("kind", "reason")
    assert list(lines) == [("report", ""), ("emergency", "水漫上来了"), ("alert", "")]
    assert emergency.rung_due_at - emergency.called_at == timedelta(minutes=5)


def test_each_rung_has_its_minutes_then_the_next_is_alerted(small, duty):
    emergency = _raise(small)
    assert not _climb(emergency, 4.9)
    assert _climb(emergency, 5)
    assert _called()[-1] == ("deputy", duty.deputy.label)
    assert not _climb(emergency, 4)
    assert _climb(emergency, 6)
    assert _called()[-1] == ("duty_leader", duty.leader.label), "the county's, in the end"
    assert Emergency.objects.get().rung == 2


def test_with_nobody_left_the_centre_has_the_case_and_an_alarm_until_somebody_takes_it(small, duty):
    emergency = _raise(small)
    for _ in range(3):
        assert _climb(emergency, 11)
    incident = Incident.objects.get()
    assert (incident.platform, incident.platform_unit_id) == ("county", small.centre.pk)
    centre = (duty.centre_officer, duty.centre_deputy, duty.leader, small.verifier())
    assert all(("emergency", incident.number) in _calls(actor) for actor in centre)
    assert ("emergency", incident.number) not in _calls(duty.officer)
    assert "emergency.alarm" in {one.message for one in newest(duty.centre_officer)}
    assert not _climb(emergency, 10_000)
    assert CentreAlarm.objects.count() == 1
    take_emergency(emergency.pk, by=duty.centre_deputy)
    assert [_calls(actor) for actor in (*centre, duty.officer)] == [[]] * 5


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        (None, {0: "officer", 5: "deputy", 10: "leader", 20: "centre"}),
        (3, {0: "officer"}),
        (7, {0: "officer", 5: "deputy"}),
        (15, {0: "officer", 5: "deputy", 10: "leader"}),
    ],
)
def test_minute_by_minute_each_rung_is_told_once_until_one_takes_it(small, duty, taken, told):
    """The job's round of every minute, for an hour; `taken` is the minute of the click."""
    emergency = _raise(small)
    people = {duty.officer.id: "officer", duty.deputy.id: "deputy", duty.leader.id: "leader"}
    found: list[tuple[int, str]] = []
    seen: set[object] = set()
    for minute in range(60):
        now = emergency.called_at + timedelta(minutes=minute)
        if minute == taken:
            take_emergency(emergency.pk, by=duty.deputy)
        for key in due_to_climb(now=now):
            climb_if_due(key, by=system(), now=now)
        rows = Notice.objects.filter(message__in=("emergency.called", "emergency.alarm"))
        for row in rows.exclude(pk__in=seen):
            seen.add(row.pk)
            found.append((minute, people.get(row.user_id, "centre")))
    assert found == list(told.items())
    assert CentreAlarm.objects.filter(taken_at=None).count() == (taken is None)


def test_whoever_is_on_leave_is_passed_over(small, duty):
    today = date.today()
    days = {"away_from": today - timedelta(1), "away_to": today + timedelta(1)}
    Membership.objects.filter(user_id=duty.officer.id).update(**days)
    emergency = _raise(small)
    assert _called() == [("duty_officer", duty.deputy.label)]
    _climb(emergency, 5)
    assert _called()[-1] == ("deputy", duty.centre_officer.label), "nobody is alerted twice"


def test_a_unit_without_anybody_goes_straight_to_the_one_that_stands_in(small, duty):
    DutyShift.objects.filter(unit=small.platform).delete()
    Membership.objects.filter(unit=small.platform).delete()
    _raise(small)
    assert _called() == [("duty_officer", duty.centre_officer.label)]


def test_rungs_without_anybody_are_passed_at_once_and_say_so(small):
    """No rota, no deputy unit, nobody in the unit: nobody waits for minutes."""
    _raise(small)
    assert _called() == [("duty_officer", ""), ("deputy", ""), ("duty_leader", "")]
    assert CentreAlarm.objects.filter(taken_at__isnull=True).count() == 1
    assert Incident.objects.get().platform == "county"


def test_without_a_rota_all_members_are_alerted_in_working_hours(small, monkeypatch):
    member = small.township_operator()
    monday = timezone.now().replace(year=2026, month=11, day=23, hour=2, minute=0)  # 10:00 here
    monkeypatch.setattr("linli.incidents.actions.emergencies.raising.timezone.now", lambda: monday)
    emergency = _raise(small)
    call = EmergencyCall.objects.get()
    assert (call.unit_id, call.user_id) == (small.platform.pk, None)
    assert [kind for kind, _number in _calls(member)] == ["call"]
    assert emergency.unit_id == small.platform.pk


def test_a_clock_set_back_by_a_day_does_not_make_it_silent(small, duty):
    emergency = _raise(small)
    back = timezone.now() - timedelta(days=1)
    assert due_to_climb(now=back) == [emergency.pk]
    assert climb_if_due(emergency.pk, by=system(), now=back)
    assert not climb_if_due(emergency.pk, by=system(), now=back + timedelta(minutes=4))
    assert climb_if_due(emergency.pk, by=system(), now=back + timedelta(minutes=5))


def test_a_clock_set_ahead_leaves_out_nobody_and_gives_each_their_minutes(small, duty):
    """The worker was down for a day: the deputy still has five minutes from now."""
    emergency = _raise(small)
    late = timezone.now() + timedelta(days=1)
    assert climb_if_due(emergency.pk, by=system(), now=late)
    assert not climb_if_due(emergency.pk, by=system(), now=late + timedelta(minutes=4))
    assert [seat for seat, _name in _called()] == ["duty_officer", "deputy"]


def test_raised_twice_it_is_one_emergency(small, duty):
    incident = reported(small)
    first = raise_emergency(incident.pk, by=small.worker())
    assert raise_emergency(incident.pk, by=duty.deputy).pk == first.pk
    assert EmergencyCall.objects.count() == 1


def test_a_matter_without_a_place_goes_to_the_county_centre(small, duty):
    draft = Draft("有人落水", small.category().pk, "call", emergency=True)
    incident = report_emergency(draft, by=duty.centre_officer)
    assert incident.platform_unit_id == small.centre.pk
    assert _called() == [("duty_officer", duty.centre_officer.label)]
    with pytest.raises(Invalid, match="place_required"):
        report_emergency(Draft("有人落水", small.category().pk, "call"), by=duty.centre_officer)


def test_a_matter_that_touches_several_townships_goes_to_the_county_centre(small, duty):
    other = small.township.__class__.objects.create(
        layer=small.layer, level=1, code="530128102", name="团街镇", parent=small.root,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    spots = {"spot": Spot(area_id=small.grid.pk), "further": (Spot(area_id=other.pk),)}
    for code in ("0201", "0401"):  # an emergency of any category may spread
        draft = Draft("沿河多村受威胁", small.category(code).pk, "call", emergency=True, **spots)
        incident = report_emergency(draft, by=duty.centre_officer)
        assert incident.platform_unit_id == small.centre.pk
    with pytest.raises(Invalid, match="places_too_many"):
        report_emergency(replace(draft, emergency=False), by=duty.centre_officer)


def test_only_matters_under_way_in_sight_of_whoever_may_report(small, duty):
    incident = reported(small)
    stranger = small.handler()
    with pytest.raises(NotFound):
        raise_emergency(incident.pk, by=stranger)
    auditor = small.staff(Role.AUDIT_ADMINISTRATOR)
    with pytest.raises(PermissionRefusedError):
        raise_emergency(incident.pk, by=auditor)
    step(incident, "not_accept", duty.officer, reason="不属于本县")
    with pytest.raises(Invalid, match="not_open"):
        raise_emergency(incident.pk, by=duty.officer)


def test_another_unit_in_the_middle_is_asked_as_well(small, duty):
    """Village office, platform, centre: each stands in for the one before."""
    Unit.objects.filter(pk=small.village_office.pk).update(deputy=small.platform)
    incident = reported(small)
    Incident.objects.filter(pk=incident.pk).update(platform_unit=small.village_office)
    raise_emergency(incident.pk, by=small.worker())
    assert _called() == [("duty_officer", duty.officer.label)]


def test_who_did_what_is_read_back(small, duty):
    emergency = _raise(small)
    _climb(emergency, 5)
    take_emergency(emergency.pk, by=duty.deputy)
    found = whole(duty.deputy, Incident.objects.get(), now=timezone.now())
    assert found.taken_by == duty.deputy.label
    assert [call.closed_at is not None for call in found.calls] == [True, True]
    assert found.next_report.kind == "first"
