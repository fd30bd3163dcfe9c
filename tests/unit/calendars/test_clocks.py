"""A clock that stops while a matter waits, and goes on with what was left."""

from datetime import date, timedelta

import pytest

from linli.calendars import CalendarChoice, Clock, Duration, remaining

from .test_working_time import NATIONAL_DAY, china, office


def test_a_clock_that_never_stopped_ends_with_its_allowance() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("1 working day"))
    assert clock.due(office()) == china(2026, 9, 30, 9, 0)


def test_a_paused_clock_has_no_deadline() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("5 working hours"))
    paused = clock.pause(china(2026, 9, 29, 11, 0))
    assert paused.paused
    assert paused.due(office()) is None
    assert paused.pause(china(2026, 9, 29, 16, 0)) == paused


def test_what_was_left_runs_on_after_a_pause() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("5 working hours"))
    resumed = clock.pause(china(2026, 9, 29, 11, 0)).resume(china(2026, 10, 8, 9, 0))
    assert resumed.due(office()) == china(2026, 10, 8, 12, 0)
    assert resumed.resume(china(2026, 10, 9, 9, 0)) == resumed


def test_working_days_keep_what_was_left_too() -> None:
    clock = Clock.start(china(2026, 9, 21, 9, 0), Duration.parse("2 working days"))
    resumed = clock.pause(china(2026, 9, 22, 9, 0)).resume(china(2026, 9, 28, 9, 0))
    assert resumed.due(office()) == china(2026, 9, 29, 9, 0)


def test_an_overdue_clock_stays_overdue_through_a_pause() -> None:
    clock = Clock.start(china(2026, 9, 21, 9, 0), Duration.parse("2 hours"))
    resumed = clock.pause(china(2026, 9, 22, 9, 0)).resume(china(2026, 9, 28, 9, 0))
    assert resumed.due(office()) == china(2026, 9, 21, 11, 0)


def test_an_extension_begins_where_the_deadline_was() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("1 working day"))
    assert clock.extend(Duration.parse("2 working days")).due(office()) == china(2026, 10, 9, 9, 0)


@pytest.mark.parametrize("allowance", ["7 working hours", "1 working day"])
def test_an_extended_deadline_at_the_close_of_a_day_stays_at_a_close(allowance: str) -> None:
    clock = Clock.start(china(2026, 9, 27, 22, 0), Duration.parse("7 working hours"))
    assert clock.due(office()) == china(2026, 9, 28, 17, 30)
    extended = clock.extend(Duration.parse(allowance))
    assert extended.due(office()) == china(2026, 9, 29, 17, 30)
    paused = extended.pause(china(2026, 9, 29, 10, 0)).resume(china(2026, 9, 30, 10, 0))
    assert paused.due(office()) == china(2026, 9, 30, 17, 30)


def test_a_clock_that_ran_out_after_a_pause_stays_where_it_ran_out() -> None:
    clock = Clock.start(china(2026, 9, 21, 9, 0), Duration.parse("2 hours"))
    clock = clock.pause(china(2026, 9, 21, 10, 0)).resume(china(2026, 9, 21, 14, 0))
    assert clock.due(office()) == china(2026, 9, 21, 15, 0)
    later = clock.pause(china(2026, 9, 21, 16, 0)).resume(china(2026, 9, 21, 17, 0))
    assert later.due(office()) == china(2026, 9, 21, 15, 0)


def test_a_pause_before_the_opening_at_which_it_is_due_moves_it_to_the_next_opening() -> None:
    # Reported on Saturday night: counted from Monday's opening, due at Tuesday's.
    clock = Clock.start(china(2026, 9, 19, 22, 0), Duration.parse("1 working day"))
    assert clock.due(office()) == china(2026, 9, 22, 8, 30)
    paused = clock.pause(china(2026, 9, 22, 8, 0))
    assert paused.resume(china(2026, 9, 23, 8, 0)).due(office()) == china(2026, 9, 23, 8, 30)


def test_plain_hours_and_the_working_days_of_an_extension_each_keep_their_own_kind() -> None:
    clock = Clock.start(china(2026, 9, 19, 0, 0), Duration.parse("24 hours"))
    clock = clock.extend(Duration.parse("1 working day"))
    clock = clock.pause(china(2026, 9, 19, 1, 0)).resume(china(2026, 9, 22, 10, 0))
    # 23 plain hours are left until Wednesday 09:00, then the 7 working hours of a working day.
    assert clock.due(office()) == china(2026, 9, 24, 9, 0)


def test_under_another_calendar_it_is_as_if_it_had_counted_by_it_from_the_start() -> None:
    clock = Clock.start(china(2026, 9, 28, 9, 0), Duration.parse("10 working hours"))
    clock = clock.pause(china(2026, 9, 30, 9, 0)).resume(china(2026, 10, 9, 9, 0))
    assert clock.due(office()) == china(2026, 9, 29, 12, 0)
    # Two days before the pause were holidays: half an hour of the first run remains.
    closed = office(holidays=[*NATIONAL_DAY, date(2026, 9, 28), date(2026, 9, 29)])
    assert clock.due(closed) == china(2026, 10, 10, 11, 30)
    fresh = Clock.start(china(2026, 9, 28, 9, 0), Duration.parse("10 working hours"))
    assert fresh.due(closed) == china(2026, 10, 8, 11, 30)


def test_a_day_that_somebody_set_ends_with_its_last_shift() -> None:
    clock = Clock.start_until(china(2026, 9, 29, 9, 0), date(2026, 10, 10))
    assert clock.due(office()) == china(2026, 10, 10, 17, 30)
    assert clock.due(office(workdays=[])) == china(2026, 10, 12, 17, 30)
    assert Clock.from_json(clock.to_json()) == clock


def test_a_clock_counts_by_the_calendar_that_it_names() -> None:
    clock = Clock.start(
        china(2026, 10, 2, 22, 0),
        Duration.parse("5 working hours"),
        calendar=CalendarChoice.ROUND_THE_CLOCK,
    )
    assert clock.due(office()) == china(2026, 10, 3, 3, 0)
    county = clock.count_by(CalendarChoice.COUNTY, "")
    assert county.due(office()) == china(2026, 10, 8, 15, 30)


def test_what_an_earlier_release_stored_still_counts() -> None:
    stored = {
        "started_at": "2026-09-29T01:00:00+00:00",
        "allowances": ["5 working hours"],
        "used": 7200.0,
        "since": "2026-10-08T01:00:00+00:00",
        "until": None,
    }
    assert Clock.from_json(stored).due(office()) == china(2026, 10, 8, 12, 0)
    review = stored | {"allowances": [], "until": "2026-12-01T09:30:00+00:00"}
    assert Clock.from_json(review).due(office()) == china(2026, 12, 1, 17, 30)


def test_the_time_left_is_told_in_working_days_hours_and_minutes() -> None:
    left = remaining(china(2026, 9, 29, 16, 30), china(2026, 9, 30, 11, 30), office())
    assert (left.overdue, left.days, left.hours, left.minutes) == (False, 0, 4, 0)
    over = remaining(china(2026, 10, 8, 10, 15), china(2026, 9, 29, 10, 0), office())
    assert (over.overdue, over.days, over.hours, over.minutes) == (True, 2, 0, 15)


def test_a_deadline_is_not_missed_at_its_very_instant() -> None:
    now = china(2026, 9, 29, 10, 0)
    assert not remaining(now, now, office()).overdue
    assert remaining(now + timedelta(seconds=1), now, office()).overdue
