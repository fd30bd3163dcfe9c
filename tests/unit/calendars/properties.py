"""What holds for every calendar, whatever its shifts, holidays and time zone."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from linli.calendars import (
    CalendarChoice,
    Clock,
    Unit,
    WorkCalendar,
    add_working_days,
    add_working_time,
    deadline,
    remaining,
    working_time_between,
)
from tests.unit.calendars.generated import Bytes

TICK = timedelta(microseconds=1)
Property = Callable[[WorkCalendar, Bytes], None]


def a_later_start_never_gives_an_earlier_deadline(calendar: WorkCalendar, draw: Bytes) -> None:
    start, duration = draw.instant(), draw.duration()
    due = deadline(start, duration, calendar)
    assert start <= due <= deadline(start + draw.gap(), duration, calendar)


def two_spans_add_up_to_their_sum(calendar: WorkCalendar, draw: Bytes) -> None:
    start, one, two = draw.instant(), draw.span(), draw.span()
    twice = add_working_time(add_working_time(start, one, calendar), two, calendar)
    assert twice == add_working_time(start, one + two, calendar)


def as_much_time_lies_between_as_was_added(calendar: WorkCalendar, draw: Bytes) -> None:
    start, span = draw.instant(), draw.span()
    for opening in (False, True):
        end = add_working_time(start, span, calendar, opening=opening)
        assert working_time_between(start, end, calendar) == span
    assert working_time_between(start, end + TICK, calendar) > span


def working_time_is_that_of_the_shifts_on_the_wall(calendar: WorkCalendar, draw: Bytes) -> None:
    """Against another way of counting: every shift by the clock on the wall, overlaps once."""
    start = draw.instant()
    end = start + 2 * draw.gap()
    counted, reached = timedelta(), start
    for opens, closes in _shifts_on_the_wall(calendar, start, end):
        counted += max(min(closes, end) - max(opens, reached), timedelta())
        reached = max(reached, min(closes, end))
    assert working_time_between(start, end, calendar) == counted


def working_days_are_the_days_on_which_a_shift_begins(calendar: WorkCalendar, draw: Bytes) -> None:
    start, days = draw.instant(), 1 + draw.below(9)
    line = calendar.line_around(start, start + timedelta(days=60))
    due = add_working_days(start, days, calendar)
    begin = line.next_interval(_micros(start))
    assert begin is not None
    first = date.fromordinal(line.days[line.day_of[begin]])
    last = _day_of(calendar, due, first)
    between = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    assert sum(map(calendar.is_working_day, between)) == days


def a_holiday_more_never_brings_a_deadline_forward(calendar: WorkCalendar, draw: Bytes) -> None:
    start, duration, day = draw.instant(), draw.duration(), draw.day()
    fewer = WorkCalendar(
        timezone=calendar.timezone,
        week=calendar.week,
        makeup=calendar.makeup,
        changes=calendar.changes,
        festivals=calendar.festivals,
        holidays=calendar.holidays | {day},
        workdays=calendar.workdays - {day},
    )
    assert deadline(start, duration, calendar) <= deadline(start, duration, fewer)


def a_pause_never_shortens(calendar: WorkCalendar, draw: Bytes) -> None:
    """Nor does it eat what was left: whoever was in time at the pause is so when it ends."""
    now = draw.instant()
    clock = Clock.start(now, draw.duration())
    for _ in range(draw.below(4)):
        due = clock.due(calendar)
        assert due is not None
        now += draw.gap()
        paused = clock.pause(now)
        assert paused.due(calendar) is None
        in_time, now = now < due, now + draw.gap()
        clock = paused.resume(now)
        later = clock.due(calendar)
        assert later is not None
        assert later >= due
        assert not in_time or later >= now
        clock = clock.extend(draw.duration()) if draw.below(2) else clock


def a_pause_gives_back_exactly_what_was_left(calendar: WorkCalendar, draw: Bytes) -> None:
    start, allowance, rest = draw.instant(), draw.duration(), draw.gap()
    due = deadline(start, allowance, calendar)
    stop = start + (due - start) / 3
    later = Clock.start(start, allowance).pause(stop).resume(stop + rest).due(calendar)
    assert later is not None
    if allowance.unit is Unit.HOURS:
        assert later - (stop + rest) == due - stop
    else:
        left = working_time_between(stop, due, calendar)
        assert working_time_between(stop + rest, later, calendar) == left


def a_pause_of_no_length_changes_nothing(calendar: WorkCalendar, draw: Bytes) -> None:
    clock = Clock.start(draw.instant(), draw.duration()).extend(draw.duration())
    due = clock.due(calendar)
    assert due is not None
    broken, now = clock, clock.started_at
    while (now := now + timedelta(minutes=1) + draw.gap()) < due and len(broken.runs) < 9:
        broken = broken.pause(now).resume(now)
    assert broken.due(calendar) == due


def a_clock_survives_storage(calendar: WorkCalendar, draw: Bytes) -> None:
    choice = tuple(CalendarChoice)[draw.below(3)]
    unit = "u" if choice is CalendarChoice.UNIT else ""
    clock = Clock.start(draw.instant(), draw.duration(), calendar=choice, unit=unit)
    clock = clock.pause(clock.started_at + draw.gap())
    clock = clock.resume(clock.runs[-1][1] + draw.gap()).extend(draw.duration())
    again = Clock.from_json(clock.to_json())
    assert again == clock
    assert again.due(calendar) == clock.due(calendar)


def what_remains_leads_from_now_to_the_deadline(calendar: WorkCalendar, draw: Bytes) -> None:
    now = draw.instant()
    due = now + 2 * draw.gap() - draw.gap()
    left = remaining(now, due, calendar)
    assert left.overdue is (now > due)
    early, late = min(now, due), max(now, due)
    steps = add_working_days(early, left.days, calendar)
    assert steps <= late
    assert add_working_days(early, left.days + 1, calendar) > late
    rest = working_time_between(steps, late, calendar)
    assert timedelta(hours=left.hours, minutes=left.minutes) == rest - rest % timedelta(minutes=1)


PROPERTIES: tuple[Property, ...] = (
    a_later_start_never_gives_an_earlier_deadline,
    two_spans_add_up_to_their_sum,
    as_much_time_lies_between_as_was_added,
    working_time_is_that_of_the_shifts_on_the_wall,
    working_days_are_the_days_on_which_a_shift_begins,
    a_holiday_more_never_brings_a_deadline_forward,
    a_pause_never_shortens,
    a_pause_gives_back_exactly_what_was_left,
    a_pause_of_no_length_changes_nothing,
    a_clock_survives_storage,
    what_remains_leads_from_now_to_the_deadline,
)


def _shifts_on_the_wall(
    calendar: WorkCalendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    day, last = calendar.local(start).date() - timedelta(days=1), calendar.local(end).date()
    while day <= last:
        midnight = datetime.combine(day, time())
        for shift in calendar.shifts_on(day):
            walls = (midnight + timedelta(minutes=minute) for minute in shift)
            opens, closes = (wall.replace(tzinfo=calendar.zone).astimezone(UTC) for wall in walls)
            yield opens, closes
        day += timedelta(days=1)


def _day_of(calendar: WorkCalendar, moment: datetime, first: date) -> date:
    """The working day to which a deadline belongs: that of its shift, which may be the day before.

    A deadline may stand at the close of a shift, which the next one's opening may equal.
    """
    day = calendar.local(moment).date()
    for back in (0, 1):
        begins = day - timedelta(days=back)
        for shift in calendar.shifts_on(begins):
            wall = datetime.combine(begins, time()) + timedelta(minutes=shift.start)
            if begins > first and wall.replace(tzinfo=calendar.zone) <= moment:
                return begins
    raise AssertionError(f"{moment} is in no shift")


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // TICK
