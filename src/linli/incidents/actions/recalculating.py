"""After a calendar was published: open deadlines are what they would be had it held from the start.

Safe to run again: a case names the edition that it counts by, and is taken only while that is an
older one. What another edition moves is written on the timeline with the old and the new deadline.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from linli.access.actor import Actor
from linli.casework.definitions import calendars
from linli.casework.editions import Edition
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents.actions.correcting import CLOCK, date_tasks, warn_of_less_time
from linli.incidents.actions.record import audited, event
from linli.incidents.enums import EventKind
from linli.incidents.ladder import ladder_of, stand
from linli.incidents.models import Incident
from linli.incidents.recalculation import Move, end_of_stop, moves, touched
from linli.processes import ClockAction
from linli.processes.facts import Progress

AT_ONCE = 500  # cases that are read and judged
STAMPED_AT_ONCE = 5_000  # cases that only take over the number of the edition
KIND = EventKind.RECALCULATE.value
CHANGED = ("version", "calendar_version", "due_at", "progress", "rungs_taken", "next_rung_at")
_STAMP = """
UPDATE incidents_incident SET calendar_version = %s WHERE county_id = %s AND id IN (
    SELECT id FROM incidents_incident
    WHERE county_id = %s AND is_open AND calendar_version = %s
    ORDER BY id LIMIT %s FOR UPDATE
)
"""


@transaction.atomic
def recalculate(edition: Edition, *, by: Actor) -> tuple[int, int]:
    """Take a batch of open cases to an edition: how many were taken, how many deadlines moved.

    Locked in the order of their ids, as bulk steps do. Nothing taken: all are there.
    """
    for version in _older(edition):
        old = calendars(version)
        rows = touched(old, edition)
        if rows is not None:
            waiting = rows.filter(calendar_version=version).order_by("pk")
            found = list(waiting.select_for_update(of=("self",))[:AT_ONCE])
            if found:
                return len(found), _take(found, old, edition, by=by)
        if taken := _stamp(version, edition):
            return taken, 0
    return 0, 0


def _older(edition: Edition) -> Iterator[int]:
    rows = Incident.objects.filter(is_open=True, calendar_version__lt=edition.version)
    yield from rows.order_by().values_list("calendar_version", flat=True).distinct()


def _stamp(version: int, edition: Edition) -> int:
    county = current_county()
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [edition.version, county, county, version, STAMPED_AT_ONCE])
        return int(cursor.rowcount)


def _take(rows: list[Incident], old: Edition, new: Edition, *, by: Actor) -> int:
    batch, moved = Batch(), 0
    for incident in rows:
        moved += _put(incident, old, new, by=by, batch=batch)
    batch.send()
    return moved


def _put(incident: Incident, old: Edition, new: Edition, *, by: Actor, batch: Batch) -> bool:
    now, progress = timezone.now(), Progress.from_json(incident.progress)
    found = {move.clock: move for move in moves(incident, progress, old, new)}
    incident.calendar_version = new.version
    incident.progress = _stopped(incident, progress, new).to_json()
    incident.due_at = next((one.due for one in found.values() if one.counts), incident.due_at)
    _stand(incident, new, now=now)
    if found:
        incident.version += 1
        line = event(
            incident,
            kind=KIND,
            by=by,
            at=now,
            from_state=incident.state,
            reason=new.note,
            data=_data(list(found.values()), old, new),
        )
        batch.insert(line)
        audited(incident, action=KIND, by=by, batch=batch)
        if any(move.due < move.was for move in found.values()):
            warn_of_less_time(incident, KIND, at=now, batch=batch)
    if CLOCK in found:
        date_tasks(incident, found[CLOCK].due, batch=batch)
    batch.update(incident, CHANGED)
    return bool(found)


def _stand(incident: Incident, edition: Edition, *, now: datetime) -> None:
    """A rung that comes again later is told again; one that has come meanwhile is not skipped."""
    ladder = ladder_of(incident, edition)
    come = sum(due.at <= now for due in ladder) if ladder else incident.rungs_taken
    taken = min(incident.rungs_taken, come)
    stand(incident, taken=taken, calendar=edition)


def _stopped(incident: Incident, progress: Progress, new: Edition) -> Progress:
    stopped = progress.stopped
    if stopped is None:
        return progress
    until = end_of_stop(incident, stopped, new)
    return progress._replace(stopped=stopped._replace(until=until))


def _data(found: list[Move], old: Edition, new: Edition) -> dict[str, Any]:
    clocks = [
        {
            "clock": move.clock,
            "action": ClockAction.CORRECT.value,
            "was": move.was.isoformat(),
            "due_at": move.due.isoformat(),
        }
        for move in found
    ]
    return {"calendar": {"from": old.version, "to": new.version}, "clocks": clocks}
