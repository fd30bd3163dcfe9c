"""Writing incidents over the API: report, take a step, open a contact.

Adds to the router of `incidents`: ninja keeps the methods of one path in one router.
"""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Path
from pydantic import BaseModel

from linli.access.permissions import Permission
from linli.api.fields import Input, Text
from linli.api.requests import ApiRequest, needs, once, seen_version, shown
from linli.api.schemas import (
    ContactOut,
    ContactsOut,
    IncidentIn,
    IncidentOut,
    NearPage,
    ReasonIn,
    SpotIn,
    StepIn,
    brief,
)
from linli.api.staff.incidents import near_out, router
from linli.database.batch import Batch
from linli.incidents.actions import Draft, NotFound, report, report_settled, take_step
from linli.incidents.actions.placing import Spot, placed
from linli.incidents.contacts import Contact, open_contacts
from linli.incidents.detail import find
from linli.incidents.duplicates import near
from linli.incidents.models import Incident

__all__ = ["router"]

# What the action calls a field of a report: what the request calls it.
NAMES = {
    "category": "category_id",
    "place_text": "place.text",
    "contact_name": "contact.name",
    "contact_phone": "contact.phone",
    "contact_address": "contact.address",
    "result": "settled.result",
    "evidence": "settled.evidence",
}

Step = Annotated[str, Path(pattern="^[a-z_]{1,40}$")]


class NearIn(Input):
    """A report that is being written."""

    text: Text
    category_id: UUID
    place: SpotIn


@router.post("", response={201: IncidentOut}, summary="Report an incident")
@needs(Permission.INCIDENT_REPORT)
def create_incident(request: ApiRequest, body: IncidentIn) -> HttpResponse:
    """With `settled` it is reported and settled on the spot, both or neither."""
    request.names = NAMES
    request.attached_in = "attachment_ids" if body.attachment_ids else "settled.evidence"

    def act(batch: Batch) -> tuple[int, BaseModel]:
        return 201, brief(_report(request, body, batch))

    return once(request, "incidents.report", act)


@router.post("/near", response=NearPage, summary="Matters that may be the same as a draft")
@needs(Permission.INCIDENT_REPORT)
def near_draft(request: ApiRequest, body: NearIn) -> HttpResponse:
    """Writes nothing and needs no Idempotency-Key."""
    request.names = NAMES
    place = placed(_spot(body.place))
    found = near(request.actor, text=body.text, category_id=body.category_id, place=place)
    return shown(NearPage.model_construct(items=[near_out(one) for one in found]))


@router.post("/{uuid:incident_id}/steps/{step}", response=IncidentOut, summary="Take a step")
@needs(Permission.INCIDENT_VIEW)
def take(request: ApiRequest, incident_id: UUID, step: Step, body: StepIn) -> HttpResponse:
    """Steps and their fields come from the county's process; If-Match is the version you saw.

    Dates are written 2026-12-01, durations 3wd (working days), 8wh (working hours), 24h.
    """

    def act(batch: Batch) -> tuple[int, BaseModel]:
        incident = take_step(
            incident_id,
            step,
            body.fields,
            version=seen_version(request),
            by=request.actor,
            at=body.occurred_at,
            batch=batch,
        )
        return 200, brief(incident)

    return once(request, f"incidents.{incident_id}.{step}", act)


@router.post(
    "/{uuid:incident_id}/contacts", response=ContactsOut, summary="Open the reporters' contacts"
)
@needs(Permission.INCIDENT_CONTACT)
def contacts(request: ApiRequest, incident_id: UUID, body: ReasonIn) -> HttpResponse:
    """Each opening is recorded with its reason. The answer is never kept: no Idempotency-Key."""
    incident = find(request.actor, incident_id)
    if incident is None:
        raise NotFound(incident_id)
    opened = open_contacts(incident, by=request.actor, reason=body.reason)
    found = [ContactOut.model_construct(**vars(one)) for one in opened]
    return shown(ContactsOut.model_construct(contacts=found))


def _report(request: ApiRequest, body: IncidentIn, batch: Batch) -> Incident:
    settled, by, at = body.settled, request.actor, body.occurred_at
    if settled is None:
        return report(_draft(body), by=by, at=at, batch=batch)
    return report_settled(
        _draft(body), result=settled.result, evidence=settled.evidence, by=by, at=at
    )


def _draft(body: IncidentIn) -> Draft:
    contact = body.contact
    return Draft(
        text=body.text,
        category_id=body.category_id,
        source=body.source,
        spot=_spot(body.place),
        further=tuple(_spot(one) for one in body.further_places),
        title=body.title,
        severity=body.severity,
        contact=Contact(**dict(contact)) if contact else None,
        attachment_ids=tuple(body.attachment_ids),
    )


def _spot(given: SpotIn) -> Spot:
    return Spot(**dict(given))
