"""Where a point lies: a path of areas down to the grid, on a day, in any coordinate system."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from linli.database.context import current_county
from linli.lib.coordinates import CoordinateSystem, FloatArray, point_to_wgs84, to_wgs84
from linli.lib.errors import InputError, gettext_noop
from linli.territory.geometry.locator import DEFAULT_TOLERANCE
from linli.territory.models import Layer, Level
from linli.territory.placement import APPROXIMATE, OUTSIDE, PINNED, UNKNOWN, Place
from linli.territory.snapshots import Node, Snapshot, layer_state, snapshot

NEIGHBOURS = "neighbours"
INSIDE = "inside"

NOT_DEGREES = gettext_noop("%(lon)s, %(lat)s is no longitude and latitude in degrees.")
EXCHANGED = gettext_noop("%(lon)s, %(lat)s: longitude and latitude seem to be exchanged.")
UNKNOWN_SYSTEM = gettext_noop("%(system)s is no coordinate system; known are: %(known)s.")


@dataclass(frozen=True)
class Answer:
    """`quality`: inside, approximate (`metres` away), outside, or "" where nothing is drawn."""

    longitude: float
    latitude: float
    quality: str
    metres: float
    path: tuple[Node, ...]
    neighbour: str = ""

    @property
    def area(self) -> Node | None:
        return self.path[-1] if self.path else None


@dataclass(frozen=True)
class Batch:
    """Answers for many points: `index` counts in `ids`, -1 is nowhere; `metres` off the area."""

    snapshot: Snapshot
    ids: list[UUID]
    index: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    metres: FloatArray

    @property
    def drawn(self) -> bool:
        """Whether there is any area on the map: without, a point is neither in nor outside."""
        return not self.snapshot.finder.empty


def locate_point(
    longitude: float,
    latitude: float,
    *,
    crs: str = "wgs84",
    on: date | None = None,
    layer: str = Layer.GOVERNING,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Place:
    """The place of a point in the current county. Raises InputError: coordinates, system, layer."""
    answer = locate(longitude, latitude, crs=crs, on=on, layer=layer, tolerance=tolerance)
    by_level = {node.level: node.id for node in answer.path}
    return Place(
        area_id=answer.area.id if answer.area else None,
        township_id=by_level.get(Level.TOWNSHIP),
        village_id=by_level.get(Level.VILLAGE),
        longitude=answer.longitude,
        latitude=answer.latitude,
        quality=PINNED if answer.quality == INSIDE else answer.quality,
        neighbour=answer.neighbour,
    )


def locate(
    longitude: float,
    latitude: float,
    *,
    crs: str = "wgs84",
    on: date | None = None,
    layer: str = Layer.GOVERNING,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Answer:
    """The same with the whole path, the distance and the neighbour's name."""
    lon, lat = _wgs84(longitude, latitude, crs)
    then = snapshot(layer, on)
    if then.finder.empty:
        return Answer(lon, lat, UNKNOWN, 0.0, ())
    found = then.finder.find(np.array([lon]), np.array([lat]), tolerance)
    index, metres = int(found.index[0]), float(found.metres[0])
    if index < 0:
        return Answer(lon, lat, OUTSIDE, 0.0, (), _neighbour(lon, lat, on))
    path = tuple(then.path(then.finder.ids[index]))
    return Answer(lon, lat, APPROXIMATE if metres else INSIDE, metres, path)


def locate_many(
    longitudes: FloatArray,
    latitudes: FloatArray,
    *,
    crs: str = "wgs84",
    on: date | None = None,
    layer: str = Layer.GOVERNING,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Batch:
    """Many points of one day at once; NaN and what lies outside is nowhere. Degrees of `crs`."""
    then = snapshot(layer, on)
    lons, lats = to_wgs84(longitudes, latitudes, coordinate_system(crs))
    finder = then.finder
    found = finder.find(lons, lats, tolerance)
    return Batch(then, finder.ids, found.index, found.metres)


def epochs(layer: str, days: Iterable[date]) -> dict[date, int]:
    """For each day a number: days with the same number have the same map."""
    state = layer_state(layer) or snapshot(layer).state
    return {day: state.epoch(day) for day in set(days)}


def coordinate_system(crs: str) -> CoordinateSystem:
    try:
        return CoordinateSystem(crs.lower())
    except ValueError as error:
        known = list(CoordinateSystem)
        raise InputError(UNKNOWN_SYSTEM, field="crs", system=crs, known=known) from error


def _wgs84(longitude: float, latitude: float, crs: str) -> tuple[float, float]:
    system = coordinate_system(crs)
    place = {"field": "lat" if abs(longitude) <= 180 else "lon", "lon": longitude, "lat": latitude}
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise InputError(NOT_DEGREES, **place)
    if abs(longitude) <= 90 < abs(latitude) <= 180:
        raise InputError(EXCHANGED, **place)
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise InputError(NOT_DEGREES, **place)
    return point_to_wgs84(longitude, latitude, system)


def _neighbour(lon: float, lat: float, on: date | None) -> str:
    """Whose the point is, where the county keeps its neighbours as a layer."""
    if layer_state(NEIGHBOURS) is None:
        return ""
    then = snapshot(NEIGHBOURS, on)
    found = then.finder.find(np.array([lon]), np.array([lat]), 0.0)
    index = int(found.index[0])
    node = then.nodes[then.finder.ids[index]] if index >= 0 else None
    return node.name if node and node.code != current_county() else ""
