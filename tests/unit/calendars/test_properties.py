"""What holds for every calendar: tried on generated shifts, holidays and time zones."""

import os
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from linli.calendars import (
    Clock,
    Duration,
    Unit,
    WorkCalendar,
    add_working_days,
    add_working_time,
    deadline,
    remaining,
    working_time_between,
)
from linli.calendars.timeline import Shift

ZONES = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]
FIRST, LAST = date(2026, 1, 1), date(2027, 3, 1)


@st.composite
def shifts(draw: st.DrawFn) -> tuple[Shift, ...]:
    ends = draw(st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True))
    ends = sorted(ends)[: len(ends) // 2 * 2]
    return tuple(Shift(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    week = draw(st.lists(st.one_of(shifts(), st.just(())), min_size=7, max_size=7))
    assume(any(week))
    days = st.frozensets(st.dates(FIRST, LAST), max_size=30)
    return WorkCalendar(
        timezone=draw(st.sampled_from(ZONES)),
        week=tuple(week),
        holidays=draw(days),
        workdays=draw(days),
        makeup=draw(shifts()),
    )


instants = st.integers(0, 365 * 86_400_000_000 - 1).map(
    lambda micros: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)
spans = st.timedeltas(timedelta(0), timedelta(hours=60))
durations = st.builds(Duration, st.integers(1, 30), st.sampled_from(Unit))
EXAMPLES = int(os.environ.get("LINLI_EXAMPLES", "50"))
MANY = settings(max_examples=EXAMPLES, deadline=None)


@MANY
@given(calendars(), instants, spans, spans)
def test_adding_two_spans_equals_adding_their_sum(
    calendar: WorkCalendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    twice = add_working_time(add_working_time(start, one, calendar), two, calendar)
    assert twice == add_working_time(start, one + two, calendar)


@MANY
@given(calendars(), instants, spans)
def test_as_much_time_lies_between_as_was_added(
    calendar: WorkCalendar, start: datetime, span: timedelta
) -> None:
    assert working_time_between(start, add_working_time(start, span, calendar), calendar) == span


@MANY
@given(calendars(), instants, st.timedeltas(timedelta(0), timedelta(days=9)), durations)
def test_a_later_start_never_gives_an_earlier_deadline(
    calendar: WorkCalendar, start: datetime, wait: timedelta, duration: Duration
) -> None:
    due = deadline(start, duration, calendar)
    assert start <= due <= deadline(start + wait, duration, calendar)


@MANY
@given(calendars(), instants, st.integers(0, 40))
def test_working_days_count_the_days_on_which_somebody_works(
    calendar: WorkCalendar, start: datetime, days: int
) -> None:
    due = calendar.local(add_working_days(start, days, calendar)).date()
    first = calendar.local(add_working_time(start, timedelta(microseconds=1), calendar)).date()
    if days:
        dates = [first + timedelta(days=n) for n in range(1, (due - first).days + 1)]
        assert sum(map(calendar.is_working_day, dates)) == days


@MANY
@given(shifts(), instants, st.integers(0, 20), st.integers(0, 20), st.sampled_from(ZONES[:1]))
def test_days_add_up_where_every_working_day_is_alike(
    shift: tuple[Shift, ...], start: datetime, one: int, two: int, zone: str
) -> None:
    calendar = WorkCalendar(timezone=zone, week=(shift,) * 5 + ((),) * 2)
    # From an instant of work: outside, the first step alone moves to the opening.
    start = add_working_time(start, timedelta(microseconds=1), calendar) - timedelta(microseconds=1)
    twice = add_working_days(add_working_days(start, one, calendar), two, calendar)
    assert twice == add_working_days(start, one + two, calendar)


@MANY
@given(calendars(), instants, durations, st.lists(st.timedeltas(timedelta(0), timedelta(days=3))))
def test_pausing_never_shortens(
    calendar: WorkCalendar, start: datetime, allowance: Duration, gaps: list[timedelta]
) -> None:
    clock = Clock.start(start, allowance)
    now, due = start, deadline(start, allowance, calendar)
    for number, gap in enumerate(gaps):
        now += gap
        clock = clock.pause(now, calendar) if number % 2 == 0 else clock.resume(now)
    later = clock.resume(now).due(calendar)
    assert later is not None
    assert later >= due


@MANY
@given(calendars(), instants, durations, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_pause_gives_back_exactly_the_time_that_was_left(
    calendar: WorkCalendar, start: datetime, allowance: Duration, rest: timedelta
) -> None:
    assume(allowance.unit is not Unit.WORKING_DAYS)
    due = deadline(start, allowance, calendar)
    stop = start + (due - start) / 3
    clock = Clock.start(start, allowance).pause(stop, calendar).resume(stop + rest)
    later = clock.due(calendar)
    assert later is not None
    if allowance.unit is Unit.HOURS:
        assert later - (stop + rest) == due - stop
    else:
        assert working_time_between(stop + rest, later, calendar) == working_time_between(
            stop, due, calendar
        )


@MANY
@given(calendars(), instants, instants)
def test_what_remains_leads_from_now_to_the_deadline(
    calendar: WorkCalendar, now: datetime, due: datetime
) -> None:
    left = remaining(now, due, calendar)
    assert left.overdue is (now > due)
    early, late = min(now, due), max(now, due)
    steps = add_working_days(early, left.days, calendar)
    assert steps <= late
    assert add_working_days(early, left.days + 1, calendar) > late
    rest = working_time_between(steps, late, calendar)
    assert timedelta(hours=left.hours, minutes=left.minutes) == rest - rest % timedelta(minutes=1)


@given(instants, durations, spans)
def test_a_clock_survives_storage(start: datetime, allowance: Duration, used: timedelta) -> None:
    clock = Clock(started_at=start, allowances=(allowance,), used=used, since=None)
    assert Clock.from_json(clock.to_json()) == clock
