"""Deadlines that pass: who is told, in which order, and what happens where nobody is left."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from linli.access.actor import system
from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.incidents import references
from linli.incidents.actions.alarms import Taken, take_alarm
from linli.incidents.actions.escalating import escalate_due
from linli.incidents.actions.step import NotFound
from linli.incidents.enums import EventKind
from linli.incidents.ladder import ladder_of
from linli.incidents.models import AlarmKind, CentreAlarm, Incident, IncidentEvent
from linli.notifications.models import Notice
from linli.organisations.models import Unit
from tests.factories.county import Small, small_county
from tests.factories.steps import dispatched, reported, step


@pytest.fixture
def small(county) -> Small:
    small = small_county()
    small.dispatcher()
    return small


def climb(incident: Incident, rungs: int) -> datetime:
    """Let the clock pass so many rungs of the case's ladder."""
    incident.refresh_from_db()
    now = ladder_of(incident)[rungs - 1].at
    escalate_due(now=now, by=system())
    incident.refresh_from_db()
    return now


def told(message: str) -> int:
    return Notice.objects.filter(message=message).count()


def line(incident: Incident) -> IncidentEvent:
    return IncidentEvent.objects.filter(incident=incident, kind=EventKind.ESCALATE).latest(
        "case_version"
    )


def test_a_unit_is_reminded_before_its_deadline_and_told_after_it(small):
    small.handler()
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    incident = dispatched(small, small.water)
    climb(incident, 1)
    assert (told("unit.remind"), told("unit.escalate"), told("head.escalate")) == (1, 0, 0)
    climb(incident, 2)
    assert (told("unit.escalate"), told("head.escalate")) == (1, 1)
    assert Notice.objects.get(message="head.escalate").user_id == head.id
    assert line(incident).data["told"] == [small.water.name, "head"]
    assert incident.rungs_taken == 2


def test_a_rung_is_taken_once(small):
    small.handler()
    incident = dispatched(small, small.water)
    now = climb(incident, 1)
    version = incident.version
    assert escalate_due(now=now, by=system()) == 0
    incident.refresh_from_db()
    assert incident.version == version


def test_rungs_that_came_while_the_worker_stood_still_are_told_together(small):
    small.handler()
    small.staff(Role.LEADER)
    incident = dispatched(small, small.water)
    climb(incident, 4)
    assert line(incident).data["rungs"] == [1, 4]
    assert told("leader.escalate") == told("county.escalate") == 1
    assert incident.next_rung_at is None
    assert not CentreAlarm.objects.exists()


def test_another_deadline_begins_at_the_first_rung(small):
    handler = small.handler()
    incident = dispatched(small, small.water)
    climb(incident, 2)
    incident = step(incident, "sign_for", handler)
    assert incident.rungs_taken == 0
    assert incident.next_rung_at == ladder_of(incident)[0].at


def test_a_rung_that_reaches_nobody_passes_on_to_the_next_at_once(small):
    incident = dispatched(small, small.water)  # nobody works at the water bureau
    climb(incident, 1)
    assert told("platform.escalate") == 1
    assert line(incident).data["rungs"] == [1, 3]
    assert not CentreAlarm.objects.exists()


def test_where_nobody_is_left_the_county_has_the_case_and_an_alarm_that_stays(small):
    dispatcher = small.dispatcher()
    incident = dispatched(small, small.water)
    gone = timezone.localdate() - timedelta(days=1)
    Membership.objects.update(valid_to=gone)
    references.forget()
    climb(incident, 1)
    assert incident.platform == "county"
    assert incident.platform_unit_id == small.centre.pk
    alarm = CentreAlarm.objects.get()
    assert alarm.kind == AlarmKind.OVERDUE
    climb(incident, 4)
    assert CentreAlarm.objects.count() == 1
    Membership.objects.update(valid_to=None)
    take_alarm(incident.pk, by=dispatcher)
    alarm.refresh_from_db()
    assert (alarm.taken_by, alarm.taken_label) == (dispatcher.id, dispatcher.label)
    with pytest.raises(Taken) as taken:
        take_alarm(incident.pk, by=small.dispatcher())
    assert taken.value.by == dispatcher.label


def test_an_alarm_is_the_county_centres_alone(small):
    incident = reported(small)
    CentreAlarm.objects.create(incident=incident, kind=AlarmKind.OVERDUE, raised_at=timezone.now())
    with pytest.raises(NotFound):
        take_alarm(incident.pk, by=small.township_operator())


def test_a_dissolved_unit_is_told_nothing_and_its_matter_goes_up(small):
    small.handler()
    incident = dispatched(small, small.water)
    Unit.objects.filter(pk=small.water.pk).update(active=False)
    references.forget()
    climb(incident, 2)
    assert told("unit.remind") == told("unit.escalate") == 0
    assert told("platform.escalate") == 1


def test_who_is_on_leave_is_not_somebody_to_tell(small):
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    incident = dispatched(small, small.water)
    Membership.objects.filter(user_id=head.id).update(
        away_from=date(2020, 1, 1), away_to=date(2099, 1, 1)
    )
    climb(incident, 2)
    assert told("head.escalate") == 0
    assert told("platform.escalate") == 1


def test_a_closed_matter_escalates_no_more(small):
    incident = step(reported(small), "not_accept", small.township_operator(), reason="不属于本县")
    assert incident.next_rung_at is None


def test_a_stopped_clock_goes_on_by_itself_when_its_time_is_over(small):
    handler, operator = small.handler(), small.township_operator()
    incident = step(dispatched(small, small.water), "sign_for", handler)
    incident = step(incident, "stop_clock", operator, condition="weather", reason="连日暴雨")
    assert incident.next_rung_at == incident.due_at
    escalate_due(now=incident.due_at, by=system())
    incident.refresh_from_db()
    assert "stopped" not in incident.progress
    assert incident.next_rung_at == ladder_of(incident)[0].at
    kinds = IncidentEvent.objects.filter(incident=incident).values_list("kind", flat=True)
    assert "start_clock" in kinds
