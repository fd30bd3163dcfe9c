"""Escalation: when a deadline comes near or passes, people are told rung by rung.

A rung that reaches nobody passes on to the next at once. Past the last one the county centre has
the case, and an alarm there stays until somebody takes it: nothing escalates silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from linli.access.actor import Actor
from linli.counties.locking import locked
from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.actions.alarms import put_alarm
from linli.incidents.actions.record import SUBJECT, audited, event
from linli.incidents.actions.step import take_step
from linli.incidents.enums import EventKind
from linli.incidents.escalation_targets import told_by
from linli.incidents.ladder import definition_of, ladder_of, stand, stopped_of
from linli.incidents.models import AlarmKind, Incident
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.processes import Effect, Platform
from linli.processes.escalation import Due

log = structlog.get_logger(__name__)

AT_ONCE = 200
CHANGED = (
    "version",
    "platform",
    "platform_unit",
    "verifier_unit",
    "rungs_taken",
    "next_rung_at",
)


@dataclass
class _Climb:
    """One case, the rungs taken now, and whom they reach."""

    incident: Incident
    now: datetime
    taken: int = 0
    words: dict[tuple[UUID | None, UUID | None], Word] = field(default_factory=dict)
    silent: bool = False  # the last rung reached nobody
    takes_over: bool = False

    def up(self, due: Due) -> None:
        found = list(told_by(due.rung, self.incident, today=timezone.localdate(self.now)))
        self.silent = not found
        self.takes_over = self.takes_over or due.rung.takes_over
        self.taken += 1
        for word in found:
            self.words[word.unit, word.user] = word


def escalate_due(*, now: datetime, by: Actor, at_most: int = AT_ONCE) -> int:
    """Take the rungs that have come, of so many cases of the county; returns how many cases.

    Each in its own savepoint and in one order, like every bulk step.
    """
    rows = Incident.objects.filter(next_rung_at__lte=now).order_by("next_rung_at")
    ids = sorted(rows.values_list("pk", flat=True)[:at_most])
    return sum(_safely(incident_id, now=now, by=by) for incident_id in ids)


def _safely(incident_id: UUID, *, now: datetime, by: Actor) -> bool:
    """One case's trouble must not keep the others from being told."""
    try:
        return escalate(incident_id, now=now, by=by)
    except DatabaseError:
        raise  # a deadlock or a lost connection concerns the whole round: it is run again
    except Exception:
        log.exception("escalation failed", incident=str(incident_id))
        return False


@transaction.atomic
def escalate(incident_id: UUID, *, now: datetime, by: Actor) -> bool:
    """Take the rungs of one case that have come by `now`; False where somebody was faster."""
    incident = locked(Incident, incident_id)
    if incident is None or incident.next_rung_at is None or incident.next_rung_at > now:
        return False
    if stopped_of(incident) is not None:
        _start_again(incident, by=by)
        return True
    climb = _climbed(incident, now)
    batch = Batch()
    if climb.silent or climb.takes_over:
        _to_county(incident)
    if climb.silent:
        put_alarm(incident, AlarmKind.OVERDUE, at=now, batch=batch)
    _record(climb, by=by, batch=batch)
    batch.send()
    return True


def _climbed(incident: Incident, now: datetime) -> _Climb:
    ladder = ladder_of(incident)
    climb = _Climb(incident, now, taken=incident.rungs_taken)
    for due in ladder[incident.rungs_taken :]:
        if due.at > now and not climb.silent:
            break
        climb.up(due)
    return climb


def _record(climb: _Climb, *, by: Actor, batch: Batch) -> None:
    incident, rung_before = climb.incident, climb.incident.rungs_taken
    stand(incident, taken=climb.taken)
    incident.version += 1
    batch.update(incident, CHANGED)
    data = {
        "rungs": [rung_before + 1, climb.taken],
        "told": list(dict.fromkeys(_names(climb))),
        "alarm": climb.silent,
        "county": climb.silent or climb.takes_over,
    }
    line = event(
        incident,
        kind=EventKind.ESCALATE,
        by=by,
        at=climb.now,
        from_state=incident.state,
        data=data,
    )
    batch.insert(line)
    subject = (SUBJECT, incident.pk, incident.number)
    notices.tell(list(climb.words.values()), subject=subject, at=climb.now, batch=batch)
    audited(incident, action="escalate", by=by, batch=batch)


def _names(climb: _Climb) -> Iterator[str]:
    """Units by name, people by what they are: the timeline names no member of staff here."""
    units = references.units()
    for word in climb.words.values():
        yield units[word.unit].name if word.unit in units else word.message.partition(".")[0]


def _to_county(incident: Incident) -> None:
    county = references.platform_of(None).id
    incident.platform, incident.platform_unit_id = Platform.COUNTY.value, county
    if incident.verifier_unit_id is not None:
        incident.verifier_unit_id = county


def _start_again(incident: Incident, *, by: Actor) -> None:
    """The time is over for which a condition may stop the clock."""
    offered = definition_of(incident).offers_from.get(incident.state, ())
    step = next(one for one in offered if Effect.START_CLOCKS in one.effects)
    take_step(incident.pk, step.key, {}, version=None, by=by)
