"""Every read about units. Units are public bodies: whoever works in the county sees them all."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When

from linli.organisations.models import Unit, UnitKind
from linli.territory.models import Area, Level

_KIND_ORDER = Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(UnitKind)))


def units(
    *, words: str = "", kind: str = "", area: UUID | None = None, closed: bool = False
) -> QuerySet[Unit]:
    """Units by kind and code; `words` in Chinese, pinyin, initials, code or phone."""
    rows: QuerySet[Unit] = Unit.objects.select_related("area", "parent", "deputy")
    rows = rows.filter(active=not closed)
    if kind:
        rows = rows.filter(kind=kind)
    if area:
        rows = rows.filter(Q(area_id=area) | Q(area__township_id=area))
    if words:
        rows = rows.filter(_matching(words))
    return rows.order_by(_KIND_ORDER, "code")


def unit(unit_id: UUID) -> Unit | None:
    rows = Unit.objects.select_related("area", "parent", "deputy")
    return rows.filter(pk=unit_id).first()


def unit_by_code(code: str) -> Unit | None:
    return Unit.objects.filter(code=code).first()


def all_units() -> list[Unit]:
    """Every unit of the county, closed ones too: for looking names and codes up."""
    return list(Unit.objects.order_by("code"))


def children(unit: Unit) -> list[Unit]:
    return list(Unit.objects.filter(parent=unit, active=True).order_by("kind", "code"))


def counts(*, words: str = "", area: UUID | None = None, closed: bool = False) -> Mapping[str, int]:
    """How many units of each kind the same filter finds."""
    found: dict[str, int] = {kind.value: 0 for kind in UnitKind}
    for (kind,) in units(words=words, area=area, closed=closed).values_list("kind"):
        found[kind] += 1
    return found


def townships() -> list[Area]:
    rows = Area.objects.filter(level=Level.TOWNSHIP, layer__governing=True, valid_to__isnull=True)
    return list(rows.order_by("code"))


def _matching(words: str) -> Q:
    plain = "".join(words.lower().split())
    condition = Q(name__icontains=words.strip()) | Q(name_en__icontains=words.strip())
    if plain.isascii():
        condition |= Q(pinyin__contains=plain) | Q(initials__contains=plain)
        condition |= Q(code__istartswith=plain) | Q(duty_phone__startswith=plain)
    return condition
