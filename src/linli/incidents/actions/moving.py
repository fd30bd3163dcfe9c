"""Open cases go on under another version of their process, each with an entry on the timeline.

Safe to run again: a case is taken only while it is under another version than the one meant.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.access.actor import Actor
from linli.casework.definitions import calendars
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.actions.correcting import CLOCK, date_tasks, warn_of_less_time
from linli.incidents.actions.record import audited, event
from linli.incidents.enums import EventKind
from linli.incidents.facts import case_facts
from linli.incidents.ladder import ladder_of, stand
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.incidents.routing import durations
from linli.processes import Definition, Refused
from linli.processes.moving import Moved, move

KIND = EventKind.PROCESS_CHANGED.value
CHANGED = ("version", "process_version", "due_at", "progress", "rungs_taken", "next_rung_at")

# The rule that a case was dispatched by stands on its timeline, in the last entry that names units.
_RULES = """
SELECT DISTINCT ON (incident_id) incident_id, data ->> 'rule' FROM incidents_incidentevent
WHERE county_id = %s AND incident_id = ANY(%s) AND data -> 'units' IS NOT NULL
ORDER BY incident_id, case_version DESC
"""


@dataclass(frozen=True)
class Choice:
    """Which open cases: in one of the `states`, held or handled by one of the units; empty: all."""

    states: tuple[str, ...] = ()
    units: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What another version means for one case: where it would go, or why it stays."""

    incident: Incident
    moved: Moved | None = None
    refused: Refused | None = None


def chosen(actor: Actor, choice: Choice, to: int) -> QuerySet[Incident]:
    """The open cases in sight that are not under version `to`, in the order of their ids."""
    rows = visible_to(actor).filter(is_open=True).exclude(process_version=to)
    if choice.states:
        rows = rows.filter(state__in=choice.states)
    if choice.units:
        rows = rows.filter(Q(lead_unit__in=choice.units) | Q(platform_unit__in=choice.units))
    return rows.order_by("pk")


def outcomes(rows: Sequence[Incident], to: Definition, *, now: datetime) -> Iterator[Outcome]:
    """What the version would mean for each; nothing is written."""
    rules = _rules_of(row.pk for row in rows)
    for incident in rows:
        category = references.category(incident.category_id)
        rule = next((one for one in to.routing if one.key == rules.get(incident.pk)), None)
        own = durations(rule, category, incident.severity)
        case = case_facts(incident, category, durations=own)
        editions = calendars(incident.calendar_version)
        try:
            yield Outcome(incident, move(to, case, now=now, calendar=editions))
        except Refused as refused:
            yield Outcome(incident, refused=refused)


def put(
    outcome: Outcome, to: Definition, *, reason: str, by: Actor, at: datetime, batch: Batch
) -> None:
    """Write a case that moves; it is locked."""
    incident, moved = outcome.incident, outcome.moved
    if moved is None:
        return
    data, was = _data(incident, moved, to), incident.due_at
    incident.version += 1
    incident.process_version = to.version
    incident.progress = moved.case.progress.to_json()
    incident.due_at = moved.due_at
    _stand(incident, now=at)
    batch.insert(
        event(
            incident,
            kind=KIND,
            by=by,
            at=at,
            from_state=incident.state,
            reason=reason,
            data=data,
        )
    )
    if any(one.clock == CLOCK for one in moved.clocks):
        date_tasks(incident, moved.dues.get(CLOCK), batch=batch)
    if was and moved.due_at and moved.due_at < was:
        warn_of_less_time(incident, KIND, at=at, batch=batch)
    batch.update(incident, CHANGED)
    audited(incident, action=KIND, by=by, batch=batch, reason=reason)


def _stand(incident: Incident, *, now: datetime) -> None:
    """A rung that comes again later is told again; one that has come meanwhile is not skipped."""
    come = sum(due.at <= now for due in ladder_of(incident))
    stand(incident, taken=min(incident.rungs_taken, come))


def _data(incident: Incident, moved: Moved, to: Definition) -> Mapping[str, Any]:
    def written(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    clocks = [
        {"clock": one.clock, "action": str(one.action), "due_at": written(one.due_at)}
        for one in moved.clocks
    ]
    return {
        "process": {"from": incident.process_version, "to": to.version},
        "due": {"from": written(incident.due_at), "to": written(moved.due_at)},
        "clocks": clocks,
    }


def _rules_of(ids: Iterable[UUID]) -> dict[UUID, str | None]:
    with connection.cursor() as cursor:
        cursor.execute(_RULES, [current_county(), list(ids)])
        return dict(cursor.fetchall())
