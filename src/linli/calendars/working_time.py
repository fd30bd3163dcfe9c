"""Working calendars and the arithmetic of working time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from linli.calendars.durations import Duration, Unit
from linli.calendars.timeline import (
    CHANGING,
    LAST_YEAR,
    MINUTE,
    Shift,
    Timeline,
    instant_at,
    lay_out,
    micros,
    span_micros,
)

WHOLE_DAY = (Shift(0, 1440),)


@dataclass(frozen=True)
class WorkCalendar:
    """When a county or a unit works. `week` has seven entries, Monday first.

    A holiday has no working time; a make-up workday 调休上班日 works the `makeup` shifts and
    outranks a holiday. The object is immutable and caches its own layout: keep and reuse it.
    """

    timezone: str
    week: tuple[tuple[Shift, ...], ...]
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    makeup: tuple[Shift, ...] = ()
    key: str = field(default="", compare=False)
    version: int = field(default=1, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for shifts in (*self.week, self.makeup):
            _check_shifts(shifts)
        if not any(self.week):
            raise ValueError("a calendar without working time can set no deadline")
        if self.workdays and not self.makeup:
            raise ValueError("make-up workdays need their shifts")

    @classmethod
    def round_the_clock(cls, timezone: str) -> Self:
        """Duty that never closes: every hour is a working hour."""
        return cls(timezone=timezone, week=(WHOLE_DAY,) * 7, key="round-the-clock")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def line(self, first: int, last: int) -> Timeline:
        """The layout of at least these years. One assignment replaces it: threads may share it."""
        line: Timeline | None = self.__dict__.get("_line")
        if line is not None and line.covers(first, last):
            return line
        if line is not None:
            # Twice the length each time: growing year by year would cost its square.
            length = line.last - line.first + 1
            first = line.first if first >= line.first else min(first, line.first - length)
            last = line.last if last <= line.last else max(last, line.last + length)
        if last > LAST_YEAR:
            raise OverflowError("no working time left before the year 9000")
        line = lay_out(self.zone, self.shifts_on, max(first, 1), last)
        self.__dict__["_line"] = line
        return line

    def line_around(self, first: datetime, last: datetime) -> Timeline:
        # A local year may begin in another year of UTC.
        return self.line(first.year - 1, last.year + 1)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        if day in self.workdays:
            return self.makeup
        if day in self.holidays:
            return ()
        return self.week[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        return bool(self.shifts_on(day))

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)


def _check_shifts(shifts: Sequence[Shift]) -> None:
    previous = 0
    for shift in shifts:
        if not previous <= shift.start < shift.end <= 1440:
            raise ValueError(f"shifts are in order, do not overlap and end by 24:00: {shifts}")
        previous = shift.end


def add_working_time(start: datetime, span: timedelta, calendar: WorkCalendar) -> datetime:
    """The earliest instant by which `span` of working time has passed since `start`.

    It ends at the close of a shift rather than at the next opening; no span, no move.
    """
    wanted = span_micros(span)
    if wanted <= 0:
        if wanted < 0:
            raise ValueError("working time is added forward only")
        return start.astimezone(UTC)
    line = calendar.line_around(start, start)
    moment = micros(start)
    while (found := line.reach(line.used(moment) + wanted)) is None:
        line = calendar.line(line.first, line.last + 1)
    return instant_at(found)


def working_time_between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Working time from `start` to `end`; negative when `end` is the earlier one."""
    if end < start:
        return -working_time_between(end, start, calendar)
    line = calendar.line_around(start, end)
    return timedelta(microseconds=line.used(micros(end)) - line.used(micros(start)))


def add_working_days(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The same time of day on the n-th working day after the day of `start`.

    The day of the start does not count (民法典 201). A start outside working time counts from
    the next opening; where that day's shifts are shorter, the time moves into them.
    """
    if days <= 0:
        if days < 0:
            raise ValueError("working days are added forward only")
        return start.astimezone(UTC)
    moment = micros(start)
    line = calendar.line_around(start, start)
    while (found := _day_reached(line, moment, days)) is None:
        line = calendar.line(line.first, line.last + 1)
    interval, target = found
    begin = line.day_of[interval]
    wall = _wall(max(moment, line.opens[interval]), line.midnights[begin], calendar)
    day = date.fromordinal(line.days[target])
    return _on_wall(
        day, _inside(wall, calendar.shifts_on(day)), line.midnights[target], calendar.zone
    )


def _day_reached(line: Timeline, moment: int, days: int) -> tuple[int, int] | None:
    """The interval that a start counts from and the n-th working day after its day, by index."""
    interval = line.next_interval(moment)
    if interval is None or line.day_of[interval] + days >= len(line.days):
        return None
    return interval, line.day_of[interval] + days


def close_of_day(day: date, calendar: WorkCalendar) -> datetime:
    """The end of the last shift of `day`, or of the next working day (民法典 203)."""
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return _on_wall(day, calendar.shifts_on(day)[-1].end * MINUTE, CHANGING, calendar.zone)


def deadline(start: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """When a duration that begins at `start` ends, in UTC."""
    if duration.unit is Unit.WORKING_DAYS:
        return add_working_days(start, duration.amount, calendar)
    if duration.unit is Unit.HOURS:
        return start.astimezone(UTC) + duration.span
    return add_working_time(start, duration.span, calendar)


def _wall(moment: int, midnight: int, calendar: WorkCalendar) -> int:
    """Microseconds on the wall clock since midnight."""
    if midnight != CHANGING:
        return moment - midnight
    at = calendar.local(instant_at(moment)).time()
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return seconds * 1_000_000 + at.microsecond


def _inside(wall: int, shifts: Sequence[Shift]) -> int:
    """Keep a time of day inside the shifts: a break becomes the close before it."""
    best = shifts[0].start * MINUTE
    for start, end in shifts:
        if start * MINUTE <= wall:
            best = min(wall, end * MINUTE)
    return best


def _on_wall(day: date, wall: int, midnight: int, zone: ZoneInfo) -> datetime:
    if midnight != CHANGING:
        return instant_at(midnight + wall)
    local = datetime.combine(day, time()) + timedelta(microseconds=wall)
    return local.replace(tzinfo=zone).astimezone(UTC)
