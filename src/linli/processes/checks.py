"""What no definition may break, whatever a county writes: checked whenever one is loaded."""

from collections.abc import Callable, Iterator, Mapping

from linli.processes.definition import Definition, State, Transition
from linli.processes.naming import unknown_names
from linli.processes.vocabulary import (
    CLOSED,
    NEEDS_FIELD,
    Effect,
    Field,
    Owner,
    Relation,
    StateKind,
    TransitionKind,
)

_OUT_OF_FINAL = frozenset(
    {TransitionKind.REOPENING, TransitionKind.ARCHIVING, TransitionKind.SAMPLE, TransitionKind.NOTE}
)
_SPOT_EFFECT = Effect.DRAW_SAMPLE


def find_faults(definition: Definition) -> list[str]:
    """Every fault, as a sentence that names the place; an empty list is a sound definition."""
    faults = [fault for check in _NAMES for fault in check(definition)]
    # Paths cannot be followed where names do not resolve.
    return faults or [fault for check in _MEANINGS for fault in check(definition)]


def _shapes(definition: Definition) -> Iterator[str]:
    """A start comes from nowhere, a note leads nowhere, everything else goes from here to there."""
    if not any(one.kind is TransitionKind.START for one in definition.transitions.values()):
        yield "no transition starts a case"
    for one in definition.transitions.values():
        starts = one.kind is TransitionKind.START
        if starts is bool(one.sources):
            yield f"transition {one.key}: only a start has no state to come from"
        may_stay = one.kind in {TransitionKind.NOTE, TransitionKind.SAMPLE}
        if one.to is None and not may_stay:
            yield f"transition {one.key}: leads to no state"
        if one.to is not None and one.kind is TransitionKind.NOTE:
            yield f"transition {one.key}: a note leaves the state as it is"


def _verification(definition: Definition) -> Iterator[str]:
    """Whoever verifies did not handle; `closed` is entered by a verification only."""
    for one in definition.transitions.values():
        if one.verifies and not all(Relation.NOT_HANDLER in by.relation for by in one.by):
            yield (
                f"transition {one.key}: a verification is never taken by a handler; every way to "
                "be entitled needs the relation not_handler"
            )
        if one.to == CLOSED and one.kind is not TransitionKind.VERIFICATION:
            yield f"transition {one.key}: only a verification leads to {CLOSED!r}"
        if one.handles and one.verifies:
            yield f"transition {one.key}: handling and verifying are two steps"


def _finality(definition: Definition) -> Iterator[str]:
    """Final states have no exit but reopening, archiving and a sampled check."""
    for one in definition.transitions.values():
        for source in one.sources:
            final = definition.states[source].kind is StateKind.FINAL
            if final and one.kind not in _OUT_OF_FINAL:
                yield f"transition {one.key}: {source} is final; only reopening, archiving or a \
sampled check leaves it"
            if not final and one.kind in {TransitionKind.REOPENING, TransitionKind.ARCHIVING}:
                yield f"transition {one.key}: {source} is not final: nothing to {one.kind} there"
        yield from _arrival(definition, one)


def _arrival(definition: Definition, one: Transition) -> Iterator[str]:
    if one.to is None:
        return
    final = definition.states[one.to].kind is StateKind.FINAL
    if one.kind is TransitionKind.REOPENING and final:
        yield f"transition {one.key}: reopening leads to an open state"
    if one.kind is TransitionKind.ARCHIVING and not final:
        yield f"transition {one.key}: archiving leads to a final state"


def _open_states(definition: Definition) -> Iterator[str]:
    """Every open state has somebody who must act and a deadline that runs there."""
    for name, state in definition.states.items():
        if state.kind is StateKind.FINAL:
            yield from _resting(name, state)
            continue
        if state.owner is Owner.NOBODY:
            yield f"state {name}: an open state needs an owner"
        if state.clock is None:
            yield f"state {name}: an open state needs a deadline"
        elif name not in definition.clocks[state.clock].runs_in:
            yield f"state {name}: its clock {state.clock} does not run there"


def _resting(name: str, state: State) -> Iterator[str]:
    if state.owner is not Owner.NOBODY or state.clock is not None:
        yield f"state {name}: a final state has neither owner nor deadline"


def _clocks(definition: Definition) -> Iterator[str]:
    for name, clock in definition.clocks.items():
        missing = [one for one in definition.severities if one not in clock.by_severity]
        if clock.until is None and missing:
            yield f"clock {name}: no duration for {', '.join(missing)}"
        if clock.until is not None:
            yield from _dated(definition, name, clock.until)
        both = sorted(set(clock.runs_in) & set(clock.paused_in))
        if both:
            yield f"clock {name}: cannot both run and stand still in {', '.join(both)}"


def _dated(definition: Definition, name: str, until: Field) -> Iterator[str]:
    clock = definition.clocks[name]
    if until is not Field.REVIEW_DATE:
        yield f"clock {name}: {until} is no date"
    for one in definition.transitions.values():
        enters = one.to in clock.runs_in and not set(one.sources) <= set(clock.runs_in)
        if enters and not one.fields.get(until):
            yield f"transition {one.key}: has to ask for {until}, which sets the clock {name}"


def _effects(definition: Definition) -> Iterator[str]:
    for one in definition.transitions.values():
        for effect in one.effects:
            needed = NEEDS_FIELD.get(effect)
            if needed and not one.fields.get(needed):
                yield f"transition {one.key}: {effect} needs the required field {needed}"
        if Effect.EXTEND in one.effects and definition.extensions is None:
            yield f"transition {one.key}: extends, but there are no rules for extensions"
        worst = list(definition.severities)[-1]
        if _SPOT_EFFECT in one.effects and worst not in one.barred_severities:
            yield f"transition {one.key}: a matter of severity {worst} is never settled on the spot"


def _stops(definition: Definition) -> Iterator[str]:
    """A clock that can be stopped can be started, and no date is stopped."""
    effects = {effect for one in definition.transitions.values() for effect in one.effects}
    if Effect.STOP_CLOCKS in effects and Effect.START_CLOCKS not in effects:
        yield "clocks can be stopped, but no transition starts them again"
    if Effect.STOP_CLOCKS in effects and not definition.stop_clocks:
        yield "clocks can be stopped, but no condition is named for it"
    for name, stop in definition.stop_clocks.items():
        for clock in stop.clocks:
            if definition.clocks[clock].until is not None:
                yield f"condition {name}: the clock {clock} is a date and does not stand still"


def _routes(definition: Definition) -> Iterator[str]:
    keys = [rule.key for rule in definition.routing]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"routing rule {key}: the key is used twice"


def _paths(definition: Definition) -> Iterator[str]:
    """Every state can be reached, and from every state a final one can."""
    forward: dict[str, set[str]] = {name: set() for name in definition.states}
    starts: set[str] = set()
    for one in definition.transitions.values():
        for source in one.sources:
            forward[source].add(one.to or source)
        if one.kind is TransitionKind.START and one.to:
            starts.add(one.to)
    backward = {name: {a for a, found in forward.items() if name in found} for name in forward}
    final = {n for n, state in definition.states.items() if state.kind is StateKind.FINAL}
    reached, ending = _spread(starts, forward), _spread(final, backward)
    for name in definition.states:
        if name not in reached:
            yield f"state {name}: no way leads there"
        if name not in ending:
            yield f"state {name}: no way leads from there to a final state"


def _spread(start: set[str], neighbours: Mapping[str, set[str]]) -> set[str]:
    found, edge = set(start), set(start)
    while edge:
        edge = {after for name in edge for after in neighbours[name]} - found
        found |= edge
    return found


_Check = Callable[[Definition], Iterator[str]]
_NAMES: tuple[_Check, ...] = (unknown_names, _shapes)
_MEANINGS: tuple[_Check, ...] = (
    _verification,
    _finality,
    _open_states,
    _clocks,
    _effects,
    _stops,
    _routes,
    _paths,
)
