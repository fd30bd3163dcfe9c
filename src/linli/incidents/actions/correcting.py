"""Deadlines that move: of another category or severity, of the tasks along with the case's."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from linli.calendars import Duration
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.actions.record import SUBJECT
from linli.incidents.facts import category_durations
from linli.incidents.models import Incident
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.processes import ClockAction, Decision, Effect, Transition

CLOCK = "handle"  # the deadline that a unit's task repeats
MOVING = frozenset({ClockAction.PAUSE, ClockAction.RESUME, ClockAction.EXTEND, ClockAction.CORRECT})

_TASKS_DUE = """
UPDATE incidents_incidenttask SET due_at = %s
WHERE county_id = %s AND incident_id = %s AND is_open
"""


def corrects(transition: Transition) -> bool:
    return Effect.SET_CATEGORY in transition.effects


def corrected_durations(incident: Incident, fields: Mapping[str, object]) -> Mapping[str, Duration]:
    """The deadlines of the category and severity that were filled in.

    What cannot be read leaves the old ones: the step itself will say what is wrong.
    """
    try:
        chosen = references.categories().get(UUID(str(fields.get("category"))))
    except ValueError:
        chosen = None
    category = chosen or references.category(incident.category_id)
    return category_durations(category, str(fields.get("severity") or incident.severity))


def moves_tasks(decision: Decision) -> bool:
    """Whether open tasks have another deadline now (none while the matter is pending)."""
    return any(one.clock == CLOCK and one.action in MOVING for one in decision.clocks)


def move_tasks(incident: Incident, decision: Decision, *, batch: Batch) -> None:
    """Give the open tasks the handling deadline that the step has moved."""
    if moves_tasks(decision):
        date_tasks(incident, decision.dues.get(CLOCK), batch=batch)


def date_tasks(incident: Incident, due_at: datetime | None, *, batch: Batch) -> None:
    batch.add(_TASKS_DUE, [due_at, current_county(), incident.pk])


def warn_of_less_time(incident: Incident, kind: str, *, at: datetime, batch: Batch) -> None:
    """Whoever has to act is told that a deadline ends earlier than before."""
    unit = incident.lead_unit_id or incident.platform_unit_id
    if unit:
        subject = (SUBJECT, incident.pk, incident.number)
        notices.tell([Word(f"unit.{kind}", unit=unit)], subject=subject, at=at, batch=batch)
