"""Outlines of areas and places of cases as GeoJSON, made once for each revision of the map."""

import json
from functools import lru_cache
from typing import Any
from uuid import UUID

import shapely

from linli.access.actor import Scope
from linli.database.context import current_county
from linli.incidents.lines import named
from linli.territory.geometry.labels import label_points
from linli.territory.models import Level
from linli.territory.snapshots import Node, Snapshot, snapshot

DIGITS = 5  # about a metre
TOLERANCE = {
    Level.COUNTY: 0.0008,
    Level.TOWNSHIP: 0.0008,
    Level.VILLAGE: 0.0002,
    Level.GRID: 0.0001,
}
Point = tuple[float, float]


def outlines(
    properties: dict[UUID, dict[str, Any]],
    level: Level = Level.TOWNSHIP,
    *,
    inside: UUID | None = None,
) -> str:
    """A FeatureCollection of the drawn areas of a level (below `inside`, or that one itself
    where nothing below it is drawn), each with its properties.
    """
    map_ = snapshot()
    key = (current_county(), map_.state.revision, map_.on, level)
    features = []
    for node in _drawn(map_, level, inside):
        if node.wkb:
            geometry = _geometry(key, node.id, node.wkb, TOLERANCE[Level(node.level)])
            lon, lat = _label(node.id, node.wkb)
            words = {"id": str(node.id), "name": named(node), "lon": lon, "lat": lat}
            words |= properties.get(node.id, {})
            told = json.dumps(words, ensure_ascii=False)
            features.append(f'{{"type":"Feature","properties":{told},"geometry":{geometry}}}')
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def topmost() -> Level:
    """The first level below the county that is drawn: a city may have its grids and no more."""
    drawn = (node.level for node in snapshot().nodes.values() if node.wkb)
    return Level(min((level for level in drawn if level > Level.COUNTY), default=Level.TOWNSHIP))


def _drawn(map_: Snapshot, level: Level, inside: UUID | None) -> list[Node]:
    within = map_.nodes.values() if inside is None else map_.under(inside)
    found = [node for node in within if node.level == level and node.wkb]
    itself = map_.nodes.get(inside) if inside else None
    return found or ([itself] if itself else [])


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def inside_of(area_id: UUID | None) -> Point | None:
    """A point within an area (or the nearest drawn one above it), for what was placed by name."""
    map_ = snapshot()
    for node in reversed(map_.path(area_id) if area_id else []):
        if node.wkb and node.level != Level.COUNTY:
            return _inside(node.id, node.wkb)
    return None


def search(text: str, *, scope: Scope, limit: int = 12) -> list[list[Node]]:
    """Areas by name, pinyin or initials, each with its path from the township down.

    Those of the reader's own scope come first: many villages share a name.
    """
    typed = text.strip().casefold().replace(" ", "")
    if not typed:
        return []
    map_ = snapshot()
    found = [node for node in map_.nodes.values() if node.level > 0 and _fits(node, typed)]
    own = scope.townships | scope.villages | scope.areas
    above = {node.id for area in own if area in map_.nodes for node in map_.path(area)}

    def far(node: Node) -> bool:
        return node.id not in above and own.isdisjoint(one.id for one in map_.path(node.id))

    found.sort(key=lambda o: (far(o), not o.name.startswith(typed), o.level, o.sort_key))
    return [_below_county(map_, node) for node in found[:limit]]


def townships() -> list[Node]:
    map_ = snapshot()
    return map_.children.get(map_.root.id if map_.root else None, [])


def _below_county(map_: Snapshot, node: Node) -> list[Node]:
    return [one for one in map_.path(node.id) if one.level != Level.COUNTY]


def _fits(node: Node, typed: str) -> bool:
    if typed in node.name.casefold() or typed in node.name_en.casefold().replace(" ", ""):
        return True
    keys = f"{node.pinyin} {node.initials}".split()
    return node.code.startswith(typed) or any(key.startswith(typed) for key in keys)


@lru_cache(maxsize=8_000)
def _geometry(_key: object, _id: UUID, wkb: bytes, tolerance: float) -> str:
    shape = shapely.simplify(shapely.from_wkb(wkb), tolerance, preserve_topology=True)
    return str(shapely.to_geojson(shapely.transform(shape, lambda xy: xy.round(DIGITS))))


@lru_cache(maxsize=8_000)
def _label(_id: UUID, wkb: bytes) -> Point:
    point = label_points(shapely.from_wkb(wkb))
    return round(point.x, DIGITS), round(point.y, DIGITS)


@lru_cache(maxsize=8_000)
def _inside(_id: UUID, wkb: bytes) -> Point:
    point = shapely.from_wkb(wkb).representative_point()
    return round(point.x, DIGITS), round(point.y, DIGITS)
