"""Every read about incidents. Lists, details, search, map and export start from `visible_to`."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.incidents.models import Incident, IncidentPlace, IncidentTask


def visible_to(actor: Actor) -> QuerySet[Incident]:
    """The incidents that an actor may see at all."""
    rows: QuerySet[Incident] = Incident.objects.all()
    if not can(actor, Permission.INCIDENT_VIEW):
        return rows.none()
    if actor.scope.everything:
        return rows
    return rows.filter(sight(actor))


def sight(actor: Actor) -> Q:
    """The condition of a limited scope: own areas, tasks of own units, own reports.

    A matter of several places is seen by every township that it touches.
    """
    scope = actor.scope
    condition = Q(reporter_id=actor.id) if actor.id else Q()
    if scope.townships:
        places = IncidentPlace.objects.filter(
            incident=OuterRef("pk"), township_id__in=scope.townships
        )
        condition |= Q(township_id__in=scope.townships) | Q(Exists(places))
    if scope.villages:
        condition |= Q(village_id__in=scope.villages)
    if scope.areas:
        condition |= Q(area_id__in=scope.areas)
    if scope.units:
        tasks = IncidentTask.objects.filter(unit_id__in=scope.units)
        condition |= Q(pk__in=tasks.values("incident_id"))
    return condition
