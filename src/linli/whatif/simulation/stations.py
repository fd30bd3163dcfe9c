"""Recorded cases taken apart into stations: who had to act, how long it took, by which step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from linli.calendars import Unit, WorkCalendar
from linli.calendars.timeline import Timeline, instant_at
from linli.processes import Definition
from linli.whatif.applying import Applied
from linli.whatif.histories import NONE, Flags, Histories, Numbers


@dataclass(frozen=True, slots=True)
class Stations:
    """One row from a step that moved a case to the next one. `took` is in microseconds of working
    time, or of plain time where `plain`: what is urgent is worked on at any hour. Where `unit` is
    NONE nobody had to act: the case was closed and came back.
    """

    case: Numbers
    begins: Numbers  # event
    ends: Numbers  # event
    unit: Numbers
    kind: Numbers
    plain: Flags
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
    plain = _plain(definition, histories, begins) | (unit == NONE)
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
        kind=histories.kind[ends],
        plain=plain,
        took=np.array(took, dtype=np.int64),
    )


def _plain(definition: Definition, histories: Histories, event: Numbers) -> Flags:
    """Whether the deadline of the state is written in plain hours for this severity."""
    states, grades = histories.indexes.states.keys, histories.indexes.severities.keys
    table = np.zeros((len(states) + 1, len(grades) + 1), dtype=np.bool_)
    for row, state in enumerate(states):
        spec = definition.states.get(state)
        clock = definition.clocks.get(spec.clock or "") if spec else None
        for column, grade in enumerate(grades):
            given = clock.by_severity.get(grade) if clock else None
            table[row, column] = given is not None and given.unit is Unit.HOURS
    return np.asarray(table[histories.state[event], histories.severity[event]])
