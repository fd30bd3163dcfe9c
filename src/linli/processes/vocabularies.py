"""What the code of a domain fixes for its process, and a county cannot change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linli.processes.definition import Definition, Transition
from linli.processes.faults import Fault
from linli.processes.vocabulary import Field, StateKind


@dataclass(frozen=True)
class Vocabulary:
    """`states` says of each whether it is final: a definition may leave one out, never add one.

    `severities` are all there, mildest first; `steps` and `clocks` are named by the code and stay;
    `reserved` are kinds of entries that no step writes; `choices` are the known answers to a field.
    A step of `must_ask` requires those fields, since the code works with them; one of `may_ask`
    requires no others, since the code fills it in.
    """

    process: str
    states: Mapping[str, bool]
    severities: tuple[str, ...]
    steps: frozenset[str]
    clocks: frozenset[str]
    reserved: frozenset[str]
    permissions: frozenset[str]
    choices: Mapping[Field, tuple[str, ...]]
    must_ask: Mapping[str, frozenset[Field]]
    may_ask: Mapping[str, frozenset[Field]]
    longest_key: int


def outside(definition: Definition, fixed: Vocabulary) -> Iterator[Fault]:
    """Whatever of a definition the domain's code could not work with."""
    if definition.key != fixed.process:
        yield Fault(("key",), "other_key", {"expected": fixed.process})
    if tuple(definition.severities) != fixed.severities:
        yield Fault(("severities",), "other_severities", {"expected": fixed.severities})
    yield from _states(definition, fixed)
    yield from _steps(definition, fixed)
    for name in sorted(fixed.steps - definition.transitions.keys()):
        yield Fault(("transitions", name), "needed")
    for name in sorted(fixed.clocks - definition.clocks.keys()):
        yield Fault(("clocks", name), "needed")


def _states(definition: Definition, fixed: Vocabulary) -> Iterator[Fault]:
    for name, state in definition.states.items():
        if name not in fixed.states:
            yield Fault(("states", name), "foreign_state")
        elif (state.kind is StateKind.FINAL) is not fixed.states[name]:
            yield Fault(("states", name, "kind"), "other_kind")


def _steps(definition: Definition, fixed: Vocabulary) -> Iterator[Fault]:
    for name, step in definition.transitions.items():
        place = ("transitions", name)
        if len(name) > fixed.longest_key:
            yield Fault(place, "key_too_long", {"limit": fixed.longest_key})
        if name in fixed.reserved:
            yield Fault(place, "key_reserved")
        yield from _asked(step, fixed)
        for permission in {by.permission: None for by in step.by}:
            if permission not in fixed.permissions:
                yield Fault((*place, "by"), "unknown_permission", {"permission": permission})
        for field, choices in step.choices.items():
            known = fixed.choices.get(field, choices)
            for choice in sorted(set(choices) - set(known)):
                params = {"field": field, "choice": choice}
                yield Fault((*place, "choices"), "unknown_choice", params)


def _asked(step: Transition, fixed: Vocabulary) -> Iterator[Fault]:
    place, required = ("transitions", step.key, "fields"), set(step.required)
    for field in sorted(fixed.must_ask.get(step.key, frozenset()) - required):
        yield Fault(place, "must_ask", {"field": field})
    for field in sorted(required - fixed.may_ask.get(step.key, frozenset(required))):
        yield Fault(place, "may_not_ask", {"field": field})
