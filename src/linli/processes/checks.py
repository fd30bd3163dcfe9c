"""What no definition may break, whatever a county writes: checked whenever one is loaded."""

from collections.abc import Callable, Iterator

from linli.processes.definition import Definition, State, Transition
from linli.processes.faults import Fault
from linli.processes.naming import unknown_names
from linli.processes.paths import dead_ends, unheld
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
_NOTHING_TO = {
    TransitionKind.REOPENING: "reopens_open",
    TransitionKind.ARCHIVING: "archives_open",
}
_SPOT_EFFECT = Effect.DRAW_SAMPLE


def find_faults(definition: Definition) -> list[Fault]:
    """Every fault with its place; an empty list is a sound definition."""
    faults = [fault for check in _NAMES for fault in check(definition)]
    # Paths cannot be followed where names do not resolve.
    return faults or [fault for check in _MEANINGS for fault in check(definition)]


def _step(one: Transition) -> tuple[str, str]:
    return ("transitions", one.key)


def _shapes(definition: Definition) -> Iterator[Fault]:
    """A start comes from nowhere, a note leads nowhere, everything else goes from here to there."""
    if not any(one.kind is TransitionKind.START for one in definition.transitions.values()):
        yield Fault(("transitions",), "no_start")
    for one in definition.transitions.values():
        starts = one.kind is TransitionKind.START
        if starts is bool(one.sources):
            yield Fault((*_step(one), "from"), "start_sources")
        may_stay = one.kind in {TransitionKind.NOTE, TransitionKind.SAMPLE}
        if one.to is None and not may_stay:
            yield Fault((*_step(one), "to"), "no_target")
        if one.to is not None and one.kind is TransitionKind.NOTE:
            yield Fault((*_step(one), "to"), "note_moves")


def _verification(definition: Definition) -> Iterator[Fault]:
    """Whoever verifies did not handle; `closed` is entered by a verification only."""
    for one in definition.transitions.values():
        if one.verifies and not all(Relation.NOT_HANDLER in by.relation for by in one.by):
            yield Fault((*_step(one), "by"), "handler_verifies")
        if one.to == CLOSED and one.kind is not TransitionKind.VERIFICATION:
            yield Fault((*_step(one), "to"), "closed_otherwise", {"state": CLOSED})
        if one.handles and one.verifies:
            yield Fault((*_step(one), "handles"), "handles_and_verifies")


def _finality(definition: Definition) -> Iterator[Fault]:
    """Final states have no exit but reopening, archiving and a sampled check."""
    for one in definition.transitions.values():
        for source in one.sources:
            final = definition.states[source].kind is StateKind.FINAL
            if final and one.kind not in _OUT_OF_FINAL:
                yield Fault((*_step(one), "from"), "leaves_final", {"state": source})
            if not final and one.kind in _NOTHING_TO:
                yield Fault((*_step(one), "from"), _NOTHING_TO[one.kind], {"state": source})
        yield from _arrival(definition, one)


def _arrival(definition: Definition, one: Transition) -> Iterator[Fault]:
    if one.to is None:
        return
    final = definition.states[one.to].kind is StateKind.FINAL
    if one.kind is TransitionKind.REOPENING and final:
        yield Fault((*_step(one), "to"), "reopening_to_final")
    if one.kind is TransitionKind.ARCHIVING and not final:
        yield Fault((*_step(one), "to"), "archiving_to_open")


def _open_states(definition: Definition) -> Iterator[Fault]:
    """Every open state has somebody who must act and a deadline that runs there."""
    for name, state in definition.states.items():
        if state.kind is StateKind.FINAL:
            yield from _resting(name, state)
            continue
        if state.owner is Owner.NOBODY:
            yield Fault(("states", name, "owner"), "no_owner")
        if state.clock is None:
            yield Fault(("states", name, "clock"), "no_deadline")
        elif name not in definition.clocks[state.clock].runs_in:
            yield Fault(("states", name, "clock"), "clock_elsewhere", {"clock": state.clock})


def _resting(name: str, state: State) -> Iterator[Fault]:
    if state.owner is not Owner.NOBODY or state.clock is not None:
        yield Fault(("states", name), "final_rests")


def _clocks(definition: Definition) -> Iterator[Fault]:
    for name, clock in definition.clocks.items():
        missing = [one for one in definition.severities if one not in clock.by_severity]
        if clock.until is None and missing:
            yield Fault(("clocks", name, "by_severity"), "no_duration", {"severities": missing})
        if clock.until is not None:
            yield from _dated(definition, name, clock.until)
        final = [one for one in clock.runs_in if definition.states[one].kind is StateKind.FINAL]
        if final:
            yield Fault(("clocks", name, "runs_in"), "runs_in_final", {"states": final})
        both = sorted(set(clock.runs_in) & set(clock.paused_in))
        if both:
            yield Fault(("clocks", name, "paused_in"), "runs_and_stands", {"states": both})


def _dated(definition: Definition, name: str, until: Field) -> Iterator[Fault]:
    clock = definition.clocks[name]
    if until is not Field.REVIEW_DATE:
        yield Fault(("clocks", name, "until"), "no_date", {"field": until})
    for one in definition.transitions.values():
        enters = one.to in clock.runs_in and not set(one.sources) <= set(clock.runs_in)
        if enters and not one.fields.get(until):
            params = {"field": until, "clock": name}
            yield Fault((*_step(one), "fields"), "date_not_asked", params)


def _effects(definition: Definition) -> Iterator[Fault]:
    for one in definition.transitions.values():
        for effect in one.effects:
            needed = NEEDS_FIELD.get(effect)
            if needed and not one.fields.get(needed):
                params = {"effect": effect, "field": needed}
                yield Fault((*_step(one), "effects"), "effect_needs", params)
        if Effect.EXTEND in one.effects and definition.extensions is None:
            yield Fault((*_step(one), "effects"), "no_extensions")
        worst = list(definition.severities)[-1]
        if _SPOT_EFFECT in one.effects and worst not in one.barred_severities:
            yield Fault(
                (*_step(one), "barred_severities"), "severe_on_the_spot", {"severity": worst}
            )


def _stops(definition: Definition) -> Iterator[Fault]:
    """A clock that can be stopped can be started, and no date is stopped."""
    effects = {effect for one in definition.transitions.values() for effect in one.effects}
    if Effect.STOP_CLOCKS in effects and Effect.START_CLOCKS not in effects:
        yield Fault(("transitions",), "stop_without_start")
    if Effect.STOP_CLOCKS in effects and not definition.stop_clocks:
        yield Fault(("stop_clocks",), "no_condition")
    for name, stop in definition.stop_clocks.items():
        for clock in stop.clocks:
            if definition.clocks[clock].until is not None:
                yield Fault(("stop_clocks", name, "clocks"), "date_stands", {"clock": clock})


def _routes(definition: Definition) -> Iterator[Fault]:
    keys = [rule.key for rule in definition.routing]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Fault(("routing", key), "key_twice")


_Check = Callable[[Definition], Iterator[Fault]]
_NAMES: tuple[_Check, ...] = (unknown_names, _shapes)
_MEANINGS: tuple[_Check, ...] = (
    _verification,
    _finality,
    _open_states,
    _clocks,
    _effects,
    _stops,
    _routes,
    dead_ends,
    unheld,
)
