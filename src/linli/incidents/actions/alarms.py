"""Alarms of the county centre: they stay until somebody takes them."""

from datetime import datetime
from uuid import UUID

from linli.access.actor import Actor
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.actions.noting import note
from linli.incidents.actions.record import SUBJECT
from linli.incidents.actions.relocating import hold, named_unit
from linli.incidents.enums import EventKind
from linli.incidents.models import AlarmKind, CentreAlarm, Incident
from linli.notifications import actions as notices
from linli.notifications.actions import Word


def raise_alarm(
    incident: Incident, kind: AlarmKind, *, by: Actor, at: datetime, batch: Batch
) -> None:
    """Nobody is left to go to: the county centre has the case and an alarm on every page.

    `incident` is locked. An alarm of the same kind that is still there stays the only one.
    """
    if CentreAlarm.objects.filter(incident=incident, kind=kind, taken_at__isnull=True).exists():
        return
    batch.insert(new(CentreAlarm, incident=incident, kind=kind, raised_at=at))
    held = to_county(incident)
    data = {"alarm": kind.value, **held}
    changed = ("platform", "platform_unit") if held else ()
    note(incident, EventKind.ALARM, by=by, at=at, batch=batch, data=data, changed=changed)
    centre = references.platform_of(None).id
    if centre:
        word = Word("emergency.alarm", unit=centre)
        subject = (SUBJECT, incident.pk, incident.number)
        notices.tell([word], subject=subject, at=at, batch=batch)


_TAKE = """
UPDATE incidents_centrealarm SET taken_at = %s, taken_by = %s
WHERE county_id = %s AND incident_id = %s AND taken_at IS NULL
"""


def take_alarms(incident: Incident, *, by: UUID | None, at: datetime, batch: Batch) -> None:
    """Whoever takes the matter silences its alarms; `incident` is locked."""
    batch.add(_TAKE, [at, by, incident.county_id, incident.pk])


def to_county(incident: Incident) -> dict[str, dict[str, dict[str, str]]]:
    """Let the county centre hold a case; returns what the timeline says of it, if it moved."""
    before = incident.platform_unit_id
    if before == references.platform_of(None).id:
        return {}
    hold(incident, None)
    return {"centre": {"from": named_unit(before), "to": named_unit(incident.platform_unit_id)}}
