"""Whose queue a verification or a sampled check is in: decided when it begins, kept with the case.

Never the handler's. Where nobody else of the holding platform may verify, it is the county's.
"""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.access.colleagues import members_present
from linli.casework.definitions import process
from linli.incidents import references
from linli.incidents.actions.taken import Step
from linli.incidents.facts import actor_facts
from linli.incidents.models import Incident
from linli.processes import CaseFacts, Decision, Effect, Owner, Platform, verifying_platform
from linli.processes.vocabulary import TransitionKind


def route_verification(step: Step) -> None:
    """Keep `verifier_unit` in step with the case and its platform; other notes leave it."""
    incident, decision = step.incident, step.decision
    moved = decision.state != decision.state_before
    elsewhere = incident.platform_unit_id != step.before.platform_unit
    if (moved or elsewhere) and _begins(incident, decision):
        incident.verifier_unit_id = queue_of(incident, decision.case, step.at)
    elif moved or decision.transition.kind is TransitionKind.SAMPLE:
        incident.verifier_unit_id = None


def _begins(incident: Incident, decision: Decision) -> bool:
    drawn = incident.sampled and Effect.DRAW_SAMPLE in decision.effects
    return drawn or decision.owner is Owner.VERIFIER


def queue_of(incident: Incident, case: CaseFacts, at: datetime) -> UUID | None:
    """The unit in whose queue a verification of this case belongs now."""
    county = references.platform_of(None).id
    if incident.platform == Platform.COUNTY or incident.platform_unit_id is None:
        return county
    here = members_present(incident.platform_unit_id, today=timezone.localdate(at))
    found = verifying_platform(
        process("incident", incident.process_version),
        case,
        [actor_facts(one, incident) for one in here],
    )
    return county if found is Platform.COUNTY else incident.platform_unit_id
