"""The working time of a calendar laid out on one line, so that a deadline is two bisections.

Instants are whole microseconds since 1970 UTC: sums and differences are exact.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import accumulate
from operator import sub
from zoneinfo import ZoneInfo

from linli.calendars.hours import DAY_MINUTES, Shift

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_YEAR = 9000
CHANGING = -(1 << 62)
MINUTE = 60_000_000
_SECOND = 1_000_000
_DAY = 86_400
_DAY_MICROS = _DAY * _SECOND
_EPOCH_WALL = EPOCH.replace(tzinfo=None)
_EPOCH_DAY = EPOCH.toordinal()


def micros(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise ValueError("a naive datetime names no instant: give it a time zone")
    return span_micros(instant - EPOCH)


def span_micros(span: timedelta) -> int:
    return (span.days * _DAY + span.seconds) * _SECOND + span.microseconds


def instant_at(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Working intervals of the local years `first` to `last`; never changed once laid out.

    `opens[i]`..`closes[i]` is an interval, `before[i]` the working time of all earlier ones and
    `after[i]` that with its own added. `days` are the ordinals of the working days, `midnights`
    their local midnights (CHANGING where the clock is set while their shifts run), and `day_of[i]`
    the working day of an interval: a shift over midnight belongs to the day on which it begins.
    """

    first: int
    last: int
    opens: "array[int]"
    closes: "array[int]"
    before: "array[int]"
    after: "array[int]"
    days: "array[int]"
    midnights: "array[int]"
    day_of: "array[int]"

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

    def pass_by(self, used: int) -> int | None:
        """The latest moment by which no more has passed: an opening rather than a close."""
        index = bisect_right(self.after, used)
        if index == len(self.after):
            return None
        return self.opens[index] + used - self.before[index]

    def next_interval(self, moment: int) -> int | None:
        """The interval that holds the moment (its end included), else the next one."""
        index = bisect_left(self.closes, moment)
        return None if index == len(self.closes) else index


def lay_out(
    zone: ZoneInfo, shifts_on: Callable[[date], Sequence[Shift]], first: int, last: int
) -> Timeline:
    """Lay out whole local years."""
    begin, end = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()
    offsets = _offsets(zone, begin, end + 2)
    days: list[int] = []
    midnights: list[int] = []
    intervals = _Intervals()
    for index, ordinal in enumerate(range(begin, end + 1)):
        shifts = shifts_on(date.fromordinal(ordinal))
        if not shifts:
            continue
        following = index + (2 if shifts[-1].end > DAY_MINUTES else 1)
        if offsets[index] == offsets[following]:
            midnight = (ordinal - _EPOCH_DAY) * _DAY_MICROS - offsets[index]
            moments = [
                (midnight + start * MINUTE, midnight + end * MINUTE) for start, end in shifts
            ]
        else:
            midnight = CHANGING
            clock = partial(_by_clock, zone, ordinal)
            moments = [(clock(start), clock(end)) for start, end in shifts]
        intervals.add(moments, len(days))
        days.append(ordinal)
        midnights.append(midnight)
    columns = (*intervals.columns(), days, midnights, intervals.day_of)
    return Timeline(first, last, *(array("q", column) for column in columns))


class _Intervals:
    """Working intervals as they are found; lists grow faster than arrays."""

    def __init__(self) -> None:
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.day_of: list[int] = []

    def add(self, shifts: Sequence[tuple[int, int]], day: int) -> None:
        """Append the shifts of a day, each with its opening and its close."""
        cursor = self.closes[-1] if self.closes else CHANGING
        for opening, close in shifts:
            # The hour that a clock skips in spring could turn intervals around.
            begin = opening if opening > cursor else cursor  # noqa: FURB136 -- max() takes longer
            if begin < close:
                self.opens.append(begin)
                self.closes.append(close)
                self.day_of.append(day)
                cursor = close

    def columns(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Openings, closes, and the working time before and after each."""
        after = list(accumulate(map(sub, self.closes, self.opens)))
        return self.opens, self.closes, [0, *after][:-1], after


def _offsets(zone: ZoneInfo, begin: int, end: int) -> list[int]:
    """Microseconds from UTC at each local midnight."""
    midnights = map(datetime.fromordinal, range(begin, end + 1))
    return [_micros(zone.utcoffset(midnight)) for midnight in midnights]


def _by_clock(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    wall = datetime.fromordinal(ordinal) + timedelta(minutes=minute)
    return span_micros(wall - _EPOCH_WALL) - _micros(zone.utcoffset(wall))


def _micros(offset: timedelta | None) -> int:
    return 0 if offset is None else span_micros(offset)
