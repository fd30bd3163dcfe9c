"""Taking an emergency, and saying that it is over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor, PermissionRefusedError
from linli.access.permissions import Permission
from linli.counties.locking import locked
from linli.database.batch import Batch
from linli.incidents.actions.alarms import Taken, take_alarms, to_county
from linli.incidents.actions.noting import note
from linli.incidents.actions.step import NotFound
from linli.incidents.emergencies.queries import may_take, runs, taken_by
from linli.incidents.enums import EventKind
from linli.incidents.facts import serves_county
from linli.incidents.models import Emergency, EmergencyCall, Incident
from linli.incidents.rules import Invalid, happened_at
from linli.notifications import actions as notices


@transaction.atomic
def take_emergency(
    emergency_id: UUID, *, by: Actor, at: datetime | None = None, batch: Batch | None = None
) -> Emergency:
    """Acknowledge it: nobody else is alerted, and the alarms of the centre end.

    Somebody of the county who takes what a township holds takes the case as well, to be able to
    dispatch. Taking it again is no error. Raises NotFound, Taken, PermissionRefusedError.
    """
    emergency, incident = lock_emergency(emergency_id)
    if not _may_take(by, emergency, incident):
        raise PermissionRefusedError(Permission.INCIDENT_ACCEPT)
    if emergency.ended_at is not None:
        raise Invalid("emergency", "no_emergency")
    if emergency.taken_at is not None:
        if emergency.taken_by == by.id:
            return emergency
        raise Taken(taken_by(emergency), emergency.taken_at)
    now = timezone.now()
    writing = batch or Batch()
    emergency.taken_at, emergency.taken_by = happened_at(at, now=now), by.id
    emergency.rung_due_at = None
    writing.update(emergency, ["taken_at", "taken_by", "rung_due_at"])
    _close_calls(emergency, now, batch=writing)
    take_alarms(incident, by=by, at=now, batch=writing)
    held = to_county(incident) if _belongs_to_county(by, emergency) else {}
    note(
        incident,
        EventKind.TAKE_EMERGENCY,
        by=by,
        at=emergency.taken_at,
        batch=writing,
        data=held,
        changed=("platform", "platform_unit") if held else (),
    )
    notices.seen(incident.pk, by=by, at=now, batch=writing)
    if batch is None:
        writing.send()
    return emergency


@transaction.atomic
def end_emergency(
    emergency_id: UUID, *, by: Actor, reason: str, at: datetime | None = None
) -> Emergency:
    """It is over; the final report is due from then on. Raises NotFound, Invalid, refusals."""
    emergency, incident = lock_emergency(emergency_id)
    if not runs(by, incident):
        raise PermissionRefusedError(Permission.INCIDENT_ACCEPT)
    if emergency.ended_at is not None:
        raise Invalid("emergency", "no_emergency")
    if not reason.strip():
        raise Invalid("reason", "text_empty")
    now, batch = timezone.now(), Batch()
    emergency.ended_at, emergency.ended_by = happened_at(at, now=now), by.id
    emergency.rung_due_at = None
    batch.update(emergency, ["ended_at", "ended_by", "rung_due_at"])
    _close_calls(emergency, now, batch=batch)
    take_alarms(incident, by=by, at=now, batch=batch)
    ended = emergency.ended_at
    note(incident, EventKind.END_EMERGENCY, by=by, at=ended, batch=batch, reason=reason.strip())
    batch.send()
    return emergency


def lock_emergency(emergency_id: UUID) -> tuple[Emergency, Incident]:
    """The case first, then its emergency: the order of every write about either."""
    case = Emergency.objects.filter(pk=emergency_id).values_list("incident_id", flat=True).first()
    incident = locked(Incident, case) if case else None
    emergency = locked(Emergency, emergency_id)
    if incident is None or emergency is None:
        raise NotFound(emergency_id)
    return emergency, incident


_CLOSE = """
UPDATE incidents_emergencycall SET closed_at = %s
WHERE county_id = %s AND emergency_id = %s AND closed_at IS NULL
"""


def _close_calls(emergency: Emergency, now: datetime, *, batch: Batch) -> None:
    batch.add(_CLOSE, [now, emergency.county_id, emergency.pk])


def _may_take(by: Actor, emergency: Emergency, incident: Incident) -> bool:
    calls = list(EmergencyCall.objects.filter(emergency=emergency))
    return may_take(by, incident, calls)


def _belongs_to_county(by: Actor, emergency: Emergency) -> bool:
    return serves_county(by) and emergency.unit_id not in by.units
