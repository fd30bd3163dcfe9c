"""First, follow-up and final report 初报、续报、终报: kept as they were sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor, PermissionRefusedError
from linli.access.permissions import Permission
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents.actions.emergencies.answering import lock_emergency
from linli.incidents.actions.noting import note
from linli.incidents.emergencies.documents import facts_of
from linli.incidents.emergencies.queries import due_reports, runs
from linli.incidents.enums import EventKind
from linli.incidents.models import Emergency, EmergencyReport, Incident
from linli.incidents.rules import TEXT_MAX, Invalid, happened_at


@dataclass(frozen=True)
class ReportText:
    """What a person writes into a report; the facts come from the case."""

    happened: str
    measures: str
    next_steps: str
    sent_to: str


@transaction.atomic
def send_report(
    emergency_id: UUID, kind: str, text: ReportText, *, by: Actor, at: datetime | None = None
) -> EmergencyReport:
    """Keep a report as it was sent; `at` is when, if it went by telephone before.

    Two people who send the same one: the second is told that it is not due any more. Raises
    NotFound, Invalid, PermissionRefusedError.
    """
    emergency, incident = lock_emergency(emergency_id)
    if not runs(by, incident):
        raise PermissionRefusedError(Permission.INCIDENT_ACCEPT)
    _check(text)
    now = timezone.now()
    sent = list(EmergencyReport.objects.filter(emergency=emergency).order_by("number"))
    due = next((d for d in due_reports(emergency, sent, now=now) if not d.sent_at), None)
    if due is None or due.kind != kind:
        raise Invalid("kind", "report_order")
    when = happened_at(at, now=now)
    if when < max([emergency.raised_at, *(one.sent_at for one in sent)]):
        raise Invalid("at", "before_report")
    row = _row(emergency, incident, kind, text, by=by)
    row.number, row.due_at, row.sent_at, row.recorded_at = len(sent) + 1, due.due_at, when, now
    batch = Batch()
    batch.insert(row)
    data = {"report": kind, "number": row.number, "sent_to": text.sent_to.strip()}
    note(incident, EventKind.EMERGENCY_REPORT, by=by, at=when, batch=batch, data=data)
    batch.send()
    return row


def _row(
    emergency: Emergency, incident: Incident, kind: str, text: ReportText, *, by: Actor
) -> EmergencyReport:
    return new(
        EmergencyReport,
        emergency=emergency,
        kind=kind,
        happened=text.happened.strip(),
        measures=text.measures.strip(),
        next_steps=text.next_steps.strip(),
        facts=facts_of(emergency, incident),
        sent_to=text.sent_to.strip(),
        sent_by=by.id,
        sent_label=by.label,
    )


def _check(text: ReportText) -> None:
    for name in ("happened", "measures", "next_steps"):
        value = getattr(text, name)
        if name != "next_steps" and not value.strip():
            raise Invalid(name, "text_empty")
        if len(value) > TEXT_MAX:
            raise Invalid(name, "text_too_long", limit=TEXT_MAX)
    if not text.sent_to.strip():
        raise Invalid("sent_to", "sent_to_empty")
