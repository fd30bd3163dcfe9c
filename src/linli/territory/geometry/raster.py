"""A grid of cells over a set of areas: which cells lie in one area, which need a closer look.

A cell that no edge touches lies in the same areas with all its points, so one point tells
for the cell, and for the run of such cells beside it.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.lib.coordinates import FloatArray
from linli.territory.geometry.shapes import IntArray

SIDE = 1024  # cells each way; one more on every side is always outside
STRIDE = SIDE + 2
SLACK = 1e-6  # of a cell: far above rounding, so no edge is missed in the cell beside it
OUTSIDE = -1
Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Raster:
    """`labels` (STRIDE * STRIDE): an area's index, OUTSIDE, or -(n + 2) for mixed cell n.

    The areas that may hold a point of mixed cell n are
    `candidates[starts[n]:starts[n + 1]]`, ascending.
    """

    labels: NDArray[np.int32]
    starts: IntArray
    candidates: IntArray
    west: float
    south: float
    per_lon: float  # cells a degree
    per_lat: float

    def cells(self, lons: FloatArray, lats: FloatArray) -> IntArray:
        """Flat cell numbers; NaN and everything beyond the areas fall into the rim."""
        return self._track(lats, self.south, self.per_lat) * STRIDE + self._track(
            lons, self.west, self.per_lon
        )

    @staticmethod
    def _track(values: FloatArray, origin: float, per_degree: float) -> IntArray:
        # fmax and fmin turn NaN into 0
        return np.fmin(np.fmax((values - origin) * per_degree, 0.0), STRIDE - 1.0).astype(np.int64)


def build_raster(shapes: Shapes) -> Raster:
    """The raster of valid polygons in ascending order of their codes. About 0.5 s for 2,200."""
    west, south, east, north = shapely.total_bounds(shapes)
    per_lon = SIDE / max((east - west) * (1 + 1e-9), 1e-9)
    per_lat = SIDE / max((north - south) * (1 + 1e-9), 1e-9)
    origin = (west - 1.0 / per_lon, south - 1.0 / per_lat)
    cells, areas = _touched_cells(shapes, origin, (per_lon, per_lat))
    mixed = np.zeros(STRIDE * STRIDE, dtype=bool)
    mixed[cells] = True
    run_starts = _run_starts(mixed)
    asked = np.concatenate([np.flatnonzero(mixed), run_starts])
    rows, columns = np.divmod(asked, STRIDE)
    centres = shapely.points(
        origin[0] + (columns + 0.5) / per_lon, origin[1] + (rows + 0.5) / per_lat
    )
    which, inside = shapely.STRtree(shapes).query(centres, predicate="intersects")
    labels = _pure_labels(run_starts, asked[which], inside)
    numbers, starts, candidates = _grouped(
        np.concatenate([cells, asked[which]]), np.concatenate([areas, inside]), mixed
    )
    labels[numbers] = -2 - np.arange(len(numbers))
    return Raster(labels, starts, candidates, *origin, per_lon, per_lat)


def _run_starts(mixed: NDArray[np.bool_]) -> IntArray:
    grid = mixed.reshape(STRIDE, STRIDE)
    left_mixed = np.ones_like(grid)
    left_mixed[:, 1:] = grid[:, :-1]
    return np.flatnonzero(~grid & left_mixed)


def _pure_labels(run_starts: IntArray, cells: IntArray, areas: IntArray) -> NDArray[np.int32]:
    """Gives each run the smallest area found at its start (areas may overlap)."""
    none = np.iinfo(np.int32).max
    found = np.full(STRIDE * STRIDE, none, dtype=np.int32)
    np.minimum.at(found, cells, areas.astype(np.int32))
    start_of = np.zeros(STRIDE * STRIDE, dtype=np.int64)
    start_of[run_starts] = run_starts
    labels: NDArray[np.int32] = found[np.maximum.accumulate(start_of)]
    labels[labels == none] = OUTSIDE
    return labels


def _grouped(
    cells: IntArray, areas: IntArray, mixed: NDArray[np.bool_]
) -> tuple[IntArray, IntArray, IntArray]:
    """Distinct (mixed cell, area) pairs as cell numbers, starts and areas."""
    wanted = mixed[cells]
    pairs = np.unique(np.column_stack([cells[wanted], areas[wanted]]), axis=0)
    numbers, first = np.unique(pairs[:, 0], return_index=True)
    return numbers, np.append(first, len(pairs)), pairs[:, 1]


def _touched_cells(
    shapes: Shapes, origin: tuple[float, float], scale: tuple[float, float]
) -> tuple[IntArray, IntArray]:
    """(cell, area) for every cell that an edge of the area touches, with SLACK around."""
    polygons, area_of_polygon = shapely.get_parts(shapes, return_index=True)
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    area_of_ring = area_of_polygon[polygon_of_ring]
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = (points - origin) * scale
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    (ax, ay), (bx, by) = points[joined].T, points[joined + 1].T
    edge, column = _spread(np.minimum(ax, bx), np.maximum(ax, bx))
    side = column.astype(np.float64)
    slope = np.divide(by - ay, bx - ax, out=np.zeros_like(ax), where=bx != ax)
    upright = bx == ax

    def height(x: FloatArray) -> FloatArray:
        """The edge's height where it enters or leaves the column, or at its end."""
        at = np.clip(x, np.minimum(ax, bx)[edge], np.maximum(ax, bx)[edge])
        heights: FloatArray = ay[edge] + (at - ax[edge]) * slope[edge]
        return heights

    enters, leaves = height(side - SLACK), height(side + (1.0 + SLACK))
    low = np.where(upright[edge], np.minimum(ay, by)[edge], np.minimum(enters, leaves))
    high = np.where(upright[edge], np.maximum(ay, by)[edge], np.maximum(enters, leaves))
    part, row = _spread(low, high)
    areas = area_of_ring[ring[joined]][edge[part]]
    pairs = np.unique(np.column_stack([row * STRIDE + column[part], areas]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _spread(low: FloatArray, high: FloatArray) -> tuple[IntArray, IntArray]:
    """For each interval the whole numbers of the cells it touches: (interval, cell) pairs."""
    first = np.floor(low - SLACK).astype(np.int64)
    count = np.floor(high + SLACK).astype(np.int64) - first + 1
    interval = np.repeat(np.arange(len(first)), count)
    step = np.arange(len(interval)) - np.repeat(np.cumsum(count) - count, count)
    return interval, first[interval] + step
