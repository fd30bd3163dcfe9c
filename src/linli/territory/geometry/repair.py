"""Invalid polygons: mended when the mending changes next to nothing, else refused."""

import re
import struct
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.lib.errors import InputError, gettext_noop

MAX_CHANGE = 1e-3  # of the area: what a mended drawing error may add or take
PLACE = re.compile(r"\[(\S+) (\S+?)(?: \S+)?\]$")
WKB_POLYGON, WKB_MULTIPOLYGON = 3, 6

# what GEOS calls the faults of a polygon
REASONS = (
    gettext_noop("Self-intersection"),
    gettext_noop("Ring Self-intersection"),
    gettext_noop("Hole lies outside shell"),
    gettext_noop("Holes are nested"),
    gettext_noop("Interior is disconnected"),
    gettext_noop("Nested shells"),
    gettext_noop("Duplicate Rings"),
    gettext_noop("Too few points in geometry component"),
)
NOT_A_POLYGON = gettext_noop("a %(kind)s instead of a polygon")
EMPTY = gettext_noop("no geometry")
NOT_A_NUMBER = gettext_noop("a coordinate is not a number")
OPEN_RING = gettext_noop(
    "the outline is not closed: it begins at %(lon).6f, %(lat).6f and ends at "
    "%(end_lon).6f, %(end_lat).6f"
)
CROSSES_ITSELF = gettext_noop("%(reason)s at %(lon).6f, %(lat).6f; it cannot be mended safely")
NO_AREA = gettext_noop("the polygon has no area, at %(lon).6f, %(lat).6f")


@dataclass(frozen=True)
class Repaired:
    """A valid Polygon or MultiPolygon in two dimensions; `reason` is None when it was valid."""

    geometry: BaseGeometry
    reason: InputError | None = None
    lon: float = 0.0
    lat: float = 0.0


def repair(shape: BaseGeometry) -> Repaired:
    """The shape made valid, keeping its area within MAX_CHANGE; holes stay holes.

    Raises InputError with the place (`lon`, `lat`) of the fault.
    """
    if shape.is_empty:
        raise InputError(EMPTY)
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        raise InputError(NOT_A_POLYGON, kind=shape.geom_type)
    shape = shapely.force_2d(shape)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise InputError(NOT_A_NUMBER)
    if shape.is_valid:
        return Repaired(_with_area(shape, shape))
    reason, lon, lat = fault_place(shape)
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if abs(mended.area - shape.area) > MAX_CHANGE * max(mended.area, shape.area):
        raise InputError(CROSSES_ITSELF, reason=reason, lon=lon, lat=lat)
    return Repaired(_with_area(mended, shape), reason, lon, lat)


def fault_place(shape: BaseGeometry) -> tuple[InputError, float, float]:
    """Why and where (longitude, latitude) an invalid shape is invalid."""
    text = str(shapely.is_valid_reason(shape))
    found = PLACE.search(text)
    if found is None:
        lon, lat = shapely.get_coordinates(shape)[0]
        return InputError(text), float(lon), float(lat)
    return InputError(text[: found.start()]), float(found[1]), float(found[2])


def _with_area(shape: BaseGeometry, original: BaseGeometry) -> BaseGeometry:
    if shape.is_empty or shape.area == 0:
        lon, lat = shapely.get_coordinates(original)[0]
        raise InputError(NO_AREA, lon=lon, lat=lat)
    return shape


def open_ring(wkb: bytes) -> InputError | None:
    """The first ring of a little-endian polygon or multipolygon that does not close."""
    return _Rings(wkb).first_open()


class _Rings:
    """Walks WKB that geometry libraries refuse to read."""

    def __init__(self, wkb: bytes) -> None:
        self._wkb, self._at = wkb, 0

    def first_open(self) -> InputError | None:
        kind, dimensions = self._head()
        if kind == WKB_POLYGON:
            return self._polygon(dimensions)
        if kind == WKB_MULTIPOLYGON:
            for _ in range(self._number()):
                _, dimensions = self._head()
                if fault := self._polygon(dimensions):
                    return fault
        return None

    def _polygon(self, dimensions: int) -> InputError | None:
        for _ in range(self._number()):
            count = self._number()
            size = 8 * dimensions * count
            ring = np.frombuffer(self._wkb, "<f8", dimensions * count, self._at)
            self._at += size
            points = ring.reshape(count, dimensions)
            if count and not np.array_equal(points[0], points[-1]):
                return _open(points)
        return None

    def _head(self) -> tuple[int, int]:
        """Kind of geometry and numbers a point, in the OGC and in the older GDAL manner."""
        (code,) = struct.unpack_from("<I", self._wkb, self._at + 1)
        self._at += 5
        extra = (code & 0xFFFFFFF) // 1000
        z, m = (
            bool(code & 0x80000000) or extra in {1, 3},
            bool(code & 0x40000000) or extra in {2, 3},
        )
        return (code & 0xFFFFFFF) % 1000, 2 + z + m

    def _number(self) -> int:
        (number,) = struct.unpack_from("<I", self._wkb, self._at)
        self._at += 4
        return int(number)


def _open(points: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> InputError:
    if not np.isfinite(points).all():
        return InputError(NOT_A_NUMBER)
    (lon, lat), (end_lon, end_lat) = points[0, :2], points[-1, :2]
    return InputError(
        OPEN_RING, lon=float(lon), lat=float(lat), end_lon=float(end_lon), end_lat=float(end_lat)
    )
