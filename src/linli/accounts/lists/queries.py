"""Areas as far as a viewer may see who works them."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.accounts.enums import AssignmentKind
from linli.accounts.models import GridAssignment
from linli.accounts.queries import Viewer
from linli.accounts.signing import current
from linli.territory.models import Area, Level


def areas_for_assignment(
    viewer: Viewer,
    *,
    today: date,
    words: str = "",
    township: UUID | None = None,
    bare: bool = False,
) -> QuerySet[Area]:
    """Villages and grids of the governing layer; `bare`: those without a worker of their own."""
    rows: QuerySet[Area] = _visible(viewer).filter(level__gte=Level.VILLAGE)
    if township:
        rows = rows.filter(township_id=township)
    if words.strip():
        plain = "".join(words.lower().split())
        condition = Q(name__icontains=words.strip()) | Q(code__startswith=plain)
        if plain.isascii():
            condition |= Q(pinyin__contains=plain) | Q(initials__contains=plain)
        rows = rows.filter(condition)
    if bare:
        named = GridAssignment.objects.filter(current(today), kind=AssignmentKind.WORKER)
        rows = rows.exclude(pk__in=named.values("area_id"))
    return rows.select_related("parent").order_by("code")


def find_area(viewer: Viewer, area_id: UUID) -> Area | None:
    return _visible(viewer).select_related("parent").filter(pk=area_id).first()


def _visible(viewer: Viewer) -> QuerySet[Area]:
    rows: QuerySet[Area] = Area.objects.filter(layer__governing=True, valid_to__isnull=True)
    if viewer.scope.everything:
        return rows
    scope = viewer.scope
    own = Q(pk__in=scope.townships | scope.villages | scope.areas)
    return rows.filter(own | Q(township_id__in=scope.townships) | Q(village_id__in=scope.villages))
