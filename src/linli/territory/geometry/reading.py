"""Areas out of a file: converted to WGS-84, mended or refused, each fault with its place."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from linli.lib.coordinates import CoordinateSystem, FloatArray, to_wgs84
from linli.lib.coordinates_declared import declared_system, looks_like_gcj02
from linli.lib.errors import InputError, gettext_noop
from linli.territory.geometry.duplicates import Numbered, merged
from linli.territory.geometry.files import RawLayer, read_layer
from linli.territory.geometry.listed import is_list, read_listed
from linli.territory.geometry.repair import EMPTY, open_ring, repair
from linli.territory.geometry.shapes import MAX_CODE, MAX_NAME, AreaShape

NEAR = 1.0  # degrees: an area farther than this from the county is not the county's

UNKNOWN_FIELD = gettext_noop("There is no field %(field)s; the fields are: %(fields)s.")
NO_FEATURES = gettext_noop("%(file)s has no features.")
IN_FEATURE = gettext_noop("Feature %(feature)d, code %(code)s: %(reason)s.")
NO_CODE = gettext_noop("Feature %(feature)d: the field %(field)s is empty.")
TOO_LONG = gettext_noop("Feature %(feature)d: the code or name is too long.")
MENDED = gettext_noop(
    "Feature %(feature)d, code %(code)s: %(reason)s at %(lon).6f, %(lat).6f was mended."
)
OUT_OF_RANGE = gettext_noop("%(lon)s, %(lat)s is no longitude and latitude in degrees")
SWAPPED = gettext_noop("%(lon)s, %(lat)s: longitude and latitude seem to be exchanged")
AT_ZERO = gettext_noop("a corner lies at 0, 0 in the Gulf of Guinea")
FAR_AWAY = gettext_noop("%(lon).4f, %(lat).4f lies %(km)d km away from the county")
MAYBE_GCJ02 = gettext_noop(
    "The fields are those of a Chinese web map, whose coordinates are GCJ-02; they are read as "
    "%(system)s. If that is wrong, everything lies some 500 m off."
)
OTHER_SYSTEM = gettext_noop("The file says %(declared)s; it is read as %(system)s, as you say.")
NOT_GCJ02 = gettext_noop("The file is in a projection (%(declared)s), so it cannot be %(system)s.")
UNKNOWN_SYSTEM = gettext_noop("The coordinate system %(declared)s cannot be converted to WGS-84.")
NO_SYSTEM = gettext_noop("The file does not say its coordinate system: state it.")


@dataclass(frozen=True)
class AreaReading:
    """`areas` in WGS-84, each code once. With faults nothing may be applied; notes are for
    the reviewer. `system` is None for a list, which draws nothing.
    """

    areas: tuple[AreaShape, ...]
    faults: tuple[InputError, ...]
    notes: tuple[InputError, ...]
    system: CoordinateSystem | None


def read_areas(
    path: Path,
    *,
    code_field: str,
    name_field: str | None = None,
    system: CoordinateSystem | None = None,
    layer: str | None = None,
    county: BaseGeometry | None = None,
) -> AreaReading:
    """Areas of a GeoJSON, GeoPackage or Shapefile (also zipped), or of a list without outlines.

    `system` None takes what the file declares. `county`, if given, is the boundary (WGS-84)
    that areas must lie near. Raises InputError when the file as a whole cannot be used.
    """
    if is_list(path):
        listed, wrong = read_listed(path, code_field, name_field)
        return AreaReading(tuple(listed), tuple(wrong), (), None)
    raw = read_layer(path, layer)
    if not raw.wkb:
        raise InputError(NO_FEATURES, file=path.name)
    for field in filter(None, (code_field, name_field)):
        if field not in raw.fields:
            raise InputError(UNKNOWN_FIELD, field=field, fields=list(raw.fields))
    conversion, notes = _conversion(raw, system)
    faults: list[InputError] = []
    shapes: list[Numbered] = []
    for feature, wkb in enumerate(raw.wkb, start=1):
        try:
            label = _label(raw, feature, code_field, name_field)
            geometry = _geometry(wkb, conversion, county)
            mended = repair(geometry)
        except InputError as error:
            faults.append(_in_feature(error, feature, raw, code_field))
            continue
        if mended.reason:
            place = {"reason": mended.reason, "lon": mended.lon, "lat": mended.lat}
            notes.append(InputError(MENDED, feature=feature, code=label[0], **place))
        shapes.append(Numbered(feature, AreaShape(*label, mended.geometry)))
    areas, twins, together = merged(shapes)
    everything = (*faults, *twins)
    return AreaReading(areas, everything, (*notes, *together), conversion.system)


def read_outline(
    path: Path, *, system: CoordinateSystem | None = None, layer: str | None = None
) -> BaseGeometry:
    """All polygons of a file as one outline in WGS-84. Raises InputError with feature and place."""
    raw = read_layer(path, layer)
    if not raw.wkb:
        raise InputError(NO_FEATURES, file=path.name)
    conversion, _ = _conversion(raw, system)
    parts = []
    for feature, wkb in enumerate(raw.wkb, start=1):
        try:
            parts.append(repair(_geometry(wkb, conversion, None)).geometry)
        except InputError as error:
            raise InputError(IN_FEATURE, feature=feature, code="-", reason=error) from error
    return shapely.union_all(parts)


@dataclass(frozen=True)
class _Conversion:
    """A way to WGS-84: out of a projection, or out of a Chinese system."""

    system: CoordinateSystem
    transformer: Transformer | None = None

    def __call__(self, points: FloatArray) -> FloatArray:
        lons, lats = points.T
        if self.transformer is not None:
            return np.column_stack(self.transformer.transform(lons, lats))
        return np.column_stack(to_wgs84(lons, lats, self.system))


def _conversion(
    raw: RawLayer, system: CoordinateSystem | None
) -> tuple[_Conversion, list[InputError]]:
    declared = declared_system(raw.crs)
    chosen = system or declared
    if raw.crs and declared is None:
        return _projected(raw.crs, system), []
    if chosen is None:
        raise InputError(NO_SYSTEM)
    notes: list[InputError] = []
    if chosen is not CoordinateSystem.GCJ02 and looks_like_gcj02(raw.fields):
        notes.append(InputError(MAYBE_GCJ02, system=chosen.value))
    if declared not in {None, chosen, CoordinateSystem.WGS84}:
        notes.append(InputError(OTHER_SYSTEM, declared=raw.crs, system=chosen.value))
    return _Conversion(chosen), notes


def _projected(crs: str, system: CoordinateSystem | None) -> _Conversion:
    """A surveyor's projection or another datum, as far as it converts without guessing."""
    if system in {CoordinateSystem.GCJ02, CoordinateSystem.BD09}:
        raise InputError(NOT_GCJ02, declared=_crs_name(crs), system=system.value)
    try:
        base = CRS.from_user_input(crs).geodetic_crs
        same_ground = base is not None and declared_system(base.to_wkt()) is not None
        target = base if same_ground else 4326
        transformer = Transformer.from_crs(crs, target, always_xy=True, allow_ballpark=False)
    except (CRSError, ProjError) as error:
        raise InputError(UNKNOWN_SYSTEM, declared=_crs_name(crs)) from error
    return _Conversion(CoordinateSystem.WGS84, transformer)


def _crs_name(crs: str) -> str:
    try:
        return str(CRS.from_user_input(crs).name)
    except CRSError:
        return crs[:60]


def _label(raw: RawLayer, feature: int, code_field: str, name_field: str | None) -> tuple[str, str]:
    code = _text(raw.fields[code_field][feature - 1])
    name = _text(raw.fields[name_field][feature - 1]) if name_field else ""
    if not code:
        raise InputError(NO_CODE, feature=feature, field=code_field)
    if len(code) > MAX_CODE or len(name) > MAX_NAME:
        raise InputError(TOO_LONG, feature=feature)
    return code, name or code


def _text(value: Any) -> str:
    """Field values as text; whole numbers without the .0 they get beside empty cells."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


@np.errstate(invalid="ignore")  # what is no number is reported with its place when mended
def _geometry(
    wkb: bytes | None, conversion: _Conversion, county: BaseGeometry | None
) -> BaseGeometry:
    if wkb is None:
        raise InputError(EMPTY)
    if fault := open_ring(wkb):
        raise fault
    geometry = shapely.force_2d(shapely.from_wkb(wkb))
    points = shapely.get_coordinates(geometry)
    if len(points) and conversion.transformer is None:
        _check_range(points)  # as written, so that the message shows what the file says
    geometry = shapely.transform(geometry, conversion)
    for lon, lat in shapely.get_coordinates(geometry)[:1]:
        if county is not None and not shapely.dwithin(geometry, county, NEAR):
            km = int(shapely.distance(geometry, county) * 111)
            raise InputError(FAR_AWAY, lon=lon, lat=lat, km=km)
    return geometry


def _check_range(points: FloatArray) -> None:
    lons, lats = np.abs(points).T
    bad = np.flatnonzero((lons > 180) | (lats > 90))
    if len(bad):
        lon, lat = (float(value) for value in points[bad[0]])
        exchanged = abs(lon) <= 90 < abs(lat) <= 180
        raise InputError(SWAPPED if exchanged else OUT_OF_RANGE, lon=lon, lat=lat)
    if ((lons == 0) & (lats == 0)).any():
        raise InputError(AT_ZERO)


def _in_feature(error: InputError, feature: int, raw: RawLayer, code_field: str) -> InputError:
    if "feature" in error.params:
        return error
    code = _text(raw.fields[code_field][feature - 1]) or "-"
    place = {key: error.params[key] for key in ("lon", "lat") if key in error.params}
    return InputError(IN_FEATURE, feature=feature, code=code, reason=error, **place)
