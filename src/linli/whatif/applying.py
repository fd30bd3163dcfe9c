"""One side applied to the past: whom it would have suggested, who held what, what was due when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from linli.processes import Definition, Effect
from linli.processes.vocabulary import Owner, StateKind
from linli.whatif.clock_runs import Runs, runs_of, taking
from linli.whatif.dues import Reckoner, Timed, whole_due
from linli.whatif.histories import NONE, Flags, Histories, Numbers
from linli.whatif.sides import Side
from linli.whatif.suggesting import Suggestions, hours_of_week, suggest_all

WHOLE = "whole"
"""The time from report to closing, told beside the clocks of the steps."""


@dataclass(frozen=True)
class Applied:
    """`lead` is the unit that would have had the case at each event, `holder` whoever had to act,
    `due` the deadline of each run by clock, WHOLE among them.
    """

    side: Side
    suggestions: Suggestions
    lead: Numbers
    holder: Numbers
    clocks: Mapping[str, Timed]


def moments(histories: Histories, definition: Definition) -> Numbers:
    """Events at which a unit was given a case; for cases without one, the first event of those
    that were taken over closed or still wait.
    """
    given = histories.unit != NONE
    waiting = [name for name, state in definition.states.items() if state.owner is Owner.PLATFORM]
    rests = histories.indexes.states.among(waiting)[histories.state[histories.first[1:] - 1]]
    any_given = np.add.reduceat(given, histories.first[:-1]) > 0 if len(histories) else rests
    lacking = ~any_given & (histories.adopted | rests)
    return np.sort(np.r_[np.flatnonzero(given), histories.first[:-1][lacking]])


def suggest(histories: Histories, side: Side) -> Suggestions:
    """What a side would have suggested at every routing moment."""
    event = moments(histories, side.definition)
    hour = hours_of_week(histories.at[event], side.calendars.county.zone)
    return suggest_all(histories, side, event, hour)


def apply(
    histories: Histories,
    side: Side,
    suggestions: Suggestions,
    lead: Numbers,
    *,
    centre: str,
    earlier: "Applied | None" = None,
) -> Applied:
    """Work out holders and deadlines; equal runs of the `earlier` side are taken over."""
    holder = _holders(histories, side.definition, lead, centre)
    working = _working(histories, side.definition, lead)
    ruled = _ruled(histories, side.definition, suggestions, lead)
    reckoner = Reckoner(histories, side, ruled)
    clocks: dict[str, Timed] = {}
    for name in side.definition.clocks:
        runs = runs_of(histories, side.definition, name)
        allowed = reckoner.allowance(name, runs.last)
        nothing = np.full(len(runs), NONE)
        timed = Timed(runs, allowed, holder[runs.start], working[runs.last], nothing)
        clocks[name] = _due(reckoner, side, name, timed, earlier)
    if side.definition.whole is not None:
        clocks[WHOLE] = _whole(histories, side)
    return Applied(side, suggestions, lead, holder, clocks)


def centres(histories: Histories, definition: Definition, centre: str) -> Numbers:
    """The centre that holds a case at each event: its own, or the county's after it moved up."""
    kinds = histories.indexes.kinds
    up = kinds.among(one.key for one in taking(definition, Effect.MOVE_TO_COUNTY))
    down = kinds.among(one.key for one in taking(definition, Effect.MOVE_TO_TOWNSHIP))
    moved = histories.latest(up[histories.kind] | down[histories.kind])
    above = (moved != NONE) & up[histories.kind[moved]]
    home = histories.home[histories.case]
    return np.where(above, histories.indexes.units.number(centre), home)


def owned(histories: Histories, definition: Definition, *owners: Owner) -> Flags:
    """Whether a case rests, after each event, in a state that one of these has to act in."""
    wanted = [name for name, state in definition.states.items() if state.owner in owners]
    return np.asarray(histories.indexes.states.among(wanted)[histories.state])


def _holders(histories: Histories, definition: Definition, lead: Numbers, centre: str) -> Numbers:
    by_unit = owned(histories, definition, Owner.LEAD_UNIT)
    by_centre = owned(histories, definition, Owner.PLATFORM, Owner.VERIFIER)
    held = centres(histories, definition, centre)
    return np.where(by_unit, lead, np.where(by_centre, held, NONE))


def _working(histories: Histories, definition: Definition, lead: Numbers) -> Numbers:
    """The lead unit at each event; none after a case was taken back from it."""
    kinds = {one.key for one in taking(definition, Effect.UNASSIGN)}
    back = histories.latest(histories.indexes.kinds.among(kinds)[histories.kind])
    return np.where(histories.latest(histories.unit != NONE) > back, lead, NONE)


def _ruled(
    histories: Histories, definition: Definition, suggestions: Suggestions, lead: Numbers
) -> Numbers:
    """The handling time that a rule sets, from the event that gave the case to its unit on.

    A category that is corrected later brings its own.
    """
    at_event = np.full(len(histories.kind), NONE)
    followed = suggestions.unit == lead[suggestions.event]
    at_event[suggestions.event] = np.where(followed, suggestions.handle, NONE)
    given = histories.latest(histories.unit != NONE)
    corrections = {one.key for one in taking(definition, Effect.SET_CATEGORY)}
    corrected = histories.latest(histories.indexes.kinds.among(corrections)[histories.kind])
    return np.where(given > corrected, at_event[given], NONE)


def _due(reckoner: Reckoner, side: Side, name: str, timed: Timed, earlier: Applied | None) -> Timed:
    known = timed.due
    before = earlier.clocks.get(name) if earlier else None
    if before is not None and earlier is not None and _alike(earlier.side, side, name):
        known = _taken_over(before, timed)
    numbers, calendars = reckoner.calendars(name, timed.unit)
    due = reckoner.due(name, timed.runs, timed.allowance, numbers, calendars, known)
    return replace(timed, due=due)


def _alike(one: Side, other: Side, name: str) -> bool:
    """Whether a clock that is allowed the same is due at the same instant on both sides."""
    first, second = one.definition, other.definition
    return (
        first.clocks[name]
        == second.clocks[name].model_copy(update={"by_severity": first.clocks[name].by_severity})
        and first.stop_clocks == second.stop_clocks
        and first.extensions == second.extensions
        and one.calendars == other.calendars
    )


def _taken_over(before: Timed, timed: Timed) -> Numbers:
    """The due instants of equal runs: the same events, unit and allowance."""
    if len(before.runs) != len(timed.runs) or not len(timed.runs):
        return timed.due
    same = (
        (before.runs.start == timed.runs.start)
        & (before.runs.last == timed.runs.last)
        & (before.unit == timed.unit)
        & (before.allowance == timed.allowance)
    )
    return np.where(same, before.due, timed.due)


def _whole(histories: Histories, side: Side) -> Timed:
    """From report until the case first came to rest."""
    finals = [n for n, state in side.definition.states.items() if state.kind is StateKind.FINAL]
    final = histories.indexes.states.among(finals)[histories.state]
    order = np.arange(len(final))
    ends = np.minimum.reduceat(np.where(final, order, len(final)), histories.first[:-1])
    end = np.where(ends < len(final), ends, NONE)
    start, stop = histories.first[:-1], histories.first[1:] - 1
    last = np.where(end == NONE, stop, np.maximum(end - 1, start))
    runs = Runs(start, end, last, np.zeros(len(start), dtype=np.bool_))
    return whole_due(histories, side, runs)
