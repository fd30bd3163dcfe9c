"""Act first, record after: units are sent at once, and what was done is written down later."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor, PermissionRefusedError
from linli.access.permissions import Permission
from linli.calendars import deadline
from linli.casework.definitions import newest_calendars
from linli.database.batch import Batch
from linli.incidents.actions.emergencies.answering import lock_emergency
from linli.incidents.actions.noting import note
from linli.incidents.actions.step import NotFound, take_step
from linli.incidents.emergencies.path import emergency_path
from linli.incidents.emergencies.queries import may_record
from linli.incidents.enums import EventKind, State
from linli.incidents.models import Emergency, Incident
from linli.incidents.queries import sees
from linli.incidents.rules import Invalid, happened_at

TEXT_MAX = 4_000


@transaction.atomic
def emergency_dispatch(
    emergency_id: UUID,
    *,
    units: Sequence[UUID],
    by: Actor,
    text: str = "",
    at: datetime | None = None,
) -> Incident:
    """Send units at once, the first of them leading: what lies before a dispatch is done with it.

    The record is due afterwards. Raises what a step raises.
    """
    emergency, incident = lock_emergency(emergency_id)
    if not sees(by, incident):
        raise NotFound(emergency_id)
    if emergency.ended_at is not None:
        raise Invalid("emergency", "no_emergency")
    if not units:
        raise Invalid("unit", "no_unit")
    now = timezone.now()
    at = happened_at(at, now=now)
    if incident.state == State.REPORTED:
        take_step(incident.pk, "accept", {}, version=None, by=by, at=at)
    fields: dict[str, object] = {"unit": str(units[0])}
    if len(units) > 1:
        fields["co_units"] = [str(unit) for unit in units[1:]]
    if text.strip():
        fields["text"] = text.strip()
    incident = take_step(incident.pk, "dispatch", fields, version=None, by=by, at=at)
    if emergency.recorded_at is None and emergency.record_due_at is None:
        within = emergency_path().record_within
        emergency.record_due_at = deadline(now, within, newest_calendars().county)
        batch = Batch()
        batch.update(emergency, ["record_due_at"])
        batch.send()
    return incident


@transaction.atomic
def record_late(
    emergency_id: UUID,
    *,
    text: str,
    by: Actor,
    at: datetime | None = None,
    complete: bool = False,
) -> Emergency:
    """Write down what was done, and when it happened; `complete` says that nothing is missing.

    For those who run the centre and the units at work. Raises NotFound, Invalid, refusals.
    """
    emergency, incident = lock_emergency(emergency_id)
    if not sees(by, incident):
        raise NotFound(emergency_id)
    if not may_record(by, incident):
        raise PermissionRefusedError(Permission.INCIDENT_HANDLE)
    if not text.strip():
        raise Invalid("text", "text_empty")
    if len(text) > TEXT_MAX:
        raise Invalid("text", "text_too_long", limit=TEXT_MAX)
    now, batch = timezone.now(), Batch()
    when = happened_at(at, now=now)
    if when < incident.opened_at:
        raise Invalid("at", "before_report")
    data = {"complete": complete}
    note(
        incident, EventKind.RECORD_LATE, by=by, at=when, batch=batch, data=data, reason=text.strip()
    )
    if complete and emergency.recorded_at is None:
        emergency.recorded_at = now
        batch.update(emergency, ["recorded_at"])
    batch.send()
    return emergency
