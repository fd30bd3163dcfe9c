"""Standing alarms: raised for the county centre, until somebody there takes the matter."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor
from linli.audit import actions as audit
from linli.counties.locking import locked
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents.actions.record import SUBJECT
from linli.incidents.actions.step import NotFound
from linli.incidents.facts import serves_county
from linli.incidents.models import AlarmReason, Incident, StandingAlarm
from linli.lib.ids import uuid7

_RAISE = """
INSERT INTO incidents_standingalarm (county_id, id, incident_id, reason, raised_at, taken_label)
VALUES (%s, %s, %s, %s, %s, '')
ON CONFLICT (county_id, incident_id) WHERE taken_at IS NULL DO NOTHING
"""


def raise_alarm(incident: Incident, reason: AlarmReason, *, at: datetime, batch: Batch) -> None:
    """One standing alarm a matter: a second reason adds nothing while the first one stands."""
    batch.add(_RAISE, [current_county(), uuid7(), incident.pk, reason.value, at])


@transaction.atomic
def take_alarm(alarm_id: UUID, *, by: Actor) -> StandingAlarm:
    """Somebody at the county centre takes the matter on. The first one does; a second sees who."""
    alarm = locked(StandingAlarm, alarm_id) if serves_county(by) else None
    if alarm is None or by.id is None:
        raise NotFound(alarm_id)
    if alarm.taken_at is None:
        alarm.taken_at, alarm.taken_by, alarm.taken_label = timezone.now(), by.id, by.label
        alarm.save(update_fields=["taken_at", "taken_by", "taken_label"])
        subject = (SUBJECT, alarm.incident_id, alarm.incident.number)
        audit.record(by=by, action="incident.take_alarm", subject=subject)
    return alarm
