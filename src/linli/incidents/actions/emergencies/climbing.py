"""From rung to rung: the next one is alerted; with nobody left, the centre has an alarm."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor
from linli.accounts.duty.queries import Rotas
from linli.casework.duty import rotas
from linli.counties.locking import locked
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents.actions.alarms import raise_alarm
from linli.incidents.actions.noting import note
from linli.incidents.actions.record import SUBJECT
from linli.incidents.emergencies.path import emergency_path
from linli.incidents.emergencies.rules import rung_over
from linli.incidents.emergencies.targets import Target, target
from linli.incidents.enums import EventKind
from linli.incidents.models import AlarmKind, Emergency, EmergencyCall, Incident
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.processes.emergencies import AlertRung

CLIMBED = ("rung", "called_at", "rung_due_at")


@transaction.atomic
def climb_if_due(emergency_id: UUID, *, by: Actor, now: datetime) -> bool:
    """Alert the next one where the last one's minutes are over; part of the job of each minute.

    Judged again under the lock: whoever takes it at this moment comes first or second.
    """
    seen = Emergency.objects.filter(pk=emergency_id).values_list("incident_id", flat=True).first()
    incident = locked(Incident, seen) if seen else None
    emergency = locked(Emergency, emergency_id)
    if incident is None or emergency is None or not _waits(emergency, now):
        return False
    batch = Batch()
    climb(emergency, incident, by=by, now=now, batch=batch)
    batch.update(emergency, CLIMBED)
    batch.send()
    return True


def climb(
    emergency: Emergency, incident: Incident, *, by: Actor, now: datetime, batch: Batch
) -> None:
    """Alert the first rung from here on that has somebody; the caller stores the emergency."""
    path, called = emergency_path(), _called(emergency)
    unit = emergency.unit_id
    read = rotas([unit], begin=timezone.localdate(now)) if unit else None
    for number in range(emergency.rung + 1, len(path.rungs)):
        emergency.rung = number
        found = _find(read, emergency, path.rungs[number], now, called)
        _call(emergency, path.rungs[number], found, now, batch=batch)
        if found is not None:
            _alert(incident, emergency, path.rungs[number], found, by=by, now=now, batch=batch)
            return
    emergency.rung, emergency.rung_due_at = len(path.rungs), None
    raise_alarm(incident, AlarmKind.EMERGENCY, by=by, at=now, batch=batch)


def _waits(emergency: Emergency, now: datetime) -> bool:
    called, due = emergency.called_at, emergency.rung_due_at
    if emergency.taken_at or emergency.ended_at or called is None or due is None:
        return False
    return rung_over(called, due, now)


def _called(emergency: Emergency) -> set[UUID]:
    """Users and units that had their turn."""
    if emergency.rung < 0:
        return set()
    rows = EmergencyCall.objects.filter(emergency=emergency).values_list("user_id", "unit_id")
    return {key for pair in rows for key in pair if key}


def _find(
    read: Rotas | None, emergency: Emergency, rung: AlertRung, now: datetime, called: set[UUID]
) -> Target | None:
    if read is None or emergency.unit_id is None:
        return None
    return target(read, emergency.unit_id, rung.to, now, called=called)


def _call(
    emergency: Emergency, rung: AlertRung, found: Target | None, now: datetime, *, batch: Batch
) -> None:
    """A rung with nobody on it is over at once, and says so."""
    due_at = now + timedelta(minutes=rung.minutes) if found else now
    row = new(
        EmergencyCall,
        emergency=emergency,
        rung=emergency.rung,
        seat=rung.to.value,
        user_id=found.user if found else None,
        unit_id=found.unit if found else None,
        label=found.label if found else "",
        called_at=now,
        due_at=due_at,
        closed_at=None if found else now,
    )
    emergency.called_at, emergency.rung_due_at = now, due_at
    batch.insert(row)


def _alert(
    incident: Incident,
    emergency: Emergency,
    rung: AlertRung,
    found: Target,
    *,
    by: Actor,
    now: datetime,
    batch: Batch,
) -> None:
    word = Word("emergency.called", user=found.user, unit=found.unit)
    subject = (SUBJECT, incident.pk, incident.number)
    notices.tell([word], subject=subject, at=now, batch=batch)
    due = emergency.rung_due_at
    data = {
        "seat": rung.to.value,
        "called": found.label,
        "until": due.isoformat() if due else None,
    }
    note(incident, EventKind.ALERT, by=by, at=now, batch=batch, data=data)
