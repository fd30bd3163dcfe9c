"""Every read about incidents. Lists, details, search, map and export start from `visible_to`."""

from uuid import UUID

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


def sees(actor: Actor, incident: Incident) -> bool:
    """Whether `visible_to` has a row in hand; most need no query, as their own columns say so."""
    if not can(actor, Permission.INCIDENT_VIEW):
        return False
    if actor.scope.everything:
        return True
    if any(getattr(incident, column) in values for column, values in _own(actor)):
        return True
    return visible_to(actor).filter(pk=incident.pk).exists()


def sight(actor: Actor) -> Q:
    """The condition of a limited scope: own areas, tasks of own units, own reports.

    A matter of several places is seen by every township that it touches.
    """
    scope = actor.scope
    condition = Q(pk__in=())
    for column, values in _own(actor):
        if values:
            condition |= Q((f"{column}__in", values))
    if scope.townships:
        places = IncidentPlace.objects.filter(
            incident=OuterRef("pk"), township_id__in=scope.townships
        )
        condition |= Q(Exists(places))
    if scope.units:
        tasks = IncidentTask.objects.filter(incident=OuterRef("pk"), unit_id__in=scope.units)
        condition |= Q(Exists(tasks))
    return condition


def _own(actor: Actor) -> tuple[tuple[str, frozenset[UUID]], ...]:
    """Columns of a case that alone give sight of it, with the values that do."""
    scope = actor.scope
    return (
        ("reporter_id", frozenset({actor.id} if actor.id else ())),
        ("township_id", scope.townships),
        ("village_id", scope.villages),
        ("area_id", scope.areas),
        ("lead_unit_id", scope.units),  # it has a task; this says so without looking for it
    )
