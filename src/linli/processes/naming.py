"""Names that a definition uses and nowhere explains."""

from collections.abc import Iterable, Iterator, Mapping

from linli.processes.definition import Definition
from linli.processes.faults import Fault, Place
from linli.processes.vocabulary import Field


def unknown_names(definition: Definition) -> Iterator[Fault]:
    """A fault for every name that does not exist, with the place where it is used."""
    yield from _in_transitions(definition)
    yield from _in_clocks(definition)
    yield from _in_states(definition)
    yield from _in_severities(definition)


def _in_transitions(definition: Definition) -> Iterator[Fault]:
    for one in definition.transitions.values():
        where = ("transitions", one.key)
        targets = (one.to,) if one.to else ()
        yield from _unknown((*where, "from"), "state", one.sources, definition.states)
        yield from _unknown((*where, "to"), "state", targets, definition.states)
        yield from _unknown((*where, "resets"), "clock", one.resets, definition.clocks)
        before_due = (one.limits.before_due,) if one.limits.before_due else ()
        yield from _unknown((*where, "limits"), "clock", before_due, definition.clocks)
        after = one.limits.after
        yield from _unknown((*where, "limits"), "transition", after, definition.transitions)
        barred, known = one.barred_severities, definition.severities
        yield from _unknown((*where, "barred_severities"), "severity", barred, known)
        yield from _unknown((*where, "choices"), "field", one.choices, one.fields)


def _in_clocks(definition: Definition) -> Iterator[Fault]:
    for name, clock in definition.clocks.items():
        where = ("clocks", name)
        yield from _unknown((*where, "runs_in"), "state", clock.runs_in, definition.states)
        yield from _unknown((*where, "paused_in"), "state", clock.paused_in, definition.states)
        severities = clock.by_severity
        yield from _unknown((*where, "by_severity"), "severity", severities, definition.severities)
    for name, stop in definition.stop_clocks.items():
        yield from _unknown(
            ("stop_clocks", name, "clocks"), "clock", stop.clocks, definition.clocks
        )
    if definition.extensions:
        named = [definition.extensions.clock]
        yield from _unknown(("extensions", "clock"), "clock", named, definition.clocks)
    if definition.whole:
        yield from _unknown(("whole", "along"), "clock", definition.whole.along, definition.clocks)
        severities = definition.whole.by_severity
        yield from _unknown(("whole", "by_severity"), "severity", severities, definition.severities)


def _in_states(definition: Definition) -> Iterator[Fault]:
    for name, state in definition.states.items():
        clocks = [state.clock] if state.clock else []
        yield from _unknown(("states", name, "clock"), "clock", clocks, definition.clocks)
        ladders = [state.ladder] if state.ladder else []
        yield from _unknown(("states", name, "ladder"), "ladder", ladders, definition.ladders)


def _in_severities(definition: Definition) -> Iterator[Fault]:
    where: Place
    for rule in definition.routing:
        where = ("routing", rule.key, "severities")
        yield from _unknown(where, "severity", rule.when.severities, definition.severities)
    if definition.emergency:
        severities = definition.emergency.severities
        where = ("emergency", "severities")
        yield from _unknown(where, "severity", severities, definition.severities)


def _unknown(
    where: Place,
    kind: str,
    names: Iterable[str],
    known: Mapping[str, object] | Mapping[Field, bool],
) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(where, "unknown_name", {"kind": kind, "name": name})
