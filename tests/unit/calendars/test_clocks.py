"""A clock that stops while a matter waits, and goes on with what was left."""

from datetime import UTC, datetime, timedelta

from linli.calendars import Clock, Duration, remaining

from .test_working_time import china, office


def test_a_clock_that_never_stopped_ends_with_its_allowance() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("1 working day"))
    assert clock.due(office()) == china(2026, 9, 30, 9, 0)


def test_a_paused_clock_has_no_deadline() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("5 working hours"))
    paused = clock.pause(china(2026, 9, 29, 11, 0), office())
    assert paused.paused
    assert paused.due(office()) is None
    assert paused.pause(china(2026, 9, 29, 16, 0), office()) == paused


def test_what_was_left_runs_on_after_a_pause() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("5 working hours"))
    resumed = clock.pause(china(2026, 9, 29, 11, 0), office()).resume(china(2026, 10, 8, 9, 0))
    assert resumed.due(office()) == china(2026, 10, 8, 12, 0)
    assert resumed.resume(china(2026, 10, 9, 9, 0)) == resumed


def test_working_days_keep_what_was_left_too() -> None:
    clock = Clock.start(china(2026, 9, 21, 9, 0), Duration.parse("2 working days"))
    resumed = clock.pause(china(2026, 9, 22, 9, 0), office()).resume(china(2026, 9, 28, 9, 0))
    assert resumed.due(office()) == china(2026, 9, 29, 9, 0)


def test_an_overdue_clock_stays_overdue_through_a_pause() -> None:
    clock = Clock.start(china(2026, 9, 21, 9, 0), Duration.parse("2 hours"))
    resumed = clock.pause(china(2026, 9, 22, 9, 0), office()).resume(china(2026, 9, 28, 9, 0))
    assert resumed.due(office()) == china(2026, 9, 21, 11, 0)


def test_an_extension_begins_where_the_deadline_was() -> None:
    clock = Clock.start(china(2026, 9, 29, 9, 0), Duration.parse("1 working day"))
    assert clock.extend(Duration.parse("2 working days")).due(office()) == china(2026, 10, 9, 9, 0)


def test_a_date_that_somebody_set_stands() -> None:
    review = datetime(2026, 12, 1, tzinfo=UTC)
    clock = Clock.start_until(china(2026, 9, 29, 9, 0), review)
    assert clock.due(office()) == review
    assert Clock.from_json(clock.to_json()) == clock


def test_the_time_left_is_told_in_working_days_hours_and_minutes() -> None:
    left = remaining(china(2026, 9, 29, 16, 30), china(2026, 9, 30, 11, 30), office())
    assert (left.overdue, left.days, left.hours, left.minutes) == (False, 0, 4, 0)
    assert (left.nights, left.due) == (1, china(2026, 9, 30, 11, 30))
    over = remaining(china(2026, 10, 8, 10, 15), china(2026, 9, 29, 10, 0), office())
    assert (over.overdue, over.days, over.hours, over.minutes) == (True, 2, 0, 15)
    assert over.nights == -9


def test_a_deadline_is_not_missed_at_its_very_instant() -> None:
    now = china(2026, 9, 29, 10, 0)
    assert not remaining(now, now, office()).overdue
    assert remaining(now + timedelta(seconds=1), now, office()).overdue
