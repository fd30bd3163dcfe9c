"""Whether a reporter without an account waits to be told something: read off the timeline."""

from collections.abc import Iterable
from datetime import datetime

from linli.incidents.models import IncidentEvent
from linli.processes import Definition, Effect, Offer


def reply_due(definition: Definition, timeline: Iterable[IncidentEvent]) -> datetime | None:
    """Since when the reporter should be told; None where nothing is due.

    A step that tells the reporter opens the task, a later note that they were told closes it.
    """
    since = None
    for event in timeline:
        step = definition.transitions.get(event.kind)
        if step is not None and Effect.TELL_REPORTER in step.effects:
            since = since or event.occurred_at
        elif step is not None and Effect.REPORTER_TOLD in step.effects:
            since = None
    return since


def may_tell(offers: Iterable[Offer]) -> bool:
    """Whether telling the reporter is this person's task."""
    return any(one.allowed and Effect.REPORTER_TOLD in one.transition.effects for one in offers)
