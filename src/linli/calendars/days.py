"""What each day of a calendar is, and what differs between two calendars."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from linli.calendars.documents import CalendarDocument
from linli.calendars.festivals import Festival
from linli.calendars.hours import Shifts
from linli.calendars.work_calendar import WorkCalendar

DAY = timedelta(days=1)


class DayKind(StrEnum):
    """`rest` is an ordinary day without shifts, such as most Sundays."""

    WORK = "work"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    FESTIVAL = "festival"


SPECIAL = frozenset({DayKind.HOLIDAY, DayKind.MAKEUP, DayKind.FESTIVAL})


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    kind: DayKind
    name: str
    shifts: Shifts

    @property
    def special(self) -> bool:
        return self.kind in SPECIAL


class Span(NamedTuple):
    """Days in a row that are the same, or change in the same way; `before` is None where nothing
    is compared. An ordinary day has no name, and its kind is that of the first one.
    """

    first: date
    last: date
    after: Day
    before: Day | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Days:
    """Looks up the days of one calendar."""

    def __init__(self, document: CalendarDocument) -> None:
        self.document = document
        self.calendar = document.calendar()
        self._festivals: dict[int, dict[date, str]] = {}

    def on(self, day: date) -> Day:
        shifts = self.calendar.shifts_on(day)
        document = self.document
        if day in document.workdays:
            return Day(day, DayKind.MAKEUP, document.workdays[day], shifts)
        if day in document.holidays:
            return Day(day, DayKind.HOLIDAY, document.holidays[day], shifts)
        name = self._festival(day)
        if name is not None:
            return Day(day, DayKind.FESTIVAL, name, shifts)
        return Day(day, DayKind.WORK if shifts else DayKind.REST, "", shifts)

    def year(self, year: int) -> list[Day]:
        first = date(year, 1, 1)
        count = (date(year, 12, 31) - first).days + 1
        return [self.on(first + number * DAY) for number in range(count)]

    def special(self, year: int) -> list[Span]:
        """The holidays, make-up workdays and festivals of a year, in a row where they are one."""
        return list(_spans((day, None) for day in self.year(year) if day.special))

    def _festival(self, day: date) -> str | None:
        if day.year not in self._festivals:
            begun = ((one, start) for one in self.document.festivals for start in (-1, 0))
            self._festivals[day.year] = {
                off: one.name for one, start in begun for off in one.days_off(day.year + start)
            }
        return self._festivals[day.year].get(day)


@dataclass(frozen=True)
class Differences:
    """What a new calendar does otherwise: single days, the hours, rules of festivals."""

    days: Sequence[Span]
    hours: bool
    festivals_gone: Sequence[Festival]
    festivals_new: Sequence[Festival]

    def __bool__(self) -> bool:
        return bool(self.days or self.hours or self.festivals_gone or self.festivals_new)


def compare(old: CalendarDocument, new: CalendarDocument) -> Differences:
    """Named days are compared one by one, festivals by their rules, hours as a whole."""
    named = set(chain(old.holidays, old.workdays, new.holidays, new.workdays))
    was, becomes = Days(old), Days(new)
    pairs = ((becomes.on(day), was.on(day)) for day in sorted(named))
    changed = ((after, before) for after, before in pairs if _look(after) != _look(before))
    return Differences(
        days=list(_spans(changed)),
        hours=was.calendar.hours != becomes.calendar.hours,
        festivals_gone=[one for one in old.festivals if one not in new.festivals],
        festivals_new=[one for one in new.festivals if one not in old.festivals],
    )


def first_difference(old: WorkCalendar, new: WorkCalendar) -> date | None:
    """No shift that begins before this day is another one; None where all are the same."""
    days = (old.holidays ^ new.holidays) | (old.workdays ^ new.workdays)
    hours = set(old.hours) ^ set(new.hours)
    rules = set(old.festivals) ^ set(new.festivals)
    found = [*days, *(one.since for one in hours), *(date(one.since, 1, 1) for one in rules)]
    return min(found, default=None)


def _look(day: Day) -> tuple[object, ...]:
    return (day.kind, day.name) if day.special else ()


def _spans(days: Iterable[tuple[Day, Day | None]]) -> Iterator[Span]:
    """Join days that follow each other and are, and were, alike."""
    open_span: Span | None = None
    for after, before in days:
        if open_span is not None and _joins(open_span, after, before):
            open_span = open_span._replace(last=after.date)
            continue
        if open_span is not None:
            yield open_span
        open_span = Span(after.date, after.date, after, before)
    if open_span is not None:
        yield open_span


def _joins(span: Span, after: Day, before: Day | None) -> bool:
    before_alike = (span.before and _look(span.before)) == (before and _look(before))
    return span.last + DAY == after.date and _look(span.after) == _look(after) and before_alike
