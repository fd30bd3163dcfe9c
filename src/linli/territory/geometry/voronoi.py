"""First grids where none are drawn: the cell of each village point inside a boundary."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.lib.errors import InputError, gettext_noop
from linli.territory.geometry.shapes import METRES_PER_DEGREE, AreaShape

NO_POINTS = gettext_noop("There is no point to make a grid from.")
SAME_PLACE = gettext_noop("%(first)s and %(second)s lie at the same place, %(lon).6f, %(lat).6f.")
POINT_OUTSIDE = gettext_noop("%(code)s %(name)s at %(lon).6f, %(lat).6f lies outside the boundary.")


@dataclass(frozen=True)
class NamedPoint:
    """A village or another centre of a grid, WGS-84."""

    code: str
    name: str
    lon: float
    lat: float


def point_faults(points: Sequence[NamedPoint], boundary: BaseGeometry) -> list[InputError]:
    """Points at the same place or outside the boundary: no cell can be made for them."""
    faults: list[InputError] = []
    seen: dict[tuple[float, float], str] = {}
    for point in points:
        place = {"lon": point.lon, "lat": point.lat}
        if not shapely.intersects_xy(boundary, point.lon, point.lat):
            faults.append(InputError(POINT_OUTSIDE, code=point.code, name=point.name, **place))
        first = seen.setdefault((point.lon, point.lat), point.code)
        if first != point.code:
            faults.append(InputError(SAME_PLACE, first=first, second=point.code, **place))
    return faults


def voronoi_cells(points: Sequence[NamedPoint], boundary: BaseGeometry) -> list[AreaShape]:
    """One area a point, in their order; together they are the boundary, edge by edge.

    Cut as one network of lines, so that neighbours share every vertex. Raises InputError
    (the first of `point_faults`).
    """
    if not points:
        raise InputError(NO_POINTS)
    for fault in point_faults(points, boundary):
        raise fault
    scale = np.array([np.cos(np.radians(boundary.centroid.y)), 1.0]) * METRES_PER_DEGREE
    flat = shapely.transform(boundary, lambda xy: xy * scale)
    places = np.array([(point.lon, point.lat) for point in points]) * scale
    faces = _faces(places, flat)
    owner = _owners(faces, places)
    parts: list[list[BaseGeometry]] = [[] for _ in points]
    for face, index in zip(faces, owner, strict=True):
        parts[index].append(face)
    cells = [shapely.transform(shapely.union_all(p), lambda xy: xy / scale) for p in parts]
    return [AreaShape(p.code, p.name, cell) for p, cell in zip(points, cells, strict=True)]


def _faces(
    places: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", flat: BaseGeometry
) -> "list[BaseGeometry]":
    """The pieces into which the cell borders cut the boundary."""
    if len(places) == 1:
        return list(shapely.get_parts(flat))
    borders = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=flat, only_edges=True)
    network = shapely.union_all([borders, shapely.boundary(flat)])
    faces = shapely.get_parts(shapely.polygonize([network]))
    shapely.prepare(flat)
    return list(faces[shapely.contains(flat, shapely.point_on_surface(faces))])


def _owners(
    faces: Sequence[BaseGeometry], places: "np.ndarray[tuple[int, int], np.dtype[np.float64]]"
) -> "list[int]":
    inside = shapely.point_on_surface(np.array(faces, dtype=object))
    tree = shapely.STRtree(shapely.points(places))
    return [int(index) for index in tree.nearest(inside)]
