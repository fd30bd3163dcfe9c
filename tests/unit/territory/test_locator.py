import csv
import gzip
import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from linli.territory.geometry.locator import Locator
from linli.territory.geometry.shapes import AreaShape
from linli.territory.geometry.voronoi import NamedPoint, voronoi_cells

BOX = shapely.box(102.0, 25.0, 103.0, 26.0)


def grids(number, seed=1, boundary=BOX):
    west, south, east, north = boundary.bounds
    places = np.random.default_rng(seed).uniform((west, south), (east, north), (number * 3, 2))
    inside = shapely.intersects_xy(boundary, *places.T)
    return voronoi_cells(
        [
            NamedPoint(f"{n:04}", f"grid {n}", float(x), float(y))
            for n, (x, y) in enumerate(places[inside][:number])
        ],
        boundary,
    )


def naive(areas, lons, lats):
    """The smallest code of the areas that GEOS says the point touches."""
    ordered = sorted(areas, key=lambda area: area.code)
    tree = shapely.STRtree([area.geometry for area in ordered])
    which, found = tree.query(shapely.points(lons, lats), predicate="intersects")
    answer = np.full(len(lons), len(ordered))
    np.minimum.at(answer, which, found)
    return np.where(answer == len(ordered), -1, answer)


def test_a_hundred_thousand_points_fall_where_geos_says():
    areas = grids(300)
    lons, lats = np.random.default_rng(2).uniform((101.9, 24.9), (103.1, 26.1), (100_000, 2)).T
    assert np.array_equal(Locator.build(areas).locate(lons, lats), naive(areas, lons, lats))


def test_every_vertex_on_a_border_goes_to_the_smallest_code_that_touches_it():
    areas = grids(200)
    lons, lats = shapely.get_coordinates([area.geometry for area in areas]).T
    assert np.array_equal(Locator.build(areas).locate(lons, lats), naive(areas, lons, lats))


coordinate = st.integers(0, 12).map(lambda n: n / 4)
boxes = st.lists(
    st.tuples(coordinate, coordinate, st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=8
)


@settings(deadline=None, max_examples=25)
@given(boxes, st.integers(0, 2**32 - 1))
def test_overlapping_areas_with_edges_on_cell_sides_agree_with_geos(corners, seed):
    areas = [
        AreaShape(f"{n:02}", "", shapely.box(x, y, x + w / 4, y + h / 4))
        for n, (x, y, w, h) in enumerate(corners)
    ]
    points = np.random.default_rng(seed).integers(-8, 40, (2000, 2)) / 8
    lons, lats = points.T
    assert np.array_equal(Locator.build(areas).locate(lons, lats), naive(areas, lons, lats))


def test_a_border_between_two_areas_belongs_to_the_smaller_code_in_either_order():
    west = AreaShape("530128001002", "west", shapely.box(0, 0, 1, 1))
    east = AreaShape("530128001001", "east", shapely.box(1, 0, 2, 1))
    for areas in ([west, east], [east, west]):
        locator = Locator.build(areas)
        (index,) = locator.locate([1.0], [0.5])
        assert locator.codes[index] == "530128001001"


def test_holes_points_far_away_and_missing_numbers_are_nowhere():
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    locator = Locator.build([AreaShape("a", "", ring)])
    lons = [1.5, np.nan, 0.5, np.inf, -np.inf, 1e300, 3.0, 3.0000001]
    lats = [1.5, 0.5, np.nan, 0.5, 0.5, 0.5, 3.0, 3.0]
    assert locator.locate(lons, lats).tolist() == [-1, -1, -1, -1, -1, -1, 0, -1]
    assert locator.locate([], []).tolist() == []


def test_a_point_just_outside_is_placed_approximately_with_its_distance():
    locator = Locator.build(
        [
            AreaShape("1", "", shapely.box(102.0, 25.0, 102.1, 25.1)),
            AreaShape("2", "", shapely.box(102.0, 25.11, 102.1, 25.2)),
        ]
    )
    placed = locator.place(102.05, 25.1005)
    assert (placed.index, placed.approximate) == (0, True)
    assert placed.metres == pytest.approx(55.4, abs=0.5)  # half a thousandth of a degree
    assert locator.place(102.05, 25.1005, tolerance=50).index == -1
    assert locator.place(102.1009, 25.05).metres == pytest.approx(90.8, abs=0.9)
    inside = locator.place(102.05, 25.05)
    assert (inside.index, inside.approximate, inside.metres) == (0, False, 0.0)
    far = locator.place(102.05, 25.105, tolerance=1000)
    assert far.index == 0  # equally near to both, to the millimetre: the smaller code
    assert locator.place(np.nan, 25.0).index == -1


def test_a_locator_survives_being_stored():
    areas = grids(50)
    locator = Locator.build(areas)
    again = Locator.from_bytes(locator.to_bytes())
    lons, lats = np.random.default_rng(3).uniform((102, 25), (103, 26), (5000, 2)).T
    assert np.array_equal(again.locate(lons, lats), locator.locate(lons, lats))
    assert again.codes == locator.codes
    assert again.names == locator.names
    assert again.place(101.9999, 25.5) == locator.place(101.9999, 25.5)


def test_an_area_in_several_parts_holds_the_points_of_all_of_them():
    parts = shapely.union_all([shapely.box(n, 0, n + 0.5, 1) for n in range(5)])
    areas = [AreaShape("b", "", parts), AreaShape("a", "", shapely.box(0.5, 0, 1, 1))]
    lons, lats = np.random.default_rng(4).uniform((-1, -1), (6, 2), (20_000, 2)).T
    assert np.array_equal(Locator.build(areas).locate(lons, lats), naive(areas, lons, lats))


def test_what_cannot_be_located_is_refused():
    with pytest.raises(ValueError, match="at least one area"):
        Locator.build([])
    with pytest.raises(ValueError, match="one length"):
        Locator.build(grids(3)).locate([1.0], [1.0, 2.0])


@pytest.mark.real_data
def test_the_published_point_in_polygon_vectors_hold(shared_data):
    for vector in json.loads((shared_data / "oracles/geo/pip_unit_vectors.json").read_text()):
        outline, *holes = vector["polygon"]
        locator = Locator.build([AreaShape("a", "", shapely.Polygon(outline, holes))])
        lon, lat = vector["point"]
        inside = locator.locate([lon], [lat])[0] == 0
        assert inside == (vector["expected"] != "outside"), vector["name"]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "field", "column", "agreeing"),
    [
        ("community_areas", "area_numbe", "CommunityArea", 152_197),
        ("wards_2003_2015", "ward", "Ward", None),
        ("wards_2015", "ward", "Ward", None),
    ],
)
def test_chicago_points_agree_with_the_city_as_published(
    shared_data, file, field, column, agreeing
):
    percent = {"community_areas": 97.32, "wards_2003_2015": 95.41, "wards_2015": 74.74}[file]
    collection = json.loads((shared_data / f"chicago/{file}.geojson").read_text())
    areas = [
        AreaShape(f["properties"][field], "", shapely.make_valid(shape(f["geometry"])))
        for f in collection["features"]
    ]
    with gzip.open(shared_data / "chicago/chicago_crimes_2018_156k.csv.gz", "rt") as stream:
        rows = list(csv.DictReader(stream))
    locator = Locator.build(areas)
    found = locator.locate(
        [float(row["Longitude"]) for row in rows], [float(row["Latitude"]) for row in rows]
    )
    codes = [*locator.codes, ""]
    agree = sum(codes[i] == row[column] for i, row in zip(found, rows, strict=True))
    assert len(rows) == 156_385
    assert 100 * agree / len(rows) == pytest.approx(percent, abs=0.01)
    assert agreeing in {None, agree}
