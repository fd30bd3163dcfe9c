"""Whose queue a verification, a sampled check or the question of more time is in: decided when it
begins, kept with the case.

Never the handler's. Where nobody else of the holding platform may decide, it is the county's.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.access.colleagues import members_present
from linli.casework.definitions import process
from linli.incidents import references
from linli.incidents.actions.taken import Step
from linli.incidents.enums import State
from linli.incidents.facts import actor_facts
from linli.incidents.models import Incident
from linli.processes import CaseFacts, Decision, Effect, Owner, Platform, impartial_platform
from linli.processes.vocabulary import TransitionKind


def route_verification(step: Step) -> None:
    """Keep `verifier_unit` in step with the case and its platform."""
    incident, decision = step.incident, step.decision
    incident.verifier_unit_id = queue_after(
        incident,
        decision,
        elsewhere=incident.platform_unit_id != step.before.platform_unit,
        queue=lambda: queue_of(incident, decision.case, step.at),
    )


def queue_after(
    incident: Incident,
    decision: Decision,
    *,
    elsewhere: bool = False,
    queue: Callable[[], UUID | None],
) -> UUID | None:
    """The `verifier_unit` after a step, as `queue` finds it; notes leave it. About more time the
    holding platform decides, so that only another unit is noted.
    """
    moved = decision.state != decision.state_before
    if (moved or elsewhere) and _begins(incident, decision):
        return queue()
    if (moved or elsewhere) and decision.state == State.EXTENSION_ASKED:
        found = queue()
        return found if found != incident.platform_unit_id else None
    if moved or decision.transition.kind is TransitionKind.SAMPLE:
        return None
    return incident.verifier_unit_id


def _begins(incident: Incident, decision: Decision) -> bool:
    drawn = incident.sampled and Effect.DRAW_SAMPLE in decision.effects
    return drawn or decision.owner is Owner.VERIFIER


def queue_of(incident: Incident, case: CaseFacts, at: datetime) -> UUID | None:
    """The unit in whose queue this case belongs, for somebody who did not handle it."""
    county = references.platform_of(None).id
    if incident.platform == Platform.COUNTY or incident.platform_unit_id is None:
        return county
    here = members_present(incident.platform_unit_id, today=timezone.localdate(at))
    found = impartial_platform(
        process("incident", incident.process_version),
        case,
        [actor_facts(one, incident) for one in here],
    )
    return county if found is Platform.COUNTY else incident.platform_unit_id
