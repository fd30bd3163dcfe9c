"""Chinese coordinate systems to and from WGS-84, for single points and whole arrays.

GCJ-02 has no published definition; the formula is the one in common use, checked against
published pairs. CGCS2000 differs from WGS-84 by centimetres, far below what places a point
in a grid, so it is read as WGS-84. Longitude always comes before latitude, in degrees.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

SEMI_MAJOR_AXIS = 6378245.0  # Krasovsky 1940, as the offset formula has it
ECCENTRICITY_SQUARED = 0.00669342162296594323
BD_ANGLE = np.pi * 3000.0 / 180.0
# The offset exists only in this box: the rough outline in common use.
CHINA_WEST, CHINA_SOUTH, CHINA_EAST, CHINA_NORTH = 72.004, 0.8293, 137.8347, 55.8271
INVERSE_ROUNDS = 8  # each round gains two digits or more; the rest is rounding


class CoordinateSystem(StrEnum):
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    CGCS2000 = "cgcs2000"


def in_china_box(lons: FloatArray, lats: FloatArray) -> NDArray[np.bool_]:
    """Where GCJ-02 differs from WGS-84: a box around China, not its border."""
    inside: NDArray[np.bool_] = (
        (lons >= CHINA_WEST) & (lons <= CHINA_EAST) & (lats >= CHINA_SOUTH) & (lats <= CHINA_NORTH)
    )
    return inside


def wgs84_to_gcj02(lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Degrees in, degrees out; points outside the China box are unchanged."""
    lon, lat = _arrays(lons, lats)
    x, y = lon - 105.0, lat - 35.0
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + _waves(y, 20.0, 40.0, 160.0, 320.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + _waves(x, 20.0, 40.0, 150.0, 300.0)) * 2.0 / 3.0
    latitude = np.radians(lat)
    magic = 1.0 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian = SEMI_MAJOR_AXIS * (1.0 - ECCENTRICITY_SQUARED) / (magic * np.sqrt(magic))
    parallel = SEMI_MAJOR_AXIS / np.sqrt(magic) * np.cos(latitude)
    inside = in_china_box(lon, lat)
    return (
        np.where(inside, lon + np.degrees(east / parallel), lon),
        np.where(inside, lat + np.degrees(north / meridian), lat),
    )


def _waves(v: FloatArray, first: float, second: float, third: float, fourth: float) -> FloatArray:
    waves: FloatArray = (
        first * np.sin(v * np.pi)
        + second * np.sin(v / 3.0 * np.pi)
        + third * np.sin(v / 12.0 * np.pi)
        + fourth * np.sin(v * np.pi / 30.0)
    )
    return waves


def gcj02_to_bd09(lons: ArrayLike, lats: ArrayLike) -> Pair:
    lon, lat = _arrays(lons, lats)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_ANGLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_ANGLE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def gcj02_to_wgs84(lons: ArrayLike, lats: ArrayLike) -> Pair:
    """The inverse of wgs84_to_gcj02 by iteration, within a millimetre."""
    lon, lat = _arrays(lons, lats)
    found_lon, found_lat = _invert(wgs84_to_gcj02, lon, lat)
    inside = in_china_box(lon, lat)
    return np.where(inside, found_lon, lon), np.where(inside, found_lat, lat)


def bd09_to_gcj02(lons: ArrayLike, lats: ArrayLike) -> Pair:
    """The inverse of gcj02_to_bd09 by iteration, within a millimetre."""
    return _invert(gcj02_to_bd09, *_arrays(lons, lats))


def _invert(
    forward: Callable[[ArrayLike, ArrayLike], Pair], lon: FloatArray, lat: FloatArray
) -> Pair:
    guess_lon, guess_lat = lon, lat
    for _ in range(INVERSE_ROUNDS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + (lon - there_lon), guess_lat + (lat - there_lat)
    return guess_lon, guess_lat


def to_wgs84(lons: ArrayLike, lats: ArrayLike, system: CoordinateSystem) -> Pair:
    """Degrees of `system` to degrees of WGS-84, any shape, NaN stays NaN."""
    if system is CoordinateSystem.BD09:
        return gcj02_to_wgs84(*bd09_to_gcj02(lons, lats))
    if system is CoordinateSystem.GCJ02:
        return gcj02_to_wgs84(lons, lats)
    return _arrays(lons, lats)


def point_to_wgs84(lon: float, lat: float, system: CoordinateSystem) -> tuple[float, float]:
    lons, lats = to_wgs84(lon, lat, system)
    return float(lons), float(lats)


def _arrays(lons: ArrayLike, lats: ArrayLike) -> Pair:
    return np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
