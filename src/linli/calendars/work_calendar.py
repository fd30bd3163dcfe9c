"""When a county or a unit works: hours, holidays, make-up workdays, festivals."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from linli.calendars.choices import CalendarChoice
from linli.calendars.festivals import Festival
from linli.calendars.hours import WHOLE_DAY, Hours, Shifts, check_order
from linli.calendars.timeline import LAST_YEAR, Timeline, lay_out
from linli.lib.errors import InputError

ROUND_THE_CLOCK = "round-the-clock"


class Calendars(Protocol):
    """The calendars of one county as they stood at one version; a `WorkCalendar` is one alone."""

    @property
    def county(self) -> "WorkCalendar": ...

    def calendar_for(self, choice: CalendarChoice, unit: str, /) -> "WorkCalendar":
        """The calendar that a choice means for a unit (by its id, "" for none)."""
        ...


@dataclass(frozen=True)
class WorkCalendar:
    """When a county or a unit works. `week` has seven entries, Monday first.

    A holiday and a festival have no working time; a make-up workday 调休上班日 works the `makeup`
    shifts and outranks both. `changes` are other hours that hold from a day on. The object is
    immutable and caches its own layout: keep and reuse it.
    """

    timezone: str
    week: tuple[Shifts, ...]
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    makeup: Shifts = ()
    changes: tuple[Hours, ...] = ()
    festivals: tuple[Festival, ...] = ()
    key: str = field(default="", compare=False)
    version: int = field(default=1, compare=False)

    def __post_init__(self) -> None:
        check_order(self.hours)
        for day in self.workdays:
            if not self.hours_on(day).makeup:
                raise InputError("Make-up workdays need their shifts.")

    @classmethod
    @lru_cache(maxsize=64)
    def round_the_clock(cls, timezone: str) -> "WorkCalendar":
        """Duty that never closes: every hour is a working hour."""
        return cls(timezone=timezone, week=(WHOLE_DAY,) * 7, key=ROUND_THE_CLOCK)

    @property
    def county(self) -> Self:
        """By itself it is the calendar of its county, and of every unit there."""
        return self

    def calendar_for(self, choice: CalendarChoice, _unit: str, /) -> "WorkCalendar":
        if choice is CalendarChoice.ROUND_THE_CLOCK:
            return self.round_the_clock(self.timezone)
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def hours(self) -> tuple[Hours, ...]:
        return (Hours(self.week, self.makeup), *self.changes)

    def hours_on(self, day: date) -> Hours:
        """The hours that hold on a day."""
        found = self.hours[0]
        for hours in self.changes:
            if day < hours.since:
                break
            found = hours
        return found

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
        """A local year may begin in another year of UTC, and last night's shift before it."""
        begin, end = first.year, last.year
        line: Timeline | None = self.__dict__.get("_line")
        if line is not None and line.first < begin and end < line.last:
            return line
        return self.line(begin - (first.month == 1), end + (last.month == 12))

    def shifts_on(self, day: date) -> Shifts:
        """The shifts that begin on a day."""
        hours = self.hours_on(day) if self.changes else self
        if day in self.workdays:
            return hours.makeup
        if day in self.holidays or (self.festivals and day in self.festival_days(day.year)):
            return ()
        return hours.week[day.weekday()]

    def festival_days(self, year: int) -> frozenset[date]:
        """Days off within a year; a festival of late December reaches into the next one."""
        known: dict[int, frozenset[date]] = self.__dict__.setdefault("_festival_days", {})
        if year not in known:
            begun = (one.days_off(start) for one in self.festivals for start in (year - 1, year))
            known[year] = frozenset(day for days in begun for day in days if day.year == year)
        return known[year]

    def is_working_day(self, day: date) -> bool:
        return bool(self.shifts_on(day))

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)
