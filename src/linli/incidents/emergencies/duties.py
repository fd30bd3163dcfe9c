"""What emergencies still ask of somebody: to answer, to lead, to report, to complete the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.database.context import current_county
from linli.database.pipeline import Call, Rows
from linli.incidents.emergencies.queries import (
    SHOWN,
    due_reports,
    reports_by_emergency,
    runs,
)
from linli.incidents.emergencies.rules import Due
from linli.incidents.models import Emergency, EmergencyCall, ReportKind
from linli.incidents.queries import visible_to

LOOKED_AT = 500


@dataclass(frozen=True)
class Duty:
    """One emergency, and what of it is this person's: each is None where nothing is."""

    emergency: Emergency
    answer_by: datetime | None
    report: Due | None
    record_by: datetime | None


# Emergencies under way first; one that is over stays until its final report is sent.
_UNFINISHED = f"""
SELECT emergency.id, emergency.incident_id FROM incidents_emergency AS emergency
WHERE emergency.county_id = %s AND (emergency.ended_at IS NULL OR NOT EXISTS (
    SELECT FROM incidents_emergencyreport AS report
    WHERE report.county_id = emergency.county_id AND report.emergency_id = emergency.id
    AND report.kind = '{ReportKind.FINAL}'))
ORDER BY emergency.ended_at DESC NULLS FIRST, emergency.raised_at LIMIT {LOOKED_AT}
"""  # noqa: S608 -- constants only


def unfinished() -> Call:
    """Asks for those of the whole county: there are seldom any, and fewer in somebody's sight."""
    return _UNFINISHED, [current_county()]


def duties(actor: Actor, found: Rows, *, now: datetime) -> list[Duty]:
    """Of those alerted, those who run the centre that holds the case, and leaders.

    `found` answers `unfinished`; its order stays.
    """
    if not found or not can(actor, Permission.INCIDENT_VIEW):
        return []
    seen = visible_to(actor).in_bulk([case for _key, case in found])
    keys = [key for key, case in found if case in seen][:SHOWN]
    known = Emergency.objects.in_bulk(keys) if keys else {}
    rows = [known[key] for key in keys]
    for row in rows:
        row.incident = seen[row.incident_id]
    return list(_of(actor, rows, now)) if rows else []


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
