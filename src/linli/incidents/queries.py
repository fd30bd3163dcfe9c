"""Every read about incidents. Lists, details, search, map and export start from `visible_to`."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.access.actor import Actor, Scope, can
from linli.access.permissions import Permission
from linli.incidents.models import Incident, IncidentEvent, IncidentPlace, IncidentTask


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

    A matter of several places is seen by every township, village and grid that it touches.
    """
    scope = actor.scope
    condition = Q(pk__in=())
    for column, values in _own(actor):
        condition |= Q((f"{column}__in", values))
    touched = Q(*((f"{column}__in", values) for column, values in areas_of(scope)), _connector=Q.OR)
    if touched:
        condition |= Q(Exists(IncidentPlace.objects.filter(touched, incident=OuterRef("pk"))))
    if scope.units:
        tasks = IncidentTask.objects.filter(incident=OuterRef("pk"), unit_id__in=scope.units)
        condition |= Q(Exists(tasks))
    return condition


def entries(incident: Incident) -> QuerySet[IncidentEvent]:
    """Its timeline in order: none is older than the case or younger than now, so that of all the
    months only those between are looked at, and planned for.
    """
    until = timezone.now() + timedelta(days=1)  # some server's clock may be ahead
    rows: QuerySet[IncidentEvent] = IncidentEvent.objects.filter(
        incident=incident, recorded_at__gte=incident.recorded_at, recorded_at__lt=until
    )
    return rows.order_by("case_version")


def areas_of(scope: Scope) -> list[tuple[str, frozenset[UUID]]]:
    """Columns of a case, and of its further places, with the areas of a scope at that level."""
    areas = (
        ("township_id", scope.townships),
        ("village_id", scope.villages),
        ("area_id", scope.areas),
    )
    return [(column, values) for column, values in areas if values]


def _own(actor: Actor) -> list[tuple[str, frozenset[UUID]]]:
    """Columns of a case that alone give sight of it, with the values that do."""
    reporter = [("reporter_id", frozenset({actor.id}))] if actor.id else []
    # The lead unit has a task, which says the same; this says so without looking for it.
    lead = [("lead_unit_id", actor.scope.units)] if actor.scope.units else []
    return [*reporter, *areas_of(actor.scope), *lead]
