"""What a unit does beside the lead unit of a case: its own task, by its own deadline."""

from django.db.models import QuerySet

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.incidents.models import IncidentTask


def co_handling(actor: Actor) -> QuerySet[IncidentTask]:
    """The open tasks of this actor's units as co-handlers."""
    if not actor.units or not can(actor, Permission.INCIDENT_HANDLE):
        return IncidentTask.objects.none()
    return IncidentTask.objects.filter(unit_id__in=actor.units, is_open=True, lead=False)
