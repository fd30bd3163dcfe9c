"""Categories, units and platforms of a county: read at every report, changed a few times a year.

Kept in each process for a few seconds, so that a change reaches everybody soon; with the map, whose
new edition moves units along, at once.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from linli.database.context import current_county
from linli.incidents.models import Category
from linli.incidents.rules import Invalid
from linli.organisations.models import Unit, UnitKind
from linli.processes.directory import Post, Posts
from linli.territory.models import Area
from linli.territory.snapshots import edition, snapshot

FRESH_FOR = 5.0

CENTRES = frozenset({UnitKind.COUNTY_CENTRE, UnitKind.TOWNSHIP_PLATFORM})

T = TypeVar("T")
# County and name -> when it was read, under which edition of the map, and what.
_known: dict[tuple[str, str], tuple[float, int, Any]] = {}


@dataclass(frozen=True)
class Platform:
    id: UUID | None
    kind: UnitKind
    area_id: UUID | None


@dataclass(frozen=True)
class InService:
    """The units in service, as routing asks for them, and their rows by code."""

    posts: Posts
    units: Mapping[str, Unit]


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
    """The units in service."""
    return _both()[0]


def every_unit() -> dict[UUID, Unit]:
    """Also those that were closed: what they did goes on naming them."""
    return _both()[1]


def handles(unit: Unit) -> bool:
    """Whether matters are sent to it: the county centre verifies what others hand in, and nobody
    stands above it who could verify its own work.
    """
    return unit.kind != UnitKind.COUNTY_CENTRE


def category_codes(category: Category) -> tuple[str, ...]:
    """A category's own code, then those above it."""
    found, known = [category.code], categories()
    while category.parent_id and category.parent_id in known and len(found) < 8:
        category = known[category.parent_id]
        found.append(category.code)
    return tuple(found)


def in_service() -> InService:
    return _remembered("in service", _in_service, edition=edition())


def county_code() -> str:
    """The code of the area that holds all others."""
    root = snapshot().root
    return root.code if root else current_county()


def path(places: Iterable[UUID | None]) -> tuple[str, ...]:
    """The codes of areas, deepest first as given, and the county's own at the end."""
    ids = [key for key in dict.fromkeys(places) if key]
    codes = {key: node.code for key in ids if (node := snapshot().nodes.get(key))}
    if missing := [key for key in ids if key not in codes]:  # no longer on the map
        codes |= dict(Area.objects.filter(pk__in=missing).values_list("pk", "code"))
    return tuple(dict.fromkeys([*(codes[key] for key in ids if key in codes), county_code()]))


def platform_of(township_id: UUID | None) -> Platform:
    """Who accepts a matter of this township: its platform, or the county centre without one."""
    platforms = _remembered("platforms", _platforms, edition=edition())
    return platforms.get(township_id) or platforms[None]


def forget() -> None:
    _known.clear()


def _both() -> tuple[dict[UUID, Unit], dict[UUID, Unit]]:
    return _remembered("units", _units, edition=edition())


def _units() -> tuple[dict[UUID, Unit], dict[UUID, Unit]]:
    every = {row.pk: row for row in Unit.objects.order_by("code")}
    return {key: row for key, row in every.items() if row.active}, every


def _in_service() -> InService:
    rows = list(Unit.objects.filter(active=True).order_by("code"))
    areas = {row.area_id for row in rows if row.kind != UnitKind.COUNTY_CENTRE and row.area_id}
    places = dict(Area.objects.filter(pk__in=areas).values_list("pk", "code"))
    county = county_code()
    posts = Posts.of(
        Post(
            code=row.code,
            trade=row.function,
            area=places.get(row.area_id, county) if row.area_id else county,
            centre=row.kind in CENTRES,
        )
        for row in rows
    )
    return InService(posts, {row.code: row for row in rows})


def _platforms() -> dict[UUID | None, Platform]:
    found: dict[UUID | None, Platform] = {None: Platform(None, UnitKind.COUNTY_CENTRE, None)}
    for unit in units().values():
        if unit.kind == UnitKind.COUNTY_CENTRE:
            found[None] = Platform(unit.pk, UnitKind.COUNTY_CENTRE, None)
        elif unit.kind == UnitKind.TOWNSHIP_PLATFORM and unit.area_id:
            found[unit.area_id] = Platform(unit.pk, UnitKind.TOWNSHIP_PLATFORM, unit.area_id)
    return found


def _remembered(name: str, read: Callable[[], T], *, edition: int = 0) -> T:
    key = (current_county(), name)
    now = time.monotonic()
    kept = _known.get(key)
    if kept is None or kept[1] != edition or now - kept[0] > FRESH_FOR:
        kept = (now, edition, read())
        _known[key] = kept
    return cast("T", kept[2])
