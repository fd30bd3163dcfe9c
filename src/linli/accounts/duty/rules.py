"""Lines of a rota and the turns that follow from them. Pure: no Django, no clock, no I/O.

A line says who is on duty from one hour to another by the county's clock: on weekdays, or (dated)
on each day of a stretch. Dated lines go before weekly ones.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from linli.lib.errors import InputError, gettext_noop

DAY = 1440  # minutes
DATED_AT_MOST = 31  # days; what lasts longer is a weekly line
ONE_DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

NO_OFFICER = gettext_noop("Name who is on duty.")
SAME_PERSON = gettext_noop("The deputy is somebody else than who is on duty.")
BAD_WEEKDAYS = gettext_noop("Choose days of the week.")
DATED_TOO_LONG = gettext_noop(
    "An exception covers at most %(days)d days; change the weekly shift instead."
)
DATED_NEEDS_END = gettext_noop("An exception needs its last day.")
ENDS_FIRST = gettext_noop("The end lies before the beginning.")
CLASH = gettext_noop("This overlaps another shift of the unit: %(other)s.")


class Absence(StrEnum):
    """Why somebody who stands on the rota does not answer on a day."""

    ON_LEAVE = "on_leave"
    ROLE_OVER = "role_over"
    ACCOUNT_CLOSED = "account_closed"


@dataclass(frozen=True, slots=True)
class Person:
    """A membership, as far as it decides whether somebody is there; `valid_to` is excluded."""

    id: UUID
    user: UUID
    valid_from: date
    valid_to: date | None = None
    away_from: date | None = None
    away_to: date | None = None
    active: bool = True

    def absence(self, day: date) -> Absence | None:
        if not self.active:
            return Absence.ACCOUNT_CLOSED
        if day < self.valid_from or (self.valid_to is not None and day >= self.valid_to):
            return Absence.ROLE_OVER
        if self.away_from and self.away_to and self.away_from <= day <= self.away_to:
            return Absence.ON_LEAVE
        return None


@dataclass(frozen=True, slots=True)
class Line:
    """`starts` and `ends` are minutes after local midnight; an end up to the start is tomorrow's.

    Without weekdays it is dated: every day from `valid_from` until before `valid_to`. One without
    an officer calls the duty off for these hours.
    """

    weekdays: frozenset[int]
    starts: int
    ends: int
    valid_from: date
    valid_to: date | None
    officer: Person | None = None
    deputy: Person | None = None
    leader: Person | None = None
    id: UUID | None = None
    name: str = ""

    @property
    def dated(self) -> bool:
        return not self.weekdays

    @property
    def minutes(self) -> int:
        return (self.ends - self.starts) % DAY or DAY

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def begins_on(self, day: date) -> bool:
        return self.valid_on(day) and (self.dated or day.weekday() in self.weekdays)


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of instants (UTC). Without a line the members answer, in their working hours."""

    begin: datetime
    end: datetime
    line: Line | None = None


Working = Callable[[date], Sequence[tuple[int, int]]]
"""The working hours of a day, as minutes after local midnight."""


@lru_cache(maxsize=8192)  # the same few hours for every unit
def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall time; of a repeated one the first.

    Wall times that the clock skips are the instant at which it does, so that what ends at one and
    what begins at it still touch, and nothing is turned around.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if early >= late:
        return late
    before = early.astimezone(zone).utcoffset()
    while late - early > SECOND:
        middle = early + (late - early) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def turns(
    lines: Sequence[Line], begin: datetime, end: datetime, zone: ZoneInfo, working: Working
) -> list[Turn]:
    """Everything that touches [begin, end), in the order of time, without overlaps.

    Dated lines come first, then weekly ones; on a day without any weekly line the members of the
    unit answer in its working hours.
    """
    days = _days(begin.astimezone(zone).date() - ONE_DAY, end.astimezone(zone).date())
    found: list[Turn] = []
    for layer in (True, False):
        found += _without(_occurring([o for o in lines if o.dated == layer], days, zone), found)
    weekly = [line for line in lines if not line.dated]
    free = [day for day in days if not any(line.valid_on(day) for line in weekly)]
    found += _without(_worked(free, zone, working), found)
    touching = (turn for turn in found if turn.begin < end and turn.end > begin)
    return sorted(touching, key=lambda turn: turn.begin)


def pieces(turn: Turn, zone: ZoneInfo) -> Iterator[tuple[date, datetime, datetime]]:
    """A turn day by day: who is there changes at midnight."""
    begin = turn.begin
    day = begin.astimezone(zone).date()
    while begin < turn.end:
        day += ONE_DAY
        end = min(turn.end, instant(day, 0, zone))
        if end > begin:
            yield day - ONE_DAY, begin, end
            begin = end


def may_take_over(user: UUID, lines: Sequence[Line], members: Sequence[Person], day: date) -> bool:
    """Whether somebody is, or may be, on a shift of this unit that begins on a day.

    Whoever stands on the rota to answer, for they stand in for one another: a leader of a shift
    does not. Without a weekly line the members, who then answer.
    """
    running = [line for line in lines if line.valid_on(day) or line.valid_on(day - ONE_DAY)]
    standing = [one for line in running for one in (line.officer, line.deputy) if one]
    if not any(line.valid_on(day) for line in lines if not line.dated):
        standing += members
    return any(one.user == user and one.absence(day) is None for one in standing)


def check_line(line: Line, others: Sequence[Line]) -> None:
    """InputError where a line cannot stand on the rota beside the others."""
    if line.officer is None and (not line.dated or line.deputy or line.leader):
        raise InputError(NO_OFFICER, field="officer")
    if line.officer and line.deputy and line.deputy.user == line.officer.user:
        raise InputError(SAME_PERSON, field="deputy")
    if not line.weekdays <= set(range(7)):
        raise InputError(BAD_WEEKDAYS, field="weekdays")
    _check_validity(line)
    for other in others:
        if line.dated == other.dated and clash(line, other):
            raise InputError(CLASH, field="starts", other=words(other))


def clash(line: Line, other: Line) -> bool:
    """Whether two lines of a kind ever run at once by the clock on the wall."""
    first = max(line.valid_from, other.valid_from) - ONE_DAY
    days = _days(first, first + timedelta(days=DATED_AT_MOST + 2 if line.dated else 9))
    mine, theirs = _walls(line, days), _walls(other, days)
    return any(a < other_end and b < end for a, end in mine for b, other_end in theirs)


def words(line: Line) -> str:
    """E.g. "08:30-17:30", with the name of the shift where it has one."""
    hours = f"{clock(line.starts)}-{clock(line.ends)}"
    return f"{line.name} {hours}" if line.name else hours


def clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def runs_out(lines: Sequence[Line], day: date) -> date | None:
    """The first day after the last line that goes on today; None where the rota has no end.

    Of a rota with weekly lines the dated ones do not count: they only interrupt it.
    """
    going_on = [line for line in lines if line.valid_to is None or line.valid_to > day]
    counted = [line for line in going_on if not line.dated] or going_on
    ends = [line.valid_to for line in counted]
    if not ends or None in ends:
        return None
    return max(end for end in ends if end is not None)


def _check_validity(line: Line) -> None:
    if line.valid_to is None:
        if line.dated:
            raise InputError(DATED_NEEDS_END, field="valid_to")
        return
    if line.valid_to <= line.valid_from:
        raise InputError(ENDS_FIRST, field="valid_to")
    if line.dated and (line.valid_to - line.valid_from).days > DATED_AT_MOST:
        raise InputError(DATED_TOO_LONG, field="valid_to", days=DATED_AT_MOST)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _walls(line: Line, days: Sequence[date]) -> list[tuple[int, int]]:
    """Minutes since year one, by the clock on the wall."""
    begins = [day.toordinal() * DAY + line.starts for day in days if line.begins_on(day)]
    return [(begin, begin + line.minutes) for begin in begins]


def _occurring(lines: Sequence[Line], days: Sequence[date], zone: ZoneInfo) -> Iterator[Turn]:
    for line in lines:
        for day in days:
            if line.begins_on(day):
                end = line.starts + line.minutes
                yield Turn(instant(day, line.starts, zone), instant(day, end, zone), line)


def _worked(days: Sequence[date], zone: ZoneInfo, working: Working) -> Iterator[Turn]:
    for day in days:
        for starts, ends in working(day):
            yield Turn(instant(day, starts, zone), instant(day, ends, zone))


def _without(some: Iterator[Turn], taken: Sequence[Turn]) -> list[Turn]:
    """What is left of some turns outside those that go before them."""
    found: list[Turn] = []
    for turn in some:
        begin = turn.begin
        for other in sorted(taken, key=lambda one: one.begin):
            if other.end <= begin or other.begin >= turn.end:
                continue
            if other.begin > begin:
                found.append(Turn(begin, other.begin, turn.line))
            begin = other.end
        if begin < turn.end:
            found.append(Turn(begin, turn.end, turn.line))
    return found
