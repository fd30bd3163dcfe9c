"""One incident as its page and the API show it: facts, timeline, tasks, possible steps."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from linli.access.actor import Actor
from linli.attachments.models import Attachment
from linli.casework.definitions import calendars, process
from linli.casework.editions import Edition
from linli.incidents import references
from linli.incidents.contacts import has_contact
from linli.incidents.facts import actor_facts, case_facts
from linli.incidents.models import (
    Category,
    Incident,
    IncidentEvent,
    IncidentPlace,
    IncidentTask,
)
from linli.incidents.queries import entries, visible_to
from linli.incidents.reply import may_tell, reply_due
from linli.incidents.routing import Suggestion, suggest
from linli.organisations.models import Unit
from linli.processes import Definition, Offer, available
from linli.territory.models import Area


@dataclass(frozen=True)
class Line:
    """One entry of the timeline with its files and the unit it was made for."""

    event: IncidentEvent
    unit: Unit | None
    attachments: list[Attachment]


@dataclass(frozen=True)
class Detail:
    incident: Incident
    definition: Definition
    calendars: Edition
    category: Category
    areas: list[Area]  # from the township down
    lead_unit: Unit | None
    platform_unit: Unit | None
    verifier_unit: Unit | None
    tasks: list[IncidentTask]
    lines: list[Line]
    offers: list[Offer]
    places: list[IncidentPlace]  # further ones, of a matter that touches several
    suggestion: Suggestion | None
    reply_since: datetime | None = None  # a reporter waits to be told by this person's centre
    merged: list[Incident] = field(default_factory=list)

    @property
    def primary(self) -> Offer | None:
        """The one step that this person is most likely here for."""
        return next((one for one in self.offers if one.allowed and one.transition.primary), None)


def find(actor: Actor, key: UUID | str) -> Incident | None:
    """An incident within sight, by id or number."""
    rows = visible_to(actor)
    if isinstance(key, UUID):
        return rows.filter(pk=key).first()
    return rows.filter(number=key).first()


def detail(actor: Actor, key: UUID | str, *, now: datetime) -> Detail | None:
    """Everything about an incident; None where it does not exist or is out of sight."""
    incident = find(actor, key)
    if incident is None:
        return None
    category = references.category(incident.category_id)
    tasks = list(IncidentTask.objects.filter(incident=incident).order_by("assigned_at", "-lead"))
    units = references.every_unit()
    definition = process("incident", incident.process_version)
    lines, offered = timeline(incident), offers(actor, incident, tasks, now=now)
    return Detail(
        incident=incident,
        definition=definition,
        calendars=calendars(incident.calendar_version),
        category=category,
        areas=areas_of(incident),
        lead_unit=units.get(incident.lead_unit_id) if incident.lead_unit_id else None,
        platform_unit=units.get(incident.platform_unit_id) if incident.platform_unit_id else None,
        verifier_unit=units.get(incident.verifier_unit_id) if incident.verifier_unit_id else None,
        tasks=tasks,
        lines=lines,
        offers=offered,
        places=further_places(incident),
        suggestion=suggest(incident, at=now) if incident.is_open else None,
        reply_since=_reply_since(incident, definition, lines, offered),
        merged=list(visible_to(actor).filter(merged_into=incident).order_by("opened_at")),
    )


def _reply_since(
    incident: Incident, definition: Definition, lines: list[Line], offered: list[Offer]
) -> datetime | None:
    if not may_tell(offered):
        return None
    since = reply_due(definition, (line.event for line in lines))
    return since if since and has_contact(incident) else None


def offers(
    actor: Actor, incident: Incident, tasks: list[IncidentTask], *, now: datetime
) -> list[Offer]:
    """The steps that concern this actor now; those that are refused say why."""
    co_units = [task.unit_id for task in tasks if task.is_open and not task.lead]
    category = references.category(incident.category_id)
    found = available(
        process("incident", incident.process_version),
        case_facts(incident, category, co_units),
        actor_facts(actor, incident),
        now=now,
        calendar=calendars(incident.calendar_version),
    )
    return [one for one in found if one.refused is None or one.refused.concerns_actor]


def timeline(incident: Incident) -> list[Line]:
    files: dict[UUID | None, list[Attachment]] = {}
    kept = Attachment.objects.filter(subject_kind="incident", subject_id=incident.pk)
    for file in kept.order_by("created_at"):
        files.setdefault(file.event_id, []).append(file)
    units = references.every_unit()
    return [
        Line(event, units.get(event.unit_id) if event.unit_id else None, files.get(event.pk, []))
        for event in entries(incident)
    ]


def areas_of(incident: Incident) -> list[Area]:
    ids = [incident.township_id, incident.village_id, incident.area_id]
    found = {area.pk: area for area in Area.objects.filter(pk__in=[one for one in ids if one])}
    return [found[key] for key in dict.fromkeys(ids) if key in found]


def further_places(incident: Incident) -> list[IncidentPlace]:
    """The other places of a matter that touches several."""
    rows = IncidentPlace.objects.filter(incident=incident).select_related("area")
    return list(rows.order_by("id"))


def attachment_in_sight(actor: Actor, key: UUID) -> Attachment | None:
    """A file of an incident that the actor may see; one's own upload also before it belongs."""
    found = Attachment.objects.filter(pk=key).first()
    if found is None:
        return None
    if found.subject_kind == "incident" and found.subject_id:
        return found if find(actor, found.subject_id) else None
    return found if found.created_by == actor.id else None
