"""Where a clock of a definition would have run in recorded histories: the steps as they were."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from linli.processes import Definition, Effect
from linli.processes.definition import Transition
from linli.whatif.histories import NONE, Flags, Histories, Numbers


@dataclass(frozen=True, slots=True)
class Runs:
    """One row a run, as numbers of events: it starts with one and ends with another (or NONE).

    `last` is the last event while it ran. `turned` runs were paused, stopped or extended.
    """

    start: Numbers
    end: Numbers
    last: Numbers
    turned: Flags

    def __len__(self) -> int:
        return len(self.start)


def runs_of(histories: Histories, definition: Definition, clock: str) -> Runs:
    """As `processes.clockwork.wind` turns a clock with each step, for all cases at once."""
    spec, states = definition.clocks[clock], histories.indexes.states
    running = states.among(spec.runs_in)[histories.state]
    exists = _exists(histories, running, states.among(spec.paused_in)[histories.state])
    before = np.r_[False, exists[:-1]] & ~histories.begins if len(exists) else exists
    start = running & (~before | _kinds(histories, _resetting(definition, clock)))
    starts = np.flatnonzero(start)
    end = _next(np.flatnonzero(start | (before & ~exists) | histories.begins), starts)
    same = (end != NONE) & (histories.case[end] == histories.case[starts])
    end = np.where(same, end, NONE)
    last = np.where(same, end - 1, histories.last[starts])
    counted = np.cumsum(_turns(histories, definition, clock))
    return Runs(starts, end, last, counted[last] > counted[starts])


def _exists(histories: Histories, running: Flags, paused: Flags) -> Flags:
    """A clock that is paused was running before; entering such a state alone starts none."""
    active, order = running | paused, np.arange(len(running))
    if not len(active):
        return active
    begins = active & (histories.begins | ~np.r_[False, active[:-1]])
    stretch = np.maximum.accumulate(np.where(begins, order, 0))
    ran = np.maximum.accumulate(np.where(running, order, NONE))
    return np.asarray(active & (ran >= stretch))


def _resetting(definition: Definition, clock: str) -> Iterable[Transition]:
    return (one for one in definition.transitions.values() if clock in one.resets and one.to)


def _turns(histories: Histories, definition: Definition, clock: str) -> Flags:
    """Events after which the deadline is no longer a plain sum."""
    paused = histories.indexes.states.among(definition.clocks[clock].paused_in)[histories.state]
    stops = _kinds(histories, taking(definition, Effect.STOP_CLOCKS))
    extends = definition.extensions is not None and definition.extensions.clock == clock
    if not extends:
        return np.asarray(paused | stops)
    return np.asarray(paused | stops | _kinds(histories, taking(definition, Effect.EXTEND)))


def taking(definition: Definition, effect: Effect) -> Iterable[Transition]:
    """The transitions that have an effect."""
    return (one for one in definition.transitions.values() if effect in one.effects)


def _kinds(histories: Histories, wanted: Iterable[Transition]) -> Flags:
    return np.asarray(histories.indexes.kinds.among(one.key for one in wanted)[histories.kind])


def _next(bounds: Numbers, of: Numbers) -> Numbers:
    """For each number the next bound after it, or NONE."""
    place = np.searchsorted(bounds, of, side="right")
    return np.where(place < len(bounds), np.r_[bounds, NONE][place], NONE)
