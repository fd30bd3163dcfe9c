"""An incident with everything that belongs to it, as JSON."""

from typing import Any

from django.utils.translation import get_language

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.api.schemas import (
    IncidentDetail,
    LineOut,
    OfferOut,
    PlaceOut,
    SuggestionOut,
    TaskOut,
    brief,
    file_out,
)
from linli.incidents.contacts import has_contact
from linli.incidents.detail import Detail
from linli.incidents.preview import case_of
from linli.processes import CaseFacts, Offer, choices_of, explain, required_of


def whole(actor: Actor, found: Detail) -> IncidentDetail:
    incident, suggestion, case = found.incident, found.suggestion, case_of(found)
    own = ("text", "verification", "review_on", "supervised", "solved", "satisfied")
    return IncidentDetail.model_construct(
        **brief(incident).model_dump(),
        **{name: getattr(incident, name) for name in (*own, "merged_into_id")},
        merged_ids=[one.pk for one in found.merged],
        # Whether anybody left a contact is known only to who may open it.
        has_contact=can(actor, Permission.INCIDENT_CONTACT) and has_contact(incident),
        timeline=[_line(line) for line in found.lines],
        tasks=[
            TaskOut.model_construct(**{name: getattr(task, name) for name in TaskOut.model_fields})
            for task in found.tasks
        ],
        further_places=[
            PlaceOut.model_construct(**{name: getattr(one, name) for name in PlaceOut.model_fields})
            for one in found.places
        ],
        steps=[_offer(offer, found, case) for offer in found.offers],
        suggestion=SuggestionOut(
            unit_id=suggestion.unit.pk,
            name=suggestion.unit.name,
            rule=suggestion.rule.key,
            reason=suggestion.how.value,
            note=suggestion.rule.label.in_language(get_language() or "zh-hans"),
            co_unit_ids=[unit.pk for unit in suggestion.co_units],
        )
        if suggestion
        else None,
    )


def _line(line: Any) -> LineOut:
    event = line.event
    return LineOut.model_construct(
        version=event.case_version,
        kind=event.kind,
        from_state=event.from_state,
        to_state=event.to_state,
        by=event.actor_label,
        unit_id=event.unit_id,
        reason=event.reason,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        due_at=event.due_at,
        attachments=[file_out(file) for file in line.attachments],
    )


def _offer(offer: Offer, found: Detail, case: CaseFacts) -> OfferOut:
    language = get_language() or "zh-hans"
    step = offer.transition
    required = required_of(step, case)
    choices = {name: choices_of(step, case, name) for name in step.fields}
    return OfferOut(
        step=step.key,
        label=step.label.in_language(language),
        allowed=offer.allowed,
        primary=step.primary,
        why_not=explain(offer.refused, found.definition, language) if offer.refused else None,
        required=[str(name) for name in required],
        optional=[str(name) for name in step.fields if name not in required],
        choices={str(name): list(found) for name, found in choices.items() if found is not None},
    )
