"""What emergencies still ask of somebody: to answer, to lead, to report, to complete the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.incidents.emergencies.queries import (
    SHOWN,
    due_reports,
    reports_by_emergency,
    runs,
)
from linli.incidents.emergencies.rules import Due
from linli.incidents.models import Emergency, EmergencyCall, EmergencyReport, ReportKind
from linli.incidents.queries import visible_to

LOOKED_AT = 500


@dataclass(frozen=True)
class Duty:
    """One emergency, and what of it is this person's: each is None where nothing is."""

    emergency: Emergency
    answer_by: datetime | None
    report: Due | None
    record_by: datetime | None


def duties(actor: Actor, *, now: datetime) -> list[Duty]:
    """Of those alerted, those who run the centre that holds the case, and leaders.

    Emergencies under way first; one that is over stays until its final report is sent.
    """
    if not can(actor, Permission.INCIDENT_VIEW):
        return []
    rows = _unfinished()
    seen = visible_to(actor).in_bulk([row.incident_id for row in rows]) if rows else {}
    found = [row for row in rows if row.incident_id in seen][:SHOWN]
    for row in found:
        row.incident = seen[row.incident_id]
    return list(_of(actor, found, now)) if found else []


def _unfinished() -> list[Emergency]:
    """Of the whole county: there are seldom any, and then nothing is asked about cases."""
    final = EmergencyReport.objects.filter(emergency=OuterRef("pk"), kind=ReportKind.FINAL)
    rows = Emergency.objects.filter(Q(ended_at__isnull=True) | ~Exists(final))
    return list(rows.order_by(F("ended_at").desc(nulls_first=True), "raised_at")[:LOOKED_AT])


def _of(actor: Actor, rows: list[Emergency], now: datetime) -> Iterator[Duty]:
    mine = Q(user_id=actor.id) | Q(unit_id__in=actor.units)
    calls = EmergencyCall.objects.filter(mine, emergency__in=[row.pk for row in rows])
    called = {call.emergency_id: call for call in calls.order_by("rung", "id")}
    reports = reports_by_emergency(rows)
    leads = can(actor, Permission.INCIDENT_SUPERVISE)
    for row in rows:
        call, centre = called.get(row.pk), runs(actor, row.incident)
        waits = call is not None and call.closed_at is None
        due = due_reports(row, reports.get(row.pk, []), now=now) if centre else []
        duty = Duty(
            row,
            answer_by=call.due_at if call and waits else None,
            report=next((one for one in due if one.sent_at is None), None),
            record_by=row.record_due_at if centre and row.recorded_at is None else None,
        )
        if duty.report or (row.ended_at is None and (call or centre or leads)):
            yield duty
