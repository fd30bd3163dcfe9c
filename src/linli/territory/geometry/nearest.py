"""The nearest area of a point that lies outside all of them."""

import numpy as np
import shapely
from pyproj import Geod

from linli.lib.coordinates import FloatArray
from linli.territory.geometry.raster import OUTSIDE, Shapes
from linli.territory.geometry.shapes import METRES_PER_DEGREE, IntArray

GEOD = Geod(ellps="WGS84")
MARGIN = 1.05  # the flat search is right within 1% over a county; the ellipsoid decides


class Nearest:
    """Searches on a flat map in metres, then measures on the ellipsoid."""

    def __init__(self, shapes: Shapes) -> None:
        _, south, _, north = shapely.total_bounds(shapes)
        middle = np.radians((south + north) / 2)
        self._scale = np.array([METRES_PER_DEGREE * np.cos(middle), METRES_PER_DEGREE])
        self._flat = shapely.transform(shapes, lambda points: points * self._scale)
        self._tree = shapely.STRtree(self._flat)

    def find(
        self, lons: FloatArray, lats: FloatArray, tolerance: float
    ) -> tuple[IntArray, FloatArray]:
        """Index (-1 if none within `tolerance` metres) and metres (inf if none) of each point.

        Of areas equally near, to the millimetre, the one with the smallest index.
        """
        indices = np.full(len(lons), OUTSIDE, dtype=np.int64)
        metres = np.full(len(lons), np.inf)
        known = np.flatnonzero(np.isfinite(lons) & np.isfinite(lats))
        points = shapely.points(np.column_stack([lons[known], lats[known]]) * self._scale)
        which, areas = self._tree.query(points, predicate="dwithin", distance=tolerance * MARGIN)
        if len(which) == 0:
            return indices, metres
        lines = shapely.shortest_line(points[which], self._flat[areas])
        ends = shapely.get_coordinates(shapely.get_point(lines, -1)) / self._scale
        rows = known[which]
        distance = np.array(GEOD.inv(lons[rows], lats[rows], ends[:, 0], ends[:, 1])[2])
        close = distance <= tolerance
        order = np.lexsort((areas[close], np.round(distance[close], 3), rows[close]))
        rows, areas, distance = rows[close][order], areas[close][order], distance[close][order]
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        indices[rows[first]] = areas[first]
        metres[rows[first]] = distance[first]
        return indices, metres
