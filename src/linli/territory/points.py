"""Points to make grids from: a csv with columns for place, name and code, or GeoJSON points."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from linli.lib.coordinates import CoordinateSystem, to_wgs84
from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables import Column, Row, read_table
from linli.territory.enums import DivisionLevel
from linli.territory.geometry.shapes import MAX_CODE, MAX_NAME
from linli.territory.geometry.voronoi import NamedPoint
from linli.territory.rules import LENGTH_OF_LEVEL, is_official

MAX_BYTES = 20_000_000
VILLAGE = LENGTH_OF_LEVEL[DivisionLevel.VILLAGE]
COLUMNS = (
    Column("lon", ("lon", "lng", "longitude", "x", "经度")),
    Column("lat", ("lat", "latitude", "y", "纬度")),
    Column("code", ("code", "id", "代码", "编码", "区划代码", "geonameid"), required=False),
    Column("name", ("name", "名称", "村名称", "村名"), required=False),
)
CODE_KEYS, NAME_KEYS = ("code", "id", "代码", "编码"), ("name", "名称", "村名")

NO_FILE = gettext_noop("%(file)s does not exist or is not a file.")
TOO_LARGE = gettext_noop("%(file)s has %(size)d bytes; at most %(limit)d are read.")
NOT_JSON = gettext_noop("%(file)s is not GeoJSON: %(reason)s")
NOT_POINT = gettext_noop("Feature %(feature)d is a %(kind)s; points are wanted.")
BAD_NUMBER = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s” is not a number.")
OUT_OF_RANGE = gettext_noop("%(place)s: %(lon)s, %(lat)s is no longitude and latitude in degrees.")
TOO_LONG = gettext_noop("%(place)s: the code or name is too long.")
CODE_TWICE = gettext_noop("%(place)s: the code %(code)s stands already at %(first)s.")


def read_points(path: Path, system: CoordinateSystem = CoordinateSystem.WGS84) -> list[NamedPoint]:
    """The points in WGS-84; those without a code are numbered G0001 and so on.

    Each code stands once, but for a village's 12 digits, which all of its points may carry.

    Raises InputError with what is wrong and where.
    """
    if not path.is_file():
        raise InputError(NO_FILE, file=path.name)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise InputError(TOO_LARGE, file=path.name, size=size, limit=MAX_BYTES)
    content = path.read_bytes()
    is_json = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    found = list(_features(content, path.name) if is_json else _rows(content, path.name))
    _check(found)
    lons, lats = to_wgs84([p.lon for _, p in found], [p.lat for _, p in found], system)
    return [
        NamedPoint(p.code or f"G{n:04}", p.name or p.code or f"G{n:04}", float(lon), float(lat))
        for n, ((_, p), lon, lat) in enumerate(zip(found, lons, lats, strict=True), start=1)
    ]


def _rows(content: bytes, file: str) -> Iterator[tuple[str, NamedPoint]]:
    for row in read_table(content, COLUMNS, name=file).rows:
        lon, lat = _number(row, "lon"), _number(row, "lat")
        place = f"{row.sheet} {row.number}".strip()
        yield place, NamedPoint(row.text("code"), row.text("name"), lon, lat)


def _number(row: Row, name: str) -> float:
    value = row.text(name, required=True)
    try:
        return float(value)
    except ValueError as error:
        raise row.error(BAD_NUMBER, name, value=value) from error


def _features(content: bytes, file: str) -> Iterator[tuple[str, NamedPoint]]:
    try:
        features = json.loads(content.decode("utf-8-sig"))["features"]
    except (ValueError, KeyError, RecursionError) as error:
        raise InputError(NOT_JSON, file=file, reason=str(error)) from error
    for number, feature in enumerate(features, start=1):
        geometry = feature.get("geometry") or {}
        if geometry.get("type") != "Point":
            raise InputError(NOT_POINT, feature=number, kind=geometry.get("type") or "-")
        try:
            lon, lat = (float(value) for value in geometry["coordinates"][:2])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(NOT_POINT, feature=number, kind="Point?") from error
        fields = feature.get("properties") or {}
        yield str(number), NamedPoint(_of(fields, CODE_KEYS), _of(fields, NAME_KEYS), lon, lat)


def _of(fields: dict[str, Any], keys: tuple[str, ...]) -> str:
    value = next((fields[key] for key in keys if fields.get(key) is not None), "")
    return str(value).strip()


def _check(found: list[tuple[str, NamedPoint]]) -> None:
    seen: dict[str, str] = {}
    for place, point in found:
        inside = abs(point.lon) <= 180 and abs(point.lat) <= 90
        if not (np.isfinite(point.lon) and np.isfinite(point.lat) and inside):
            raise InputError(OUT_OF_RANGE, place=place, lon=point.lon, lat=point.lat)
        if len(point.code) > MAX_CODE or len(point.name) > MAX_NAME:
            raise InputError(TOO_LONG, place=place)
        if is_official(point.code) and len(point.code) == VILLAGE:
            continue
        if point.code and seen.setdefault(point.code, place) != place:
            raise InputError(CODE_TWICE, place=place, code=point.code, first=seen[point.code])
