"""Categories and platforms of a county: read at every report, changed a few times a year.

Kept in each process for a few seconds, so that a change reaches everybody soon.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from linli.database.context import current_county
from linli.incidents.models import Category, RoutingRule
from linli.incidents.rules import Invalid
from linli.organisations.models import Unit, UnitKind

FRESH_FOR = 5.0

T = TypeVar("T")
_known: dict[tuple[str, str], tuple[float, Any]] = {}


@dataclass(frozen=True)
class Platform:
    id: UUID | None
    kind: UnitKind
    area_id: UUID | None


def category(category_id: UUID) -> Category:
    """Return any category, also a retired one that an old case still has, or a new one."""
    found = categories().get(category_id)
    if found is None:
        _known.pop((current_county(), "categories"), None)
        found = categories().get(category_id)
    if found is None:
        raise Invalid("category", "category_unknown")
    return found


def active_category(category_id: UUID) -> Category:
    found = category(category_id)
    if found.hidden:
        raise Invalid("category", "category_unknown")
    return found


def categories() -> dict[UUID, Category]:
    return _remembered("categories", lambda: {row.pk: row for row in Category.objects.all()})


def units() -> dict[UUID, Unit]:
    return _remembered(
        "units", lambda: {row.pk: row for row in Unit.objects.filter(active=True).order_by("code")}
    )


def routing_rules() -> list[RoutingRule]:
    return _remembered("rules", lambda: list(RoutingRule.objects.order_by("order", "id")))


def platform_of(township_id: UUID | None) -> Platform:
    """Who accepts a matter of this township: its platform, or the county centre without one."""
    platforms = _remembered("platforms", _platforms)
    return platforms.get(township_id) or platforms[None]


def forget() -> None:
    _known.clear()


def _platforms() -> dict[UUID | None, Platform]:
    found: dict[UUID | None, Platform] = {None: Platform(None, UnitKind.COUNTY_CENTRE, None)}
    for unit in units().values():
        if unit.kind == UnitKind.COUNTY_CENTRE:
            found[None] = Platform(unit.pk, UnitKind.COUNTY_CENTRE, None)
        elif unit.kind == UnitKind.TOWNSHIP_PLATFORM and unit.area_id:
            found[unit.area_id] = Platform(unit.pk, UnitKind.TOWNSHIP_PLATFORM, unit.area_id)
    return found


def _remembered(name: str, read: Callable[[], T]) -> T:
    key = (current_county(), name)
    now = time.monotonic()
    kept = _known.get(key)
    if kept is None or now - kept[0] > FRESH_FOR:
        kept = (now, read())
        _known[key] = kept
    return cast("T", kept[1])
