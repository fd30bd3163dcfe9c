"""Checking a stored history against a definition, fast enough for hundreds of thousands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from linli.processes.definition import Definition, Transition
from linli.processes.facts import EventFacts
from linli.processes.guards import counted
from linli.processes.vocabulary import TransitionKind


class Violation(NamedTuple):
    """The event's position in the history, the code of `refusals.MESSAGES`, its parameters."""

    position: int
    code: str
    params: Mapping[str, object]


@dataclass(slots=True)
class _History:
    state: str = ""
    at: datetime | None = None
    actors: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    case: dict[str, int] = field(default_factory=dict)
    round: dict[str, int] = field(default_factory=dict)


def replay(definition: Definition, events: Iterable[EventFacts]) -> list[Violation]:
    """What in one case's history the definition does not allow; an empty list is a good one.

    States, order, times, limits, barred severities and verification by a handler are checked;
    permissions and deadlines are not, since they were judged when the step was taken.
    """
    return replay_parts((definition, event) for event in events)


def replay_parts(events: Iterable[tuple[Definition, EventFacts]]) -> list[Violation]:
    """As `replay`, for a history that went on under other versions: each event has its own."""
    history = _History()
    found: list[Violation] = []
    for index, (definition, event) in enumerate(events):
        key, state, at, actor, unit, _severity = event
        step = definition.steps.get((history.state, key))
        if step is None:
            found.append(_misplaced(definition, index, history.state, key))
            step = definition.transitions.get(key)
            if step is None:
                continue
        elif step.guarded:
            found.extend(_guarded(step, index, history, event))
        expected = step.to or history.state
        if state != expected:
            params = {"state": state, "expected": expected}
            found.append(Violation(index, "state_mismatch", params))
        if history.at is not None and at < history.at:
            found.append(Violation(index, "time_backwards", {"since": history.at}))
        if step.handles:
            _handled(definition, history, actor, unit)
        _advance(history, step, state, at)
    return found


def _handled(definition: Definition, history: _History, actor: str, unit: str) -> None:
    history.actors.add(actor)
    # What a desk settles itself is given to no unit: a colleague there may check it.
    if not definition.assigning.isdisjoint(history.round):
        history.units.add(unit)


def _advance(history: _History, step: Transition, state: str, at: datetime) -> None:
    history.state = state
    history.at = at
    history.case[step.key] = history.case.get(step.key, 0) + 1
    if step.kind is TransitionKind.REOPENING:
        history.round = {}
    else:
        history.round[step.key] = history.round.get(step.key, 0) + 1


def _misplaced(definition: Definition, index: int, state: str, key: str) -> Violation:
    if key not in definition.transitions:
        return Violation(index, "unknown_transition", {"transition": key})
    return Violation(index, "wrong_state", {"transition": key, "state": state})


def _guarded(
    step: Transition, index: int, history: _History, event: EventFacts
) -> Iterable[Violation]:
    if event.severity in step.barred_severities:
        yield Violation(index, "severity_barred", {"severity": event.severity})
    refused = counted(step, history.case, history.round)
    if refused is not None:
        yield Violation(index, refused.code, refused.params)
    by_handler = (event.actor and event.actor in history.actors) or (
        event.unit and event.unit in history.units
    )
    if step.verifies and by_handler:
        yield Violation(index, "handled_yourself", {})
