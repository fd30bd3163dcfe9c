"""Recorded cases taken apart into stations: who had to act, how long it took, by which step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from linli.calendars import Duration, Unit, WorkCalendar
from linli.calendars.timeline import Timeline, instant_at
from linli.whatif.applying import Applied
from linli.whatif.dues import allowances
from linli.whatif.histories import NONE, Flags, Histories, Numbers
from linli.whatif.sides import Side


@dataclass(frozen=True, slots=True)
class Stations:
    """One row from a step that moved a case to the next one. `took` is in microseconds of working
    time, or of plain time where `plain`: what is urgent is worked on at any hour. `allowed` numbers
    the time that the deadline gave. Where `unit` is NONE nobody had to act: the case was closed
    and came back.
    """

    case: Numbers
    begins: Numbers  # event
    ends: Numbers  # event
    unit: Numbers
    state: Numbers  # in which the case waited
    kind: Numbers
    plain: Flags
    allowed: Numbers
    took: Numbers


@dataclass(frozen=True)
class Working:
    """The working time of a calendar as a line: microseconds of work by an instant, and back."""

    line: Timeline

    @classmethod
    def around(cls, calendar: WorkCalendar, first: int, last: int) -> "Working":
        return cls(calendar.line_around(instant_at(first), instant_at(last)))

    def between(self, begin: int, end: int) -> int:
        return self.line.used(end) - self.line.used(begin)

    def after(self, moment: int, span: int) -> int:
        """When so much working time has passed; no time takes none."""
        if span <= 0:
            return moment
        found = self.line.reach(self.line.used(moment) + span)
        if found is None:
            raise OverflowError("the line of working time ends too early")
        return found


def stations_of(
    histories: Histories, applied: Applied, workings: Mapping[int, Working]
) -> Stations:
    """Take the cases apart; `workings` are the units' working times by their numbers.

    Notes are no stations. A case of another system has none.
    """
    definition, known = applied.side.definition, histories.indexes
    moving = known.kinds.among(one.key for one in definition.transitions.values() if one.to)
    event = np.flatnonzero(moving[histories.kind] & ~histories.adopted[histories.case])
    pair = histories.case[event[1:]] == histories.case[event[:-1]]
    begins, ends = event[:-1][pair], event[1:][pair]
    unit = applied.holder[begins]
    allowed = _allowed(histories, applied.side, begins)
    plain = _plain(histories, allowed) | (unit == NONE)
    rows = zip(
        unit.tolist(),
        histories.at[begins].tolist(),
        histories.at[ends].tolist(),
        plain.tolist(),
        strict=True,
    )
    took = [end - at if flat else workings[who].between(at, end) for who, at, end, flat in rows]
    return Stations(
        case=histories.case[begins],
        begins=begins,
        ends=ends,
        unit=unit,
        state=histories.state[begins],
        kind=histories.kind[ends],
        plain=plain,
        allowed=allowed,
        took=np.array(took, dtype=np.int64),
    )


def _allowed(histories: Histories, side: Side, event: Numbers) -> Numbers:
    """The time that the clock of the state gives to such a case; NONE where a date is set."""
    known, states = histories.indexes, side.definition.states
    found = np.full(len(event), NONE)
    none = np.full(len(histories.kind), NONE)
    for name in side.definition.clocks:
        counting = known.states.among(key for key, state in states.items() if state.clock == name)
        rows = np.flatnonzero(counting[histories.state[event]])
        found[rows] = allowances(histories, side, name, event[rows], none)
    return found


def _plain(histories: Histories, allowed: Numbers) -> Flags:
    """Whether the deadline is written in plain hours."""
    times = histories.indexes.durations.keys
    flags = [Duration.parse(written).unit is Unit.HOURS for written in times]
    return np.array([*flags, False], dtype=np.bool_)[allowed]
