"""Published maps and points, against what the cities themselves say of the points."""

import csv
from collections import Counter
from datetime import date
from time import perf_counter

import numpy as np
import pytest
import shapely

from linli.access.actor import system
from linli.database.context import county_context
from linli.lib.coordinates import CoordinateSystem
from linli.territory import snapshots
from linli.territory.actions import Target, generate_grids, import_areas
from linli.territory.batches import Wanted, locate_file
from linli.territory.checking import check_map
from linli.territory.geometry.reading import read_areas, read_outline
from linli.territory.geometry.tiling import square_metres
from linli.territory.geometry.voronoi import NamedPoint
from linli.territory.models import Level
from linli.territory.queries import features, search
from linli.territory.snapshots import snapshot
from tests.conftest import B

pytestmark = pytest.mark.real_data
POINTS = "chicago/chicago_crimes_2018_156k.csv.gz"
REDRAWN = date(2019, 5, 20)  # the column of the points follows the old wards in 2018


def take(file, code, *, layer, name=None, first=None, until=None):
    reading = read_areas(file, code_field=code, name_field=name)
    target = Target(Level.GRID, layer, first, until, source=file.name, named=name is not None)
    return import_areas(reading.areas, target=target, by=system())


def shares(source, target, column, **wanted):
    """Rows by quality, and how many points inside agree with the city's own column."""
    counts = locate_file(source, target, Wanted("Longitude", "Latitude", **wanted))
    with target.open(encoding="utf-8") as file:
        rows = Counter(
            (row["quality"], row["area_code"] == row[column]) for row in csv.DictReader(file)
        )
    return counts, rows


def searching(words):
    begin = perf_counter()
    search(snapshot(), words)
    return perf_counter() - begin


@pytest.fixture
def chicago(county, shared_data):
    folder = shared_data / "chicago"
    take(folder / "wards_2015.geojson", "ward", layer="wards", first=REDRAWN)
    take(
        folder / "wards_2003_2015.geojson",
        "ward",
        layer="wards",
        first=date(2003, 1, 1),
        until=REDRAWN,
    )
    take(folder / "community_areas.geojson", "area_numbe", layer="areas", name="community")
    return shared_data


def test_points_of_2018_agree_with_the_wards_of_their_day(chicago, tmp_path):
    source, target = chicago / POINTS, tmp_path / "wards.csv"
    counts, rows = shares(source, target, "Ward", date_field="Date", layer="wards")
    assert counts.rows == 156_385
    assert rows["inside", True] == 149_218  # 95.41%
    counts, rows = shares(source, target, "Ward", on=date(2020, 1, 1), layer="wards")
    assert 0.7474 <= rows["inside", True] / counts.rows < 0.7475


def test_points_agree_with_the_community_areas(chicago, tmp_path):
    source, target = chicago / POINTS, tmp_path / "areas.csv"
    counts, rows = shares(source, target, "CommunityArea", date_field="Date", layer="areas")
    assert rows["inside", True] == 152_197  # 97.32%
    assert counts.by_quality["approximate"] + counts.by_quality["outside"] == 437
    assert snapshot("areas").by_code["35"].name == "DOUGLAS"


def test_the_boundary_of_luquan_in_gcj02_becomes_the_published_one(county, shared_data):
    folder = shared_data / "luquan/boundaries"
    ours = read_outline(folder / "luquan_530128_gcj02.geojson", system=CoordinateSystem.GCJ02)
    derived = read_outline(
        folder / "luquan_530128_wgs84_derived.geojson", system=CoordinateSystem.WGS84
    )
    assert shapely.hausdorff_distance(ours, derived) < 2e-6  # of a degree: the last decimal
    assert square_metres(ours) == pytest.approx(square_metres(derived), rel=1e-6)


def test_2200_grids_of_luquan_are_made_quickly_and_tile_without_gap(county, shared_data):
    file = shared_data / "luquan/boundaries/luquan_530128_gcj02.geojson"
    boundary = read_outline(file, system=CoordinateSystem.GCJ02)
    west, south, east, north = boundary.bounds
    places = np.random.default_rng(530128).uniform((west, south), (east, north), (6_000, 2))
    inside = places[shapely.intersects_xy(boundary, places[:, 0], places[:, 1])][:2_200]
    points = [
        NamedPoint(f"g{number:04}", f"第{number}网格", float(lon), float(lat))
        for number, (lon, lat) in enumerate(inside)
    ]
    begin = perf_counter()
    plan = generate_grids(points, boundary, target=Target(Level.GRID), by=system())
    assert plan.new == 2_200
    assert perf_counter() - begin < 20  # about 3 s alone; the machine may be busy
    found = check_map(snapshot())
    assert found.bounded
    assert found.tiling.tiles
    assert found.tiling.sliver_square_metres < 1
    assert len(features(snapshot(), Level.GRID).encode()) < 1_500_000
    assert len(search(snapshot(), "di100wangge")) == 1
    assert min(searching("di1") for _ in range(5)) < 0.1  # 2 ms alone


def test_bostons_neighbourhoods_are_the_grids_of_another_county(db, shared_data):
    snapshots.forget()
    with county_context(B):
        reading = read_areas(
            shared_data / "boston311/neighborhoods.geojson", code_field="Name", name_field="Name"
        )
        plan = import_areas(reading.areas, target=Target(Level.GRID), by=system())
        assert (plan.new, plan.parents) == (26, {"county": 26})
        then = snapshot()
        assert {then.parent_of(n) for n in then.nodes.values() if n.level} == {then.root.id}
        assert search(then, "jamaica")[0].node.name == "Jamaica Plain"
