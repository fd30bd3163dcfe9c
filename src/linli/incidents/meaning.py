"""What a step means to an incident, whatever a county calls it: read off states and effects."""

from enum import StrEnum

from linli.incidents.enums import State
from linli.processes import Decision, Definition, Effect, Field
from linli.processes.vocabulary import TransitionKind


class Milestone(StrEnum):
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    RULED = "ruled"
    SIGNED = "signed"
    HANDED_IN = "handed_in"
    CO_RESULT = "co_result"
    VERIFIED = "verified"


STAMPS = {
    Milestone.ACCEPTED: "accepted_at",
    Milestone.DISPATCHED: "dispatched_at",
    Milestone.SIGNED: "signed_at",
    Milestone.HANDED_IN: "handled_at",
    Milestone.VERIFIED: "verified_at",
}
"""Where an incident keeps when it came to a milestone."""

_BETWEEN = {
    (State.REPORTED, State.ACCEPTED): Milestone.ACCEPTED,
    (State.DISPATCHED, State.HANDLING): Milestone.SIGNED,
}


def milestones(decision: Decision) -> frozenset[Milestone]:
    """The milestones that a step comes to."""
    step, before, after = decision.transition, decision.state_before, decision.state
    found = {_BETWEEN[before, after]} if (before, after) in _BETWEEN else set()  # type: ignore[index]
    if Effect.ASSIGN in step.effects:
        found.add(Milestone.DISPATCHED)
        if Field.DUTY_REFERENCE in step.fields:
            found.add(Milestone.RULED)
    if after == State.AWAITING_VERIFICATION != before:
        found.add(Milestone.HANDED_IN)
    elif step.handles and step.kind is TransitionKind.NOTE:
        found.add(Milestone.CO_RESULT)
    if after == State.CLOSED != before and step.kind is TransitionKind.VERIFICATION:
        found.add(Milestone.VERIFIED)
    return frozenset(found)


def reworking(definition: Definition) -> frozenset[str]:
    """The steps that send a result back."""
    return frozenset(key for key, one in definition.transitions.items() if one.to == State.REWORK)


def extending(definition: Definition) -> frozenset[str]:
    """The steps that grant more time."""
    steps = definition.transitions.items()
    return frozenset(key for key, one in steps if Effect.EXTEND in one.effects)
