"""Alarms of the county centre: they stay until somebody takes them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor
from linli.counties.locking import locked
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.actions.noting import note
from linli.incidents.actions.record import SUBJECT
from linli.incidents.actions.relocating import hold, named_unit
from linli.incidents.actions.step import NotFound
from linli.incidents.enums import EventKind
from linli.incidents.facts import serves_county
from linli.incidents.models import AlarmKind, CentreAlarm, Incident
from linli.notifications import actions as notices
from linli.notifications.actions import Word


class Taken(Exception):  # noqa: N818 -- an answer: reads as "raises Taken"
    """Somebody else was faster: who, and when."""

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__(f"taken by {by}")
        self.by, self.at = by, at


def put_alarm(incident: Incident, kind: AlarmKind, *, at: datetime, batch: Batch) -> bool:
    """The alarm alone; `incident` is locked. False where one of its kind stands already."""
    if CentreAlarm.objects.filter(incident=incident, kind=kind, taken_at__isnull=True).exists():
        return False
    batch.insert(new(CentreAlarm, incident=incident, kind=kind, raised_at=at))
    return True


def raise_alarm(
    incident: Incident, kind: AlarmKind, *, by: Actor, at: datetime, batch: Batch
) -> None:
    """Nobody is left to go to: the county centre has the case and an alarm on every page.

    `incident` is locked. An alarm of the same kind that is still there stays the only one.
    """
    if not put_alarm(incident, kind, at=at, batch=batch):
        return
    held = to_county(incident)
    data = {"alarm": kind.value, **held}
    changed = ("platform", "platform_unit") if held else ()
    note(incident, EventKind.ALARM, by=by, at=at, batch=batch, data=data, changed=changed)
    centre = references.platform_of(None).id
    if centre:
        word = Word("emergency.alarm", unit=centre)
        subject = (SUBJECT, incident.pk, incident.number)
        notices.tell([word], subject=subject, at=at, batch=batch)


@transaction.atomic
def take_alarm(incident_id: UUID, *, by: Actor) -> Incident:
    """Somebody at the county centre takes a matter's alarms. Raises NotFound, Taken."""
    incident = locked(Incident, incident_id) if serves_county(by) else None
    if incident is None:
        raise NotFound(incident_id)
    alarms = CentreAlarm.objects.filter(incident=incident).order_by("-raised_at", "-id")
    if not alarms.filter(taken_at__isnull=True).exists():
        last = alarms.first()
        if last is None or last.taken_at is None:
            raise NotFound(incident_id)
        if last.taken_by == by.id:
            return incident
        raise Taken(last.taken_label, last.taken_at)
    now, batch = timezone.now(), Batch()
    take_alarms(incident, by=by, at=now, batch=batch)
    note(incident, EventKind.TAKE_ALARM, by=by, at=now, batch=batch)
    notices.seen(incident.pk, by=by, at=now, batch=batch)
    batch.send()
    return incident


_TAKE = """
UPDATE incidents_centrealarm SET taken_at = %s, taken_by = %s, taken_label = %s
WHERE county_id = %s AND incident_id = %s AND taken_at IS NULL
"""


def take_alarms(incident: Incident, *, by: Actor, at: datetime, batch: Batch) -> None:
    """Whoever takes the matter silences its alarms; `incident` is locked."""
    batch.add(_TAKE, [at, by.id, by.label, incident.county_id, incident.pk])


def to_county(incident: Incident) -> dict[str, dict[str, dict[str, str]]]:
    """Let the county centre hold a case; returns what the timeline says of it, if it moved."""
    before = incident.platform_unit_id
    if before == references.platform_of(None).id:
        return {}
    hold(incident, None)
    return {"centre": {"from": named_unit(before), "to": named_unit(incident.platform_unit_id)}}
