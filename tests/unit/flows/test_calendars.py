"""A calendar is published: open deadlines follow it, each change on the timeline, once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.access.actor import PermissionRefusedError, system
from linli.accounts.enums import Role
from linli.audit.models import AuditEvent
from linli.calendars import (
    CalendarChoice,
    CalendarDocument,
    Duration,
    UnitDocument,
    WorkCalendar,
    back_from,
)
from linli.calendars.proposals import edited
from linli.casework import definitions
from linli.casework.models import CalendarVersion
from linli.casework.publishing import newest_edition
from linli.flows import calendars as flow
from linli.incidents.actions import recalculating
from linli.incidents.actions.recalculating import recalculate
from linli.incidents.models import Incident, IncidentEvent, IncidentTask
from linli.incidents.recalculation import impact
from linli.jobs import tasks
from linli.lib.errors import InputError
from linli.notifications.models import Notice
from linli.processes.facts import Progress
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.steps import dispatched, reported, step

ROUND = ["00:00-24:00"]


@pytest.fixture
def small(county) -> Iterator[Small]:
    definitions.forget()
    yield small_county()
    definitions.forget()


def _operator(small: Small):
    return small.staff(Role.COUNTY_OPERATOR, unit=small.centre)


def _closed_from_tomorrow(document: CalendarDocument, days: int) -> CalendarDocument:
    """Everybody is off for so many days, make-up workdays or not."""
    first = timezone.localdate() + timedelta(days=1)
    off = {first + timedelta(days=number) for number in range(days)}
    kept = {day.isoformat(): name for day, name in document.workdays.items() if day not in off}
    named = {day.isoformat(): "县庆" for day in off}
    written = document.model_dump(mode="json")["holidays"] | named
    return edited(document, holidays=written, workdays=kept)


def _publish(small: Small, document, unit=None, note: str = "县庆放假通知"):
    on = newest_edition()
    return flow.publish(document, unit=unit, based_on=on.version, by=_operator(small), note=note)


def _lines(case: Incident) -> list[IncidentEvent]:
    return list(IncidentEvent.objects.filter(incident=case, kind="recalculate"))


def _due_of(case: Incident, clock: str) -> datetime:
    due = (
        Progress.from_json(case.progress)
        .clocks[clock]
        .due(definitions.calendars(case.calendar_version))
    )
    assert due is not None
    return due


def test_open_deadlines_move_with_the_calendar_and_the_timeline_says_from_when_to_when(small):
    handled = dispatched(small, small.water)
    handled = step(handled, "sign_for", small.handler())
    version, was = handled.version, handled.due_at
    edition = _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    handled.refresh_from_db()
    assert handled.due_at == _due_of(handled, "handle") > was
    assert (handled.calendar_version, handled.version) == (edition.version, version + 1)
    (line,) = _lines(handled)
    assert line.data["clocks"] == [
        {
            "clock": "handle",
            "action": "correct",
            "was": was.isoformat(),
            "due_at": handled.due_at.isoformat(),
        }
    ]
    assert line.data["calendar"] == {"from": 1, "to": edition.version}
    assert (line.reason, line.calendar_version) == ("县庆放假通知", edition.version)
    assert (line.due_at, line.from_state, line.to_state) == (handled.due_at, *["handling"] * 2)
    assert IncidentTask.objects.get(incident=handled).due_at == handled.due_at
    acts = AuditEvent.objects.filter(
        county_id=A, subject_id=handled.pk, action="incident.recalculate"
    )
    assert acts.count() == 1
    assert AuditEvent.objects.filter(county_id=A, action="calendar.published").count() == 1


def test_a_deadline_that_does_not_move_takes_only_the_edition_along(small):
    soon = reported(small, severity="critical")  # an hour, whatever the calendar
    edition = _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    soon.refresh_from_db()
    assert soon.calendar_version == edition.version
    assert soon.version == 1
    assert not _lines(soon)


def test_the_task_of_a_unit_moves_while_the_case_waits_for_the_centre(small):
    case = step(dispatched(small, small.water), "sign_for", handler := small.handler())
    step(case, "ask_extension", handler, reason="等待配件", extra_time="2 working days")
    _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    case.refresh_from_db()
    assert case.state == "extension_asked"
    assert case.due_at == _due_of(case, "grant")
    assert IncidentTask.objects.get(incident=case).due_at == _due_of(case, "handle")


def test_a_closed_case_keeps_the_edition_of_its_day(small):
    case = step(reported(small), "not_accept", small.township_operator(), reason="不属本县")
    _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    case.refresh_from_db()
    assert case.calendar_version == 1


@pytest.mark.parametrize("at_once", [1, 2])
def test_recalculating_goes_in_batches_and_is_done_once(small, monkeypatch, at_once):
    cases = [dispatched(small, small.water) for _ in range(3)]
    before = newest_edition()
    monkeypatch.setattr(flow, "AT_ONCE", 0)  # a large county: all is left to the job
    _publish(small, _closed_from_tomorrow(before.document, 9))
    monkeypatch.setattr(recalculating, "AT_ONCE", at_once)
    monkeypatch.setattr(recalculating, "STAMPED_AT_ONCE", at_once)
    assert not any(map(_lines, cases))
    tasks.recalculate_deadlines(A)
    tasks.recalculate_deadlines(A)
    for case in cases:
        case.refresh_from_db()
        assert case.due_at == _due_of(case, "sign")
        assert case.calendar_version == before.version + 1
        assert len(_lines(case)) == 1


def test_publishing_defers_the_job_for_what_is_reported_meanwhile(small):
    _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    job = ProcrastinateJob.objects.get(task_name=flow.TASK)
    assert job.args == {"county": A}
    assert job.scheduled_at > timezone.now()
    late = step(dispatched(small, small.water), "sign_for", small.handler())
    Incident.objects.filter(pk=late.pk).update(
        calendar_version=1, due_at=late.due_at - timedelta(days=20)
    )
    late.refresh_from_db()
    tasks.recalculate_deadlines(A)
    late.refresh_from_db()
    assert late.calendar_version == newest_edition().version


def test_a_units_own_calendar_moves_what_that_unit_holds(small):
    theirs = step(dispatched(small, small.water), "sign_for", small.handler())
    others = step(dispatched(small, small.roads), "sign_for", small.handler(small.roads))
    was = theirs.due_at
    duty = UnitDocument(key="water", week=[ROUND] * 7, observes=False)
    edition = _publish(small, duty, unit=small.water, note="防汛值班")
    theirs.refresh_from_db()
    others.refresh_from_db()
    assert theirs.due_at < was
    assert theirs.due_at == _due_of(theirs, "handle")
    (line,) = _lines(theirs)
    assert line.reason == "防汛值班"
    assert not _lines(others)
    assert others.calendar_version == theirs.calendar_version == edition.version
    told = Notice.objects.get(subject_id=theirs.pk, message="unit.recalculate")
    assert told.unit_id == small.water.pk
    new = dispatched(small, small.water)
    assert IncidentTask.objects.get(incident=new).due_at == _due_of(new, "handle")


def test_a_unit_that_follows_the_county_again_counts_by_its_calendar(small):
    duty = UnitDocument(key="water", week=[ROUND] * 7, observes=False)
    _publish(small, duty, unit=small.water)
    own = definitions.calendar_for(CalendarChoice.UNIT, small.water.pk)
    assert own.week == duty.over(newest_edition().document).calendar().week
    _publish(small, UnitDocument(key="water"), unit=small.water)
    assert small.water.pk not in newest_edition().units
    county = definitions.calendar_for(CalendarChoice.COUNTY, None)
    assert definitions.calendar_for(CalendarChoice.UNIT, small.water.pk) == county
    assert definitions.calendar_for(CalendarChoice.UNIT, None) == county
    always = definitions.calendar_for(CalendarChoice.ROUND_THE_CLOCK, small.water.pk)
    assert always.key == "round-the-clock"


def test_an_older_version_still_names_all_calendars_as_they_stood(small):
    _publish(small, UnitDocument(key="water", week=[ROUND] * 7), unit=small.water)
    second = newest_edition()
    _publish(small, _closed_from_tomorrow(second.document, 9))
    _publish(small, UnitDocument(key="water"), unit=small.water)
    tomorrow = timezone.localdate() + timedelta(days=1)
    as_it_was = definitions.calendars(second.version)
    unit = as_it_was.calendar_for(CalendarChoice.UNIT, str(small.water.pk))
    assert unit.shifts_on(tomorrow) == ((0, 1440),)
    third = definitions.calendars(second.version + 1)
    # What the county gives off, its unit observes; its own hours stay.
    unit = third.calendar_for(CalendarChoice.UNIT, str(small.water.pk))
    assert unit.shifts_on(tomorrow) == ()
    assert third.document.holidays[tomorrow] == "县庆"


def test_who_comes_second_is_told_to_look_again(small):
    seen = newest_edition().version
    _publish(small, _closed_from_tomorrow(newest_edition().document, 2))
    with pytest.raises(InputError, match="meanwhile"):
        flow.publish(
            newest_edition().document, unit=None, based_on=seen, by=_operator(small), note=""
        )
    assert CalendarVersion.objects.count() == 2


def test_a_county_calendar_that_a_unit_could_not_work_by_is_refused(small):
    nights = UnitDocument(key="water", week=[["22:00-06:00"]] * 7, makeup=["22:00-06:00"])
    _publish(small, nights, unit=small.water)
    early = {"since": "2027-01-01", "week": [["05:00-12:00"]] * 7, "makeup": ["05:00-12:00"]}
    county = newest_edition().document
    assert _publish(small, edited(county, changes=[early])).version == 3
    follower = UnitDocument(key="water", makeup=["22:00-06:00"], holidays={"2027-05-04": "盘点"})
    with pytest.raises(InputError, match="县水务局"):
        _publish(small, follower, unit=small.water)


def test_only_the_right_publishes(small):
    with pytest.raises(PermissionRefusedError):
        flow.publish(
            newest_edition().document, unit=None, based_on=1, by=small.dispatcher(), note=""
        )


def test_the_impact_is_told_before_anything_is_written(small):
    handled = step(dispatched(small, small.water), "sign_for", small.handler())
    reported(small, severity="critical")
    old = newest_edition()
    closed = flow.publishing.proposed(_closed_from_tomorrow(old.document, 9), unit=None, on=old)
    found = impact(old, closed, now=timezone.now())
    assert (found.open, found.moved, found.later, found.earlier) == (2, 1, 1, 0)
    (example,) = found.examples
    assert (example.number, example.was) == (handled.number, handled.due_at)
    duty = UnitDocument(key="water", week=[ROUND] * 7, observes=False)
    sooner = flow.publishing.proposed(duty, unit=small.water, on=old)
    later = handled.due_at - timedelta(hours=1)
    found = impact(old, sooner, now=later)
    assert (found.moved, found.earlier, found.missed) == (1, 1, 1)
    assert not _lines(handled)
    assert newest_edition().version == old.version


def test_a_rung_that_was_climbed_comes_again_when_the_deadline_is_later(small):
    days = small.category("0101").pk  # counted in days: never due before tomorrow
    case = dispatched(small, small.water, category_id=days)
    case = step(case, "sign_for", small.handler())
    case.refresh_from_db()
    Incident.objects.filter(pk=case.pk).update(rungs_taken=1)
    rung = case.next_rung_at
    _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    case.refresh_from_db()
    assert case.rungs_taken == 0
    assert case.next_rung_at > rung


def test_a_clock_that_a_condition_stopped_counts_by_the_new_calendar_when_it_goes_on(small):
    operator = small.township_operator()
    case = step(dispatched(small, small.water), "sign_for", small.handler())
    case = step(case, "stop_clock", operator, condition="weather", reason="连续暴雨")
    until = Progress.from_json(case.progress).stopped.until
    _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    case.refresh_from_db()
    stopped = Progress.from_json(case.progress).stopped
    assert stopped.until > until
    assert case.next_rung_at == stopped.until
    assert case.due_at == stopped.until
    (line,) = _lines(case)
    assert [one["clock"] for one in line.data["clocks"]] == ["weather"]
    case = step(case, "start_clock", operator)
    assert case.due_at == _due_of(case, "handle")


def test_recalculating_twice_by_hand_changes_nothing(small):
    case = step(dispatched(small, small.water), "sign_for", small.handler())
    edition = _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    case.refresh_from_db()
    version = case.version
    assert recalculate(edition, by=system()) == (0, 0)
    case.refresh_from_db()
    assert case.version == version


def test_ladder_and_stop_of_a_units_deadline_count_by_that_units_calendar(small):
    duty = UnitDocument(key="water", week=[ROUND] * 7, observes=False)
    _publish(small, duty, unit=small.water, note="防汛值班")
    operator = small.township_operator()
    running = step(dispatched(small, small.water), "sign_for", small.handler())
    stopped = step(dispatched(small, small.water), "sign_for", small.handler())
    stopped = step(stopped, "stop_clock", operator, condition="weather", reason="连续暴雨")
    rung, until = running.next_rung_at, Progress.from_json(stopped.progress).stopped.until
    assert rung == _two_hours_before(running.due_at, _water(small))
    assert until - Progress.from_json(stopped.progress).stopped.since == timedelta(days=10)

    # What the county gives off concerns a unit that works through it in nothing.
    _publish(small, _closed_from_tomorrow(newest_edition().document, 9))
    for case in (running, stopped):
        case.refresh_from_db()
        assert not _lines(case)
    assert running.next_rung_at == rung
    assert Progress.from_json(stopped.progress).stopped.until == until == stopped.due_at

    # And what the unit itself does otherwise moves both.
    _publish(small, UnitDocument(key="water"), unit=small.water)
    for case in (running, stopped):
        case.refresh_from_db()
        assert len(_lines(case)) == 1
    assert running.next_rung_at == _two_hours_before(running.due_at, _water(small)) != rung
    assert Progress.from_json(stopped.progress).stopped.until > until


def _two_hours_before(due: datetime, calendar: WorkCalendar) -> datetime:
    return back_from(due, Duration.parse("2 working hours"), calendar)


def _water(small: Small):
    return definitions.calendar_for(CalendarChoice.UNIT, small.water.pk)
