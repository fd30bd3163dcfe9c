"""Collect: a matter is reported, placed, routed to its platform and counted, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.attachments import actions as attachments
from linli.casework.definitions import newest_calendars, newest_process
from linli.casework.numbers import next_number
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents import rules
from linli.incidents.actions.placing import NOWHERE, Spot, placed
from linli.incidents.actions.record import SUBJECT, audited, count, decision_data, event
from linli.incidents.actions.rows import text_of
from linli.incidents.actions.taken import Before, Step
from linli.incidents.actions.telling import tell_first
from linli.incidents.contacts import Contact, check_contact, keep_contact
from linli.incidents.enums import Severity, Source
from linli.incidents.facts import actor_facts, case_facts
from linli.incidents.ladder import stand
from linli.incidents.models import Category, Incident, IncidentEvent, IncidentPlace
from linli.incidents.references import Platform, active_category, platform_of
from linli.incidents.rules import Invalid
from linli.organisations.models import UnitKind
from linli.processes import Decision, decide
from linli.territory.placement import Place

PROCESS = "incident"
SOURCES = frozenset(Source.values)
SEVERITIES = frozenset(Severity.values)


@dataclass(frozen=True)
class Draft:
    """What a reporter says. `further` are more places of a matter that touches several.

    An emergency may lack its place: first the alarm, then the record.
    """

    text: str
    category_id: UUID
    source: str
    spot: Spot = NOWHERE
    further: tuple[Spot, ...] = ()
    title: str = ""
    severity: str = ""
    contact: Contact | None = None
    attachment_ids: tuple[UUID, ...] = ()
    emergency: bool = False


def report(
    draft: Draft, *, by: Actor, at: datetime | None = None, batch: Batch | None = None
) -> Incident:
    """Record a new incident. Raises Invalid naming the field; `at` is when it was reported.

    A caller who gives a `batch` sends it, with more of its own.
    """
    require(by, Permission.INCIDENT_REPORT)
    now = timezone.now()
    category = active_category(draft.category_id)
    rules.check_draft(draft, category, sources=SOURCES, severities=SEVERITIES)
    opened_at = rules.opened_at(at, now=now)
    place = placed(draft.spot)
    if draft.contact:
        check_contact(draft.contact)
    places = [_further(spot, index) for index, spot in enumerate(draft.further)]
    attachments.lock_waiting(draft.attachment_ids, by=by)
    # The county names the township that leads, where a matter touches several.
    townships = {one.township_id for one in (place, *places)}
    platform = platform_of(place.township_id if len(townships) == 1 else None)
    incident = _build(draft, category, place, platform, by=by, opened_at=opened_at, now=now)
    decision = _start(incident, category, draft, by=by, at=opened_at)
    further = _further_places(incident, draft, places)
    data = decision_data(decision) | {"source": draft.source, "place": place.quality}
    line = event(incident, kind="report", by=by, at=opened_at, data=data)
    writing = batch or Batch()
    _write(incident, line, further, draft, by=by, batch=writing)
    tell_first(Step(incident, decision, by, opened_at, Before(), writing))
    if batch is None:
        writing.send()
    return incident


def _write(
    incident: Incident,
    line: IncidentEvent,
    further: list[IncidentPlace],
    draft: Draft,
    *,
    by: Actor,
    batch: Batch,
) -> None:
    """Everything at once: all refusals lie behind us."""
    batch.insert(incident)
    batch.insert(text_of(incident, further))
    batch.insert(line)
    for place in further:
        batch.insert(place)
    if draft.contact:
        keep_contact(incident, draft.contact, by=by, batch=batch)
    attachments.adopt(
        draft.attachment_ids, subject=(SUBJECT, incident.pk), event_id=line.pk, batch=batch
    )
    count(None, incident, at=incident.recorded_at, batch=batch)
    audited(incident, action="report", by=by, batch=batch)


def _build(
    draft: Draft,
    category: Category,
    place: Place,
    platform: Platform,
    *,
    by: Actor,
    opened_at: datetime,
    now: datetime,
) -> Incident:
    return new(
        Incident,
        number=number_for(opened_at),
        state="",
        process_version=newest_process(PROCESS).version,
        calendar_version=newest_calendars().version,
        opened_at=opened_at,
        recorded_at=now,
        platform="county" if platform.kind == UnitKind.COUNTY_CENTRE else "township",
        platform_unit_id=platform.id,
        category=category,
        severity=draft.severity or category.severity,
        verification=category.verification,
        title=draft.title.strip() or rules.title_of(draft.text),
        text=draft.text.strip(),
        source=draft.source,
        reporter_id=by.id,
        area_id=place.area_id,
        township_id=place.township_id,
        village_id=place.village_id,
        longitude=place.longitude,
        latitude=place.latitude,
        place_text=draft.spot.text.strip(),
        place_quality=place.quality,
    )


def number_for(opened_at: datetime) -> str:
    """E.g. 2026-000123: the year in which it was reported, then the county's own count."""
    year = timezone.localdate(opened_at).year
    return f"{year}-{next_number(f'incident-{year}'):06}"


def _start(
    incident: Incident, category: Category, draft: Draft, *, by: Actor, at: datetime
) -> Decision:
    decision = decide(
        newest_process(PROCESS),
        case_facts(incident, category),
        actor_facts(by, incident),
        "report",
        {"category": str(category.pk), "text": draft.text, "source": draft.source},
        now=at,
        calendar=newest_calendars(),
    )
    incident.state = decision.state
    incident.progress = decision.case.progress.to_json()
    incident.due_at = decision.due_at
    stand(incident, taken=0)
    return decision


def _further(spot: Spot, index: int) -> Place:
    place = placed(spot, field="further_places")
    if place.area_id is None:
        raise Invalid("further_places", "place_outside", index=index)
    return place


def _further_places(
    incident: Incident, draft: Draft, places: Sequence[Place]
) -> list[IncidentPlace]:
    return [
        new(
            IncidentPlace,
            incident=incident,
            opened_at=incident.opened_at,
            area_id=place.area_id,
            township_id=place.township_id,
            village_id=place.village_id,
            longitude=place.longitude,
            latitude=place.latitude,
            place_text=spot.text.strip(),
        )
        for spot, place in zip(draft.further, places, strict=True)
    ]
