"""The working time of a calendar laid out on one line, so that a deadline is two bisections.

Instants are whole microseconds since 1970 UTC: sums and differences are exact.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_YEAR = 9000
CHANGING = -(1 << 62)
MINUTE = 60_000_000
_SECOND = 1_000_000
_DAY = 86_400
_EPOCH_DAY = EPOCH.toordinal()


class Shift(NamedTuple):
    """Minutes after local midnight, 0 to 1440; the end is later than the start."""

    start: int
    end: int


def micros(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise ValueError("a naive datetime names no instant: give it a time zone")
    return span_micros(instant - EPOCH)


def span_micros(span: timedelta) -> int:
    return (span.days * _DAY + span.seconds) * _SECOND + span.microseconds


def instant_at(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def _numbers() -> "array[int]":
    return array("q")


@dataclass(frozen=True, slots=True)
class Timeline:
    """Working intervals of the local years `first` to `last`; never changed once laid out.

    `opens[i]`..`closes[i]` is an interval, `before[i]` the working time of all earlier ones and
    `after[i]` that with its own added. `days` are the ordinals of the working days, `midnights`
    their local midnights (CHANGING where the clock is set that day), and `day_of[i]` the working
    day of an interval.
    """

    first: int
    last: int
    opens: "array[int]" = field(default_factory=_numbers)
    closes: "array[int]" = field(default_factory=_numbers)
    before: "array[int]" = field(default_factory=_numbers)
    after: "array[int]" = field(default_factory=_numbers)
    days: "array[int]" = field(default_factory=_numbers)
    midnights: "array[int]" = field(default_factory=_numbers)
    day_of: "array[int]" = field(default_factory=_numbers)

    def covers(self, first: int, last: int) -> bool:
        return self.first <= first and last <= self.last

    def used(self, moment: int) -> int:
        """Working microseconds from the line's beginning to a moment."""
        index = bisect_right(self.opens, moment) - 1
        if index < 0:
            return 0
        return self.before[index] + min(moment, self.closes[index]) - self.opens[index]

    def reach(self, used: int) -> int | None:
        """The earliest moment by which so much working time has passed; None beyond the end."""
        index = bisect_left(self.after, used)
        if index == len(self.after):
            return None
        return self.opens[index] + used - self.before[index]

    def next_interval(self, moment: int) -> int | None:
        """The interval that holds the moment (its end excluded), else the next one."""
        index = bisect_right(self.closes, moment)
        return None if index == len(self.closes) else index

    def _append(self, begin: int, finish: int) -> None:
        total = self.after[-1] if self.after else 0
        self.day_of.append(len(self.days) - 1)
        self.opens.append(begin)
        self.closes.append(finish)
        self.before.append(total)
        self.after.append(total + finish - begin)


def lay_out(
    zone: ZoneInfo, shifts_on: Callable[[date], Sequence[Shift]], first: int, last: int
) -> Timeline:
    """Lay out whole local years."""
    line = Timeline(first=first, last=last)
    cursor = micros(datetime(first, 1, 1, tzinfo=UTC)) - _DAY * _SECOND
    for ordinal in range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        shifts = shifts_on(day)
        if shifts:
            cursor = _add_day(line, zone, day, shifts, cursor)
    return line


def _add_day(
    line: Timeline, zone: ZoneInfo, day: date, shifts: Sequence[Shift], cursor: int
) -> int:
    offset = _offset(zone, day, 0)
    changing = offset != _offset(zone, day, 1440)
    naive = (day.toordinal() - _EPOCH_DAY) * _DAY
    line.days.append(day.toordinal())
    line.midnights.append(CHANGING if changing else (naive - offset) * _SECOND)
    for shift in shifts:
        begin, finish = (
            (naive + minute * 60 - (_offset(zone, day, minute) if changing else offset)) * _SECOND
            for minute in shift
        )
        # The hour that a clock skips in spring could turn intervals around.
        begin, finish = max(begin, cursor), max(finish, cursor)
        if begin < finish:
            line._append(begin, finish)  # noqa: SLF001 - the builder of this class
        cursor = finish
    return cursor


def _offset(zone: ZoneInfo, day: date, minute: int) -> int:
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    offset = wall.utcoffset()
    return 0 if offset is None else offset.days * _DAY + offset.seconds
