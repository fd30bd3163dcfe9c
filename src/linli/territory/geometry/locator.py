"""From points to areas, in bulk: a raster answers most, prepared polygons the rest.

The tie rule: a point on a border belongs to the area whose official code is smallest among
those that touch it. No law says to whom a border point falls; a fixed rule that anyone can
check does. Where areas overlap the same rule decides.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike

from linli.lib.coordinates import FloatArray
from linli.territory.geometry.nearest import Nearest
from linli.territory.geometry.raster import OUTSIDE, Raster, Shapes, build_raster
from linli.territory.geometry.shapes import AreaShape, IntArray

DEFAULT_TOLERANCE = 100.0  # metres outside the areas that still count as a drawing error
CHUNK = 1 << 16  # points at a time: the working arrays stay in the processor's cache


@dataclass(frozen=True)
class Placement:
    """Where a point lies. `index` is -1 for nowhere; `metres` is 0 inside an area."""

    index: int
    approximate: bool
    metres: float


class Locator:
    """Finds the area of one version of one layer; areas are numbered by ascending code."""

    def __init__(
        self, codes: Sequence[str], names: Sequence[str], shapes: Shapes, raster: Raster
    ) -> None:
        self.codes = tuple(codes)
        self.names = tuple(names)
        self._shapes = shapes
        self._raster = raster
        self._nearest: Nearest | None = None
        _prepare(shapes)

    @classmethod
    def build(cls, areas: Sequence[AreaShape]) -> "Locator":
        """From valid polygons in WGS-84. Raises ValueError without any area."""
        if not areas:
            raise ValueError("a locator needs at least one area")
        ordered = sorted(areas, key=lambda area: area.code)
        shapes = np.array([area.geometry for area in ordered], dtype=object)
        names = [area.name for area in ordered]
        return cls([area.code for area in ordered], names, shapes, build_raster(shapes))

    def locate(self, lons: ArrayLike, lats: ArrayLike) -> IntArray:
        """The index of each point's area, or -1; WGS-84 degrees, one-dimensional, NaN gives -1."""
        lon, lat = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        if lon.shape != lat.shape or lon.ndim != 1:
            raise ValueError("longitudes and latitudes must be two lists of one length")
        found = np.empty(len(lon), dtype=np.int64)
        for start in range(0, len(lon), CHUNK):
            part = slice(start, start + CHUNK)
            found[part] = self._raster.labels[self._raster.cells(lon[part], lat[part])]
        unsure = np.flatnonzero(found < OUTSIDE)
        if len(unsure):
            found[unsure] = self._look_closer(-2 - found[unsure], lon[unsure], lat[unsure])
        return found

    def _look_closer(self, cells: IntArray, lons: FloatArray, lats: FloatArray) -> IntArray:
        """Asks each cell's candidate areas in ascending order until one holds the point."""
        found = np.full(len(cells), OUTSIDE, dtype=np.int64)
        turn, last = self._raster.starts[cells], self._raster.starts[cells + 1]
        left = np.arange(len(cells))
        while len(left):
            left = left[np.argsort(self._raster.candidates[turn[left]], kind="stable")]
            areas = self._raster.candidates[turn[left]]
            hit = shapely.intersects_xy(self._shapes[areas], lons[left], lats[left])
            found[left[hit]] = areas[hit]
            left = left[~hit]
            turn[left] += 1
            left = left[turn[left] < last[left]]
        return found

    @property
    def pure_share(self) -> float:
        """The share of raster cells that answer without a look at a polygon."""
        return float(np.mean(self._raster.labels >= OUTSIDE))

    def nearest(
        self, lons: ArrayLike, lats: ArrayLike, tolerance: float = DEFAULT_TOLERANCE
    ) -> tuple[IntArray, FloatArray]:
        """The nearest area within `tolerance` metres (-1 if none) and its distance in metres."""
        if self._nearest is None:
            self._nearest = Nearest(self._shapes)
        lon, lat = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        return self._nearest.find(lon, lat, tolerance)

    def place(self, lon: float, lat: float, tolerance: float = DEFAULT_TOLERANCE) -> Placement:
        """One point: its area, else the nearest within `tolerance` metres as approximate."""
        index = int(self.locate([lon], [lat])[0])
        if index != OUTSIDE:
            return Placement(index, approximate=False, metres=0.0)
        indices, metres = self.nearest([lon], [lat], tolerance)
        found = int(indices[0])
        return Placement(found, approximate=found != OUTSIDE, metres=float(metres[0]))

    def to_bytes(self) -> bytes:
        """For a cache: everything but what is made again in no time. No pickle inside."""
        wkb = shapely.to_wkb(self._shapes)
        raster, buffer = self._raster, io.BytesIO()
        np.savez_compressed(
            buffer,
            codes=np.array(self.codes),
            names=np.array(self.names),
            wkb=np.frombuffer(b"".join(wkb), dtype=np.uint8),
            lengths=np.array([len(one) for one in wkb]),
            labels=raster.labels,
            starts=raster.starts,
            candidates=raster.candidates,
            frame=np.array([raster.west, raster.south, raster.per_lon, raster.per_lat]),
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Locator":
        """What `to_bytes` wrote."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            ends = np.cumsum(kept["lengths"])
            whole = kept["wkb"].tobytes()
            wkb = [whole[e - n : e] for e, n in zip(ends, kept["lengths"], strict=True)]
            frame = [float(value) for value in kept["frame"]]
            raster = Raster(kept["labels"], kept["starts"], kept["candidates"], *frame)
            shapes = np.array(shapely.from_wkb(wkb), dtype=object)
            return cls(kept["codes"].tolist(), kept["names"].tolist(), shapes, raster)


def _prepare(shapes: Shapes) -> None:
    """Prepares the polygons and uses each once: what they build lazily is not safe in threads."""
    shapely.prepare(shapes)
    outlines = shapely.get_exterior_ring(shapely.get_geometry(shapes, 0))
    corners = shapely.get_coordinates(shapely.get_point(outlines, 0))
    shapely.intersects_xy(shapes, corners[:, 0], corners[:, 1])
