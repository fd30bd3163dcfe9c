"""What a unit does beside the lead unit of a case: its own task, by its own deadline."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.database.context import current_county
from linli.database.pipeline import Call, FixedPlan
from linli.incidents.models import IncidentTask

_OWN_TASKS = FixedPlan("""
SELECT incident_id, due_at, assigned_at FROM incidents_incidenttask
WHERE county_id = %s AND unit_id = ANY(%s) AND is_open AND NOT lead ORDER BY due_at, id LIMIT %s
""")


class OwnTask(NamedTuple):
    incident_id: UUID
    due_at: datetime | None
    assigned_at: datetime


def own_tasks(actor: Actor, *, most: int) -> Call:
    """Asks for the tasks of this actor's units, the most urgent first: rows of an `OwnTask`."""
    return _OWN_TASKS, [current_county(), _helpers(actor), most]


def helping(actor: Actor) -> QuerySet[IncidentTask]:
    """The same tasks, to be counted."""
    return IncidentTask.objects.filter(unit_id__in=_helpers(actor), is_open=True, lead=False)


def _helpers(actor: Actor) -> list[UUID]:
    return sorted(actor.units) if can(actor, Permission.INCIDENT_HANDLE) else []
