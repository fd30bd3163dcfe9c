"""Emergencies under way, with what is still due of each; then those that are over."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.access.permissions import Permission
from linli.incidents.emergencies.queries import (
    due_reports,
    open_emergencies,
    past_emergencies,
    reports_by_emergency,
)
from linli.incidents.models import Emergency, EmergencyReport, ReportKind
from linli.web.http import StaffRequest, page


@page(Permission.INCIDENT_VIEW)
def emergencies(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    running, past = open_emergencies(request.actor), past_emergencies(request.actor)
    reports = reports_by_emergency([*running, *past])
    context = {
        "running": [_row(one, reports.get(one.pk, []), now) for one in running],
        "past": [_row(one, reports.get(one.pk, []), now) for one in past],
    }
    return render(request, "emergencies/list.html", context)


def _row(row: Emergency, reports: list[EmergencyReport], now: datetime) -> dict[str, Any]:
    due = due_reports(row, reports, now=now)
    following = next((one for one in due if one.sent_at is None), None)
    record_due = row.record_due_at if row.record_due_at and not row.recorded_at else None
    return {
        "row": row,
        "incident": row.incident,
        "due": following,
        "due_label": ReportKind(following.kind).label if following else "",
        "record_due": record_due,
        "record_late": bool(record_due and record_due < now),
        "gaps": sum(one.late for one in due if one.sent_at),
        "waits": row.taken_at is None and row.ended_at is None,
    }
