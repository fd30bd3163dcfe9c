"""One key: the people on duty are alerted about a case."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.counties.locking import locked
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.actions.emergencies.climbing import CLIMBED, climb
from linli.incidents.actions.noting import note
from linli.incidents.actions.record import SUBJECT
from linli.incidents.actions.report import Draft, report
from linli.incidents.actions.step import NotFound
from linli.incidents.enums import EventKind
from linli.incidents.models import Emergency, Incident
from linli.incidents.queries import sees
from linli.incidents.rules import Invalid, happened_at
from linli.notifications import actions as notices
from linli.notifications.actions import Word


@transaction.atomic
def raise_emergency(
    incident_id: UUID,
    *,
    by: Actor,
    reason: str = "",
    at: datetime | None = None,
    batch: Batch | None = None,
) -> Emergency:
    """Alert the people on duty. Pressed twice, or by two people at once, it is one emergency.

    `at` is when it was raised by word of mouth, if it is written down later; those on duty now
    are alerted now. Raises NotFound, Invalid, PermissionRefusedError.
    """
    require(by, Permission.INCIDENT_REPORT)
    incident = locked(Incident, incident_id)
    if incident is None or not sees(by, incident):
        raise NotFound(incident_id)
    if not incident.is_open:
        raise Invalid("emergency", "not_open")
    running = Emergency.objects.filter(incident=incident, ended_at__isnull=True).first()
    if running is not None:
        return running
    now = timezone.now()
    writing = batch or Batch()
    at = happened_at(at, now=now)
    emergency = raise_on(incident, at=at, now=now, by=by, reason=reason, batch=writing)
    if batch is None:
        writing.send()
    return emergency


@transaction.atomic
def report_emergency(draft: Draft, *, by: Actor, at: datetime | None = None) -> Incident:
    """Report a matter and raise it as an emergency, both or neither. It may lack its place."""
    incident = report(draft, by=by, at=at)
    raise_emergency(incident.pk, by=by, at=incident.opened_at)
    incident.refresh_from_db()
    return incident


def raise_on(
    incident: Incident, *, at: datetime, now: datetime, by: Actor, reason: str = "", batch: Batch
) -> Emergency:
    """Raise it on a locked case without an emergency under way; those on duty at `now` hear it."""
    emergency = new(
        Emergency,
        incident=incident,
        raised_at=at,
        raised_by=by.id,
        unit_id=incident.platform_unit_id or references.platform_of(None).id,
    )
    batch.insert(emergency)  # its calls point at it
    note(incident, EventKind.EMERGENCY, by=by, at=at, batch=batch, reason=reason.strip()[:1000])
    climb(emergency, incident, by=by, now=now, batch=batch)
    batch.update(emergency, CLIMBED)
    _tell_county(emergency, incident, now, batch=batch)
    return emergency


def _tell_county(emergency: Emergency, incident: Incident, now: datetime, *, batch: Batch) -> None:
    """The county knows at once of what a township is alerted about."""
    centre = references.platform_of(None).id
    if centre and centre != emergency.unit_id:
        word = Word("emergency.county", unit=centre)
        subject = (SUBJECT, incident.pk, incident.number)
        notices.tell([word], subject=subject, at=now, batch=batch)
