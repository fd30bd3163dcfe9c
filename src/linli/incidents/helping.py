"""What a unit does beside the lead unit of a case: its own task, by its own deadline."""

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.incidents.models import IncidentTask
from linli.incidents.queries import visible_to
from linli.incidents.work import COUNT_UP_TO, SHOWN, Group


def co_handled(actor: Actor) -> Group:
    """Cases with an open task of this actor's units as co-handlers, the most urgent first."""
    if not actor.units or not can(actor, Permission.INCIDENT_HANDLE):
        return Group("to_help", [], 0)
    tasks = IncidentTask.objects.filter(unit_id__in=actor.units, is_open=True, lead=False)
    ids = tasks.order_by("due_at", "id").values_list("incident_id", flat=True)[:COUNT_UP_TO]
    waiting = list(dict.fromkeys(ids))  # once, where two of one's units help
    rows = visible_to(actor).in_bulk(waiting[:SHOWN]) if waiting else {}
    return Group("to_help", [rows[one] for one in waiting[:SHOWN] if one in rows], len(waiting))
