"""The page of an emergency: who was alerted, who took it, what is still due."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.incidents.detail import Detail
from linli.incidents.emergencies.queries import Whole, may_record, whole
from linli.web.emergencies.forms import DispatchForm, EndForm, RecordForm
from linli.web.emergencies.words import calls_of, reports_of
from linli.web.http import StaffRequest, page
from linli.web.incidents.case import found_or_404, now_context
from linli.web.incidents.seats import report_due

SENDABLE = frozenset({"reported", "accepted", "returned"})


@page(Permission.INCIDENT_VIEW)
def emergency(request: StaffRequest, number: str) -> HttpResponse:
    return show(request, number)


def show(request: StaffRequest, number: str, status: int = 200, **forms: Any) -> HttpResponse:
    """The page; `forms` stand in for empty ones, with their errors."""
    now = timezone.now()
    found = found_or_404(request, number, now)
    emergency = whole(request.actor, found.incident, now=now)
    if emergency is None:
        raise Http404(number)
    context = now_context(request, found, now) | _parts(request, found, emergency, now)
    context |= forms
    return render(request, "emergencies/emergency.html", context, status=status)


def _parts(request: StaffRequest, found: Detail, shown: Whole, now: datetime) -> dict[str, Any]:
    row, actor = shown.emergency, request.actor
    running = row.ended_at is None
    sendable = running and found.incident.state in SENDABLE
    may_send = sendable and shown.runs and can(actor, Permission.INCIDENT_DISPATCH)
    return {
        "shown": shown,
        "row": row,
        "running": running,
        "calls": calls_of(shown, now),
        "reports": reports_of(shown),
        "dispatch_form": DispatchForm(found) if may_send else None,
        "may_record": may_record(actor, found.incident),
        "record_form": RecordForm(),
        "end_form": EndForm(),
        "record_late": bool(row.record_due_at and not row.recorded_at and row.record_due_at < now),
        "next_label": report_due(shown),
        "may_write": shown.runs and shown.next_report is not None,
    }
