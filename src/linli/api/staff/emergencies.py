"""Emergencies over the API: raise one with one call, see those under way, take one."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel

from linli.access.permissions import Permission
from linli.api.fields import Input, Line, LocalMoment, Moment
from linli.api.requests import ApiRequest, needs, once, shown
from linli.api.staff.incidents import router as incidents
from linli.database.batch import Batch
from linli.incidents.actions.emergencies import raise_emergency, take_emergency
from linli.incidents.emergencies.queries import (
    due_reports,
    open_emergencies,
    reports_by_emergency,
)
from linli.incidents.models import Emergency, EmergencyReport

router = Router(tags=["emergencies"])


class EmergencyIn(Input):
    """`occurred_at` is when it was raised by word of mouth, if that lies back."""

    reason: Line = ""
    occurred_at: Moment | None = None


class EmergencyOut(BaseModel):
    """`rung` counts from 0 along the county's path; nobody else is alerted once it is taken.

    `report` is due next (first, follow_up, final or ""), `record_due_at` the completed record.
    """

    id: UUID
    incident_id: UUID
    raised_at: LocalMoment
    rung: int
    rung_due_at: LocalMoment | None
    taken_at: LocalMoment | None
    record_due_at: LocalMoment | None
    recorded_at: LocalMoment | None
    ended_at: LocalMoment | None
    report: str
    report_due_at: LocalMoment | None


class EmergenciesOut(BaseModel):
    items: list[EmergencyOut]


@incidents.post(
    "/{uuid:incident_id}/emergency", response={201: EmergencyOut}, summary="Raise an emergency"
)
@needs(Permission.INCIDENT_REPORT)
def raise_(request: ApiRequest, incident_id: UUID, body: EmergencyIn) -> HttpResponse:
    """Alerts the people on duty at once. One that is under way already is answered as it is."""

    def act(batch: Batch) -> tuple[int, BaseModel]:
        emergency = raise_emergency(
            incident_id,
            reason=body.reason,
            at=body.occurred_at,
            by=request.actor,
            batch=batch,
        )
        return 201, _out(emergency, [])

    return once(request, f"incidents.{incident_id}.emergency", act)


@router.get("", response=EmergenciesOut, summary="Emergencies under way")
@needs(Permission.INCIDENT_VIEW)
def running(request: ApiRequest) -> HttpResponse:
    """Within sight, the oldest first."""
    rows = open_emergencies(request.actor)
    reports = reports_by_emergency(rows)
    items = [_out(row, reports.get(row.pk, [])) for row in rows]
    return shown(EmergenciesOut.model_construct(items=items))


@router.post("/{uuid:emergency_id}/take", response=EmergencyOut, summary="Take an emergency")
@needs(Permission.INCIDENT_VIEW)
def take(request: ApiRequest, emergency_id: UUID) -> HttpResponse:
    """For whoever was alerted, and for those who run the centre. Of two the second gets 409."""

    def act(batch: Batch) -> tuple[int, BaseModel]:
        emergency = take_emergency(emergency_id, by=request.actor, batch=batch)
        reports = reports_by_emergency([emergency])
        return 200, _out(emergency, reports.get(emergency.pk, []))

    return once(request, f"emergencies.{emergency_id}.take", act)


def _out(row: Emergency, reports: list[EmergencyReport]) -> EmergencyOut:
    due = next((d for d in due_reports(row, reports, now=timezone.now()) if not d.sent_at), None)
    own = {
        name: getattr(row, name)
        for name in EmergencyOut.model_fields
        if name not in {"report", "report_due_at"}
    }
    return EmergencyOut.model_construct(
        **own, report=due.kind if due else "", report_due_at=due.due_at if due else None
    )
