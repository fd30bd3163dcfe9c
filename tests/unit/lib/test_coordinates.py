import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.coordinates import (
    CoordinateSystem,
    bd09_to_gcj02,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    point_to_wgs84,
    to_wgs84,
    wgs84_to_gcj02,
)
from linli.lib.coordinates_declared import declared_system, looks_like_gcj02

MILLIMETRE = 1e-8  # degrees: 1.1 mm
METRE = 1e-5
SHARED = Path(os.environ.get("LINLI_SHARED_DATA", Path(__file__).parents[4] / "shared/data"))
china = st.tuples(st.floats(73.0, 135.0), st.floats(3.0, 54.0))


def oracle(name: str) -> dict[str, np.ndarray]:
    path = SHARED / "oracles/coord" / name
    if not path.exists():
        pytest.skip("the shared data folder with the published pairs is absent")
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    numeric = [key for key in rows[0] if "_l" in key]
    return {key: np.array([float(row[key]) for row in rows]) for key in numeric}


@pytest.mark.real_data
def test_three_published_vectors_agree_to_the_last_digit():
    v = oracle("eviltransform_vectors.csv")
    lon, lat = wgs84_to_gcj02(v["wgs_lon"], v["wgs_lat"])
    assert np.abs(lon - v["gcj_lon"]).max() < 1e-10
    assert np.abs(lat - v["gcj_lat"]).max() < 1e-10


@pytest.mark.real_data
@pytest.mark.parametrize("system", [CoordinateSystem.GCJ02, CoordinateSystem.BD09])
def test_664_cities_converted_by_web_maps_agree_within_a_metre_both_ways(system):
    # The services add a constant of about 0.47 m east and north to the published formula.
    v = oracle("gcoord_china_cities.csv")
    assert len(v["wgs84_lon"]) == 664
    lon, lat = wgs84_to_gcj02(v["wgs84_lon"], v["wgs84_lat"])
    if system is CoordinateSystem.BD09:
        lon, lat = gcj02_to_bd09(lon, lat)
    assert np.abs(lon - v[f"{system}_lon"]).max() < METRE
    assert np.abs(lat - v[f"{system}_lat"]).max() < METRE
    lon, lat = to_wgs84(v[f"{system}_lon"], v[f"{system}_lat"], system)
    assert np.abs(lon - v["wgs84_lon"]).max() < METRE
    assert np.abs(lat - v["wgs84_lat"]).max() < METRE


@given(china)
def test_gcj02_and_back_is_within_a_millimetre(point):
    lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02(*point))
    assert abs(lon - point[0]) < MILLIMETRE
    assert abs(lat - point[1]) < MILLIMETRE


@given(china)
def test_bd09_and_back_is_within_a_millimetre(point):
    lon, lat = bd09_to_gcj02(*gcj02_to_bd09(*point))
    assert abs(lon - point[0]) < MILLIMETRE
    assert abs(lat - point[1]) < MILLIMETRE


@given(st.lists(china, min_size=1, max_size=20))
def test_an_array_gives_what_its_points_give_one_by_one(points):
    lons, lats = np.array(points).T
    many = to_wgs84(lons, lats, CoordinateSystem.BD09)
    single = [point_to_wgs84(lon, lat, CoordinateSystem.BD09) for lon, lat in points]
    assert np.allclose(np.array(many).T, single, rtol=0, atol=1e-12)


def test_a_point_outside_china_is_not_shifted():
    chicago = (-87.6298, 41.8781)
    assert wgs84_to_gcj02(*chicago) == chicago
    assert point_to_wgs84(*chicago, CoordinateSystem.GCJ02) == chicago


def test_the_shift_in_luquan_is_about_350_metres():
    lon, lat = wgs84_to_gcj02(102.46905, 25.556533)
    assert lon - 102.46905 == pytest.approx(0.00149, abs=5e-5)
    assert lat - 25.556533 == pytest.approx(-0.00291, abs=5e-5)


def test_cgcs2000_is_read_as_wgs84():
    assert point_to_wgs84(102.5, 25.9, CoordinateSystem.CGCS2000) == (102.5, 25.9)


def test_a_missing_number_stays_missing():
    lons, lats = to_wgs84([np.nan, 102.5], [25.9, np.nan], CoordinateSystem.GCJ02)
    assert np.isnan(lons[0])
    assert np.isnan(lats[1])


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("EPSG:4326", CoordinateSystem.WGS84),
        ("epsg:4490", CoordinateSystem.CGCS2000),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", CoordinateSystem.WGS84),
        ("urn:ogc:def:crs:EPSG::4490", CoordinateSystem.CGCS2000),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", CoordinateSystem.CGCS2000),
        ('GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984"', CoordinateSystem.WGS84),
        ('GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000"', "cgcs2000"),
        ("EPSG:4547", None),
        ('PROJCS["CGCS2000_3_Degree_GK_CM_102E",GEOGCS["GCS_China_2000"', None),
        ("", None),
        (None, None),
    ],
)
def test_the_declared_system_is_understood(text, system):
    assert declared_system(text) == system


def test_the_fields_of_a_web_map_hint_at_gcj02():
    assert looks_like_gcj02(["adcode", "name", "childrenNum"])
    assert not looks_like_gcj02(["code", "name"])
