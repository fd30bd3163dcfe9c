"""The ways through a definition: no dead end, and no state of a unit without a unit."""

from collections.abc import Iterator, Mapping

from linli.processes.definition import Definition, Transition
from linli.processes.faults import Fault
from linli.processes.vocabulary import Effect, Owner, StateKind, TransitionKind


def dead_ends(definition: Definition) -> Iterator[Fault]:
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
            yield Fault(("states", name), "unreachable")
        if name not in ending:
            yield Fault(("states", name), "endless")


def _spread(start: set[str], neighbours: Mapping[str, set[str]]) -> set[str]:
    found, edge = set(start), set(start)
    while edge:
        edge = {after for name in edge for after in neighbours[name]} - found
        found |= edge
    return found


def unheld(definition: Definition) -> Iterator[Fault]:
    """A state in which the lead unit must act is entered only by ways that have named one."""
    for name, held in sorted(_rests(definition)):
        if not held and definition.states[name].owner is Owner.LEAD_UNIT:
            yield Fault(("states", name, "owner"), "unheld")


def _rests(definition: Definition) -> set[tuple[str, bool]]:
    """Every state together with whether a case there may have a lead unit, or lack one."""
    found: set[tuple[str, bool]] = set()
    edge = {("", False)}
    while edge:
        edge = {
            after
            for state, held in edge
            for step in definition.offers_from.get(state, ())
            if (after := (step.to or state, _held(step, held))) not in found
        }
        found |= edge
    return {(state, held) for state, held in found if state}


def _held(step: Transition, before: bool) -> bool:
    if Effect.UNASSIGN in step.effects:
        return False
    return before or Effect.ASSIGN in step.effects
