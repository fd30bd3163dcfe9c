"""Names that a definition uses and nowhere explains."""

from collections.abc import Iterable, Iterator, Mapping

from linli.processes.definition import Definition
from linli.processes.vocabulary import Field


def unknown_names(definition: Definition) -> Iterator[str]:
    """A line for every name that does not exist, with the place where it is used."""
    yield from _in_transitions(definition)
    yield from _in_clocks(definition)
    yield from _in_states(definition)
    yield from _in_severities(definition)


def _in_transitions(definition: Definition) -> Iterator[str]:
    for one in definition.transitions.values():
        where = f"transition {one.key}"
        targets = (one.to,) if one.to else ()
        yield from _unknown(where, "state", (*one.sources, *targets), definition.states)
        clocks = [*one.resets, *filter(None, [one.limits.before_due])]
        yield from _unknown(where, "clock", clocks, definition.clocks)
        yield from _unknown(where, "transition", one.limits.after, definition.transitions)
        yield from _unknown(where, "severity", one.barred_severities, definition.severities)
        yield from _unknown(where, "field", one.choices, one.fields)


def _in_clocks(definition: Definition) -> Iterator[str]:
    for name, clock in definition.clocks.items():
        where = f"clock {name}"
        yield from _unknown(where, "state", (*clock.runs_in, *clock.paused_in), definition.states)
        yield from _unknown(where, "severity", clock.by_severity, definition.severities)
    for name, stop in definition.stop_clocks.items():
        yield from _unknown(f"condition {name}", "clock", stop.clocks, definition.clocks)
    if definition.extensions:
        yield from _unknown("extensions", "clock", [definition.extensions.clock], definition.clocks)
    if definition.whole:
        yield from _unknown("whole", "clock", definition.whole.along, definition.clocks)
        yield from _unknown(
            "whole", "severity", definition.whole.by_severity, definition.severities
        )


def _in_states(definition: Definition) -> Iterator[str]:
    for name, state in definition.states.items():
        clocks = [state.clock] if state.clock else []
        yield from _unknown(f"state {name}", "clock", clocks, definition.clocks)
        ladders = [state.ladder] if state.ladder else []
        yield from _unknown(f"state {name}", "ladder", ladders, definition.ladders)


def _in_severities(definition: Definition) -> Iterator[str]:
    for rule in definition.routing:
        where = f"routing rule {rule.key}"
        yield from _unknown(where, "severity", rule.when.severities, definition.severities)
    if definition.emergency:
        severities = definition.emergency.severities
        yield from _unknown("emergency", "severity", severities, definition.severities)


def _unknown(
    where: str, kind: str, names: Iterable[str], known: Mapping[str, object] | Mapping[Field, bool]
) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{where}: there is no {kind} {name!r}"
