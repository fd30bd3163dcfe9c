"""When the runs of a clock are due: the sums of `calendars.deadline`, paused ones by `Clock`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from linli.calendars import Clock, Duration, WorkCalendar, close_of_day, deadline
from linli.calendars.timeline import instant_at, micros
from linli.processes import Effect
from linli.whatif.clock_runs import Runs, taking
from linli.whatif.histories import NONE, Histories, Numbers
from linli.whatif.sides import Side

HANDLE = "handle"  # the clock whose time a rule of the routing table may set


@dataclass(frozen=True)
class Timed:
    """The runs of one clock with what they were allowed; `due` is NONE where none was set.

    `allowance` numbers the indexes' durations; `holder` its units, the one that has to act, and
    `unit` the lead unit by whose calendar it may count.
    """

    runs: Runs
    allowance: Numbers
    holder: Numbers
    unit: Numbers
    due: Numbers


def allowances(
    histories: Histories, side: Side, clock: str, event: Numbers, by_rule: Numbers
) -> Numbers:
    """What a clock is allowed by the facts as they were after each event.

    A rule's time (`by_rule`) counts before the category's, the category's before the severity's.
    """
    spec, known = side.definition.clocks[clock], histories.indexes
    pairs = np.stack([histories.category[event], histories.severity[event]], axis=1)
    found = np.full(len(event), NONE)
    if spec.until is None and len(event):
        unique, place = np.unique(pairs, axis=0, return_inverse=True)
        chosen = []
        for category, severity in unique:
            key = known.severities.key(severity)
            own = side.category_times(known.categories.key(category), key).get(clock)
            time = own or spec.by_severity.get(key)
            chosen.append(known.durations.number(str(time)) if time else NONE)
        found = np.array(chosen, dtype=np.int64)[place.reshape(-1)]
    if clock == HANDLE:
        found = np.where(by_rule[event] != NONE, by_rule[event], found)
    return found


def whole_due(histories: Histories, side: Side, runs: Runs) -> Timed:
    """The time of the whole, by the severity that the case had last."""
    whole, known, calendar = side.definition.whole, histories.indexes, side.calendars.county
    allowance, due = np.full(len(runs), NONE), np.full(len(runs), NONE)
    for number, key in enumerate(known.severities.keys):
        given = whole.by_severity.get(key) if whole else None
        if given is None:
            continue
        chosen = np.flatnonzero(histories.severity[runs.last] == number)
        allowance[chosen] = known.durations.number(str(given))
        due[chosen] = [
            micros(deadline(instant_at(at), given, calendar))
            for at in histories.at[runs.start[chosen]].tolist()
        ]
    nobody = np.full(len(runs), NONE)
    return Timed(runs, allowance, nobody, nobody, due)


_TURNING = (Effect.STOP_CLOCKS, Effect.START_CLOCKS, Effect.EXTEND, Effect.SET_CATEGORY)


class Reckoner:
    """Works deadlines out for one side, and takes over what an equal run had before.

    `by_rule` is the handling time that a rule of the routing table set, at each event.
    """

    def __init__(self, histories: Histories, side: Side, by_rule: Numbers) -> None:
        self._histories = histories
        self._side = side
        self._by_rule = by_rule
        self._durations: dict[int, Duration] = {}
        self._steps = {
            effect: {one.key for one in taking(side.definition, effect)} for effect in _TURNING
        }
        self._moving = {one.key for one in side.definition.transitions.values() if one.to}

    def calendars(self, clock: str, unit: Numbers) -> tuple[Numbers, list[WorkCalendar]]:
        """By which calendar each run counts, and the calendars themselves."""
        choice, units = self._side.definition.clocks[clock].calendar, self._histories.indexes.units
        unique, place = np.unique(unit, return_inverse=True)
        found = [self._side.calendars.of(choice, units.key(one)) for one in unique]
        different = list({id(one): one for one in found}.values())
        numbers = {id(one): number for number, one in enumerate(different)}
        table = np.array([numbers[id(one)] for one in found], dtype=np.int64)
        return table[place.reshape(-1)], different or [self._side.calendars.county]

    def due(self, clock: str, runs: Runs, allowance: Numbers, calendar: Numbers,
            calendars: list[WorkCalendar], known: Numbers) -> Numbers:  # fmt: skip
        """The due instants; where `known` has one it is taken as it is.

        `calendar` says for each run which of `calendars` it counts by.
        """
        due = known.copy()
        spec = self._side.definition.clocks[clock]
        for number, start in self._open(due, runs.start):
            if spec.until is not None:
                due[number] = self._until(start, calendars[calendar[number]])
            elif allowance[number] != NONE:
                by = calendars[calendar[number]]
                if runs.turned[number]:
                    due[number] = self._wound(clock, start, int(runs.last[number]), by)
                else:
                    given = self._duration(int(allowance[number]))
                    at = instant_at(int(self._histories.at[start]))
                    due[number] = micros(deadline(at, given, by))
        return due

    @staticmethod
    def _open(due: Numbers, starts: Numbers) -> Iterator[tuple[int, int]]:
        missing = np.flatnonzero(due == NONE)
        return zip(missing.tolist(), starts[missing].tolist(), strict=True)

    def _duration(self, number: int) -> Duration:
        found = self._durations.get(number)
        if found is None:
            found = Duration.parse(self._histories.indexes.durations.key(number))
            self._durations[number] = found
        return found

    def _until(self, start: int, calendar: WorkCalendar) -> int:
        day = int(self._histories.until[start])
        return micros(close_of_day(date.fromordinal(day), calendar)) if day != NONE else NONE

    def allowance(self, clock: str, event: Numbers) -> Numbers:
        return allowances(self._histories, self._side, clock, event, self._by_rule)

    def _wound(self, clock: str, start: int, last: int, calendar: WorkCalendar) -> int:
        """Through every turn, as the engine winds it; NONE while the clock stands still."""
        told = self._histories
        given = self.allowance(clock, np.arange(start, last + 1))
        if given[0] == NONE:
            return NONE
        turning = Clock.start(instant_at(int(told.at[start])), self._duration(int(given[0])))
        ends: int | None = None  # when a stop ends by itself
        for event in range(start + 1, last + 1):
            at = int(told.at[event])
            if ends is not None and at > ends:
                turning, ends = turning.resume(instant_at(ends)), None
            turning, ends = self._turn(clock, turning, event, ends)
            allowed = int(given[event - start])
            if self._is(event, Effect.SET_CATEGORY) and allowed != NONE:
                turning = turning.correct(self._duration(allowed))
        if ends is not None and turning.paused:
            turning = turning.resume(instant_at(ends))
        found = turning.due(calendar)
        return micros(found) if found else NONE

    def _turn(
        self, clock: str, turning: Clock, event: int, ends: int | None
    ) -> tuple[Clock, int | None]:
        told, spec = self._histories, self._side.definition.clocks[clock]
        at, state = instant_at(int(told.at[event])), told.indexes.states.key(told.state[event])
        if self._is(event, Effect.EXTEND) and told.extra[event] != NONE:
            extensions = self._side.definition.extensions
            if extensions is not None and extensions.clock == clock:
                turning = turning.extend(self._duration(int(told.extra[event])))
        if self._is(event, Effect.STOP_CLOCKS):
            return self._stop(clock, turning, event, ends)
        if state in spec.paused_in:
            return turning.pause(at), None
        moves = told.indexes.kinds.key(told.kind[event]) in self._moving
        if moves or self._is(event, Effect.START_CLOCKS):
            return turning.resume(at), None
        return turning, ends

    def _is(self, event: int, effect: Effect) -> bool:
        kinds = self._histories.indexes.kinds
        return kinds.key(self._histories.kind[event]) in self._steps[effect]

    def _stop(
        self, clock: str, turning: Clock, event: int, ends: int | None
    ) -> tuple[Clock, int | None]:
        told = self._histories
        condition = told.indexes.conditions.key(told.condition[event])
        stop = self._side.definition.stop_clocks.get(condition)
        if stop is None or clock not in stop.clocks or turning.paused:
            return turning, ends
        at = instant_at(int(told.at[event]))
        ends = micros(deadline(at, stop.at_most, self._side.calendars.county))
        return turning.pause(at), ends
