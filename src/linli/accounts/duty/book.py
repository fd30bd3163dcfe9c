"""Who answers for a unit: at an instant, and hour by hour through a week. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from linli.accounts.duty.rules import Absence, Line, Person, Turn, Working, instant, pieces, turns

HOURS = 168
ALL_HOURS = (1 << HOURS) - 1
INSTANT = timedelta(microseconds=1)

Interval = tuple[datetime, datetime]


class Gap(StrEnum):
    """Why a unit has nobody on duty at an instant, beside the absence of those on the rota."""

    NO_SHIFT = "no_shift"
    CALLED_OFF = "called_off"
    OUT_OF_HOURS = "out_of_hours"
    NO_MEMBER = "no_member"
    UNIT_CLOSED = "unit_closed"


class Basis(StrEnum):
    OFFICER = "officer"
    DEPUTY = "deputy"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Post:
    """A unit as the book knows it. `members` matter only while it has no weekly rota."""

    unit: UUID
    deputy: UUID | None = None
    active: bool = True
    lines: tuple[Line, ...] = ()
    members: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody, or a unit, that does not answer, and why."""

    unit: UUID
    why: Absence | Gap
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers for a unit. `unit` may be its deputy unit; no basis: nobody at all.

    `person` is None where the members of the unit answer in working hours. `deputy` and `leader`
    are those of the same shift who are there. It holds until `until`.
    """

    unit: UUID
    basis: Basis | None = None
    person: Person | None = None
    deputy: Person | None = None
    leader: Person | None = None
    line: Line | None = None
    until: datetime | None = None
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """The hours of a week from a Monday, as bits: bit 0 is Monday 00:00 to 01:00.

    `own`: the unit itself has somebody throughout the hour; `answered`: it or a deputy unit has;
    `backed`: somebody stands behind whoever answers; `led`: a leader of the shift is there. An hour
    that the clock skips is covered.
    """

    own: int
    answered: int
    backed: int
    led: int = 0

    @property
    def unanswered(self) -> int:
        return ALL_HOURS & ~self.answered

    @property
    def unbacked(self) -> int:
        return self.answered & ~self.backed


def hours_in(mask: int) -> list[int]:
    return [hour for hour in range(HOURS) if mask >> hour & 1]


@dataclass
class Book:
    """The rotas of some units together with the units that stand in for them."""

    posts: Mapping[UUID, Post]
    zone: ZoneInfo
    working_of: Callable[[UUID], Working]
    _weeks: dict[tuple[UUID, date], "_Week"] = field(default_factory=dict)

    def chain(self, unit: UUID) -> Iterator[Post]:
        """The unit, its deputy unit, that one's, and so on, each once."""
        seen: set[UUID] = set()
        step: UUID | None = unit
        while step is not None and step not in seen and step in self.posts:
            seen.add(step)
            yield self.posts[step]
            step = self.posts[step].deputy

    def at(self, unit: UUID, moment: datetime) -> Answer:
        """Who answers for the unit at an instant, with the reasons of those passed over."""
        passed: list[Passed] = []
        for post in self.chain(unit):
            found = self._of_unit(post, moment)
            passed += found.passed
            if found.basis is not None:
                return replace(found, passed=tuple(passed))
        return Answer(unit, passed=tuple(passed))

    def turns(self, unit: UUID, begin: datetime, end: datetime) -> list[Turn]:
        post = self.posts[unit]
        return turns(post.lines, begin, end, self.zone, self.working_of(unit))

    def cover(self, unit: UUID, monday: date, *, after: Sequence[UUID] = ()) -> Cover:
        """The week of a unit and its deputy units; `after` are units that would answer then.

        The week of each unit is computed once for all that fall back on it.
        """
        posts = {post.unit: post for one in (unit, *after) for post in self.chain(one)}
        mine = [self._week(post, monday) for post in posts.values()]
        marks = _marks(monday, self.zone)
        backed = 0
        for number in range(len(mine) - 1, -1, -1):
            behind = _mask([piece for week in mine[number + 1 :] for piece in week.own], marks)
            week = mine[number]
            backed = week.pairs | (week.hours & behind) | (backed & ~week.hours)
        answered = _mask([piece for week in mine for piece in week.own], marks)
        led = _mask([piece for week in mine for piece in week.led], marks)
        return Cover(mine[0].hours if mine else 0, answered, backed & answered, led)

    def _of_unit(self, post: Post, moment: datetime) -> Answer:
        if not post.active:
            return Answer(post.unit, passed=(Passed(post.unit, Gap.UNIT_CLOSED),))
        running = self.turns(post.unit, moment, moment + INSTANT)
        day = moment.astimezone(self.zone).date()
        if not running:
            weekly = any(not line.dated and line.valid_on(day) for line in post.lines)
            gap = Gap.NO_SHIFT if weekly else Gap.OUT_OF_HOURS
            return Answer(post.unit, passed=(Passed(post.unit, gap),))
        found = Answer(post.unit)
        for on, begin, end in pieces(running[0], self.zone):
            then = _on_day(post, running[0].line, on)
            if begin <= moment < end:
                found = replace(then, until=end)
            elif begin == found.until and (then.basis, then.person) == (found.basis, found.person):
                found = replace(found, until=end)
        return found

    def _week(self, post: Post, monday: date) -> "_Week":
        key = (post.unit, monday)
        if key not in self._weeks:
            self._weeks[key] = self._compute(post, monday)
        return self._weeks[key]

    def _compute(self, post: Post, monday: date) -> "_Week":
        marks = _marks(monday, self.zone)
        own: list[Interval] = []
        pairs: list[Interval] = []
        led: list[Interval] = []
        for turn in self.turns(post.unit, marks[0], marks[-1]) if post.active else ():
            for day, begin, end in pieces(turn, self.zone):
                there = _there(post, turn.line, day)
                own += [(begin, end)] if there else []
                pairs += [(begin, end)] if there > 1 else []
                leader = turn.line.leader if there and turn.line else None
                led += [(begin, end)] if _present(leader, day) else []
        return _Week(own, _mask(own, marks), _mask(pairs, marks), led)


@dataclass(frozen=True, slots=True)
class _Week:
    """Stretches with somebody of the unit, its whole hours, the hours with two, those led."""

    own: Sequence[Interval]
    hours: int
    pairs: int
    led: Sequence[Interval] = ()


def _on_day(post: Post, line: Line | None, day: date) -> Answer:
    """Who answers on a day within a turn."""
    unit = post.unit
    if line is None:
        there = any(person.absence(day) is None for person in post.members)
        gap = Passed(unit, Gap.NO_MEMBER)
        return Answer(unit, Basis.MEMBERS) if there else Answer(unit, passed=(gap,))
    if line.officer is None:
        return Answer(unit, passed=(Passed(unit, Gap.CALLED_OFF),))
    passed: list[Passed] = []
    for basis, person in ((Basis.OFFICER, line.officer), (Basis.DEPUTY, line.deputy)):
        why = person.absence(day) if person else None
        if person and why is None:
            deputy = _present(line.deputy, day) if basis is Basis.OFFICER else None
            leader = _present(line.leader, day)
            return Answer(unit, basis, person, deputy, leader, line, passed=tuple(passed))
        if person and why:
            passed.append(Passed(unit, why, person))
    return Answer(unit, passed=tuple(passed))


def _present(person: Person | None, day: date) -> Person | None:
    return person if person and person.absence(day) is None else None


def _there(post: Post, line: Line | None, day: date) -> int:
    """How many of those who may answer are there."""
    named = post.members if line is None else (line.officer, line.deputy)
    if line is not None and line.officer is None:
        return 0
    return len({person.user for person in named if person and _present(person, day)})


def _marks(monday: date, zone: ZoneInfo) -> list[datetime]:
    """The instants of the week's 169 full hours."""
    return [instant(monday, hour * 60, zone) for hour in range(HOURS + 1)]


def _mask(intervals: Sequence[Interval], marks: Sequence[datetime]) -> int:
    """The hours that lie wholly within the intervals together; one without length always does."""
    joined = _joined(intervals)
    mask, position = 0, 0
    for hour in range(HOURS):
        begin, end = marks[hour], marks[hour + 1]
        while begin < end and position < len(joined) and joined[position][1] < end:
            position += 1
        if begin == end or (position < len(joined) and joined[position][0] <= begin):
            mask |= 1 << hour
    return mask


def _joined(intervals: Sequence[Interval]) -> list[Interval]:
    """The same stretches in order, those that touch made one."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found
