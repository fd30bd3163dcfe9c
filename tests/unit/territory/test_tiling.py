import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import shape

from linli.lib.errors import InputError
from linli.territory.geometry.shapes import AreaShape
from linli.territory.geometry.tiling import FlawKind, square_metres, tiling
from linli.territory.geometry.voronoi import NamedPoint, voronoi_cells

BOX = shapely.box(102.0, 25.0, 103.0, 26.0)


def points_inside(boundary, number, seed=1):
    west, south, east, north = boundary.bounds
    places = np.random.default_rng(seed).uniform((west, south), (east, north), (number * 6 + 60, 2))
    inside = places[shapely.intersects_xy(boundary, *places.T)][:number]
    return [
        NamedPoint(f"{n:04}", f"grid {n}", float(x), float(y)) for n, (x, y) in enumerate(inside)
    ]


def squares(*corners, side=0.01):
    return [
        AreaShape(f"{n}", "", shapely.box(x, y, x + side, y + side))
        for n, (x, y) in enumerate(corners)
    ]


@pytest.mark.parametrize("south", [-40.0, 0.0, 25.5, 60.0])
def test_the_area_is_that_of_an_equal_area_projection(south):
    star = [(0, 0), (1, 0.1), (0.6, 0.5), (0.9, 1), (0.3, 0.7), (0.1, 0.9)]
    hole = [(0.3, 0.3), (0.5, 0.3), (0.4, 0.5)]
    shape = shapely.transform(
        shapely.Polygon(star, [hole]), lambda xy: xy + np.array([102.0, south])
    )
    to_flat = Transformer.from_crs(4326, 6933, always_xy=True).transform
    fine = shapely.segmentize(shape, 0.0005)
    flat = shapely.transform(fine, lambda xy: np.column_stack(to_flat(*xy.T)))
    assert square_metres(shape) == pytest.approx(flat.area, rel=1e-8)
    assert square_metres(shapely.reverse(shape)) == pytest.approx(flat.area, rel=1e-8)


def test_a_piece_without_width_has_no_area_however_long_it_is():
    split = shapely.Polygon([(102, 25), (103, 26), (102.5, 25.5)])
    assert square_metres(split) == pytest.approx(0, abs=1e-3)


def test_squares_side_by_side_tile_their_box():
    report = tiling(squares((102, 25), (102.01, 25)), shapely.box(102, 25, 102.02, 25.01))
    assert report.tiles
    assert report.boundary_square_metres == pytest.approx(2.243e6, rel=0.01)


def test_a_gap_an_overlap_and_a_spill_are_measured_and_placed():
    areas = squares((102, 25), (102.009, 25), (102.02, 25))
    report = tiling(areas, shapely.box(102, 25, 102.029, 25.01))
    sizes = {flaw.kind: (flaw.codes, flaw.square_metres) for flaw in report.flaws}
    expected = square_metres(shapely.box(102, 25, 102.001, 25.01))
    assert sizes[FlawKind.GAP] == (("1", "2"), pytest.approx(expected, rel=1e-4))
    assert sizes[FlawKind.OVERLAP] == (("0", "1"), pytest.approx(expected, rel=1e-4))
    assert sizes[FlawKind.SPILL] == (("2",), pytest.approx(expected, rel=1e-4))
    (gap,) = [flaw for flaw in report.flaws if flaw.kind is FlawKind.GAP]
    assert 102.019 < gap.lon < 102.02
    assert 25.0 < gap.lat < 25.01
    assert report.count(FlawKind.GAP) == 1
    assert report.total(FlawKind.OVERLAP) == pytest.approx(expected, rel=1e-4)


def test_pieces_below_the_sliver_limit_are_counted_but_not_listed():
    areas = [
        AreaShape("a", "", shapely.box(102, 25, 102.009999995, 25.01)),
        AreaShape("b", "", shapely.box(102.01, 25, 102.02, 25.01)),
    ]
    report = tiling(areas, shapely.box(102, 25, 102.02, 25.01))
    assert report.tiles
    assert report.slivers == 1
    assert report.sliver_square_metres == pytest.approx(0.56, abs=0.01)
    assert not tiling(areas, shapely.box(102, 25, 102.02, 25.01), sliver=0.0).tiles


def test_a_long_strip_as_narrow_as_the_last_decimal_is_a_sliver_and_a_wider_one_is_a_gap():
    def flaws(east):
        area = AreaShape("a", "", shapely.box(102, 25, 102.0 + east, 25.5))
        return tiling([area], shapely.box(102, 25, 102.1, 25.5))

    assert flaws(0.099999).tiles
    assert flaws(0.099999).sliver_square_metres > 5_000
    assert flaws(0.099997).count(FlawKind.GAP) == 1


def test_without_a_boundary_a_hole_between_areas_is_a_gap():
    frame = shapely.box(102, 25, 102.03, 25.03).difference(
        shapely.box(102.01, 25.01, 102.02, 25.02)
    )
    report = tiling([AreaShape("a", "", frame)], None)
    assert [(flaw.kind, flaw.codes) for flaw in report.flaws] == [(FlawKind.GAP, ("a",))]


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_voronoi_cells_tile_any_boundary_with_holes_and_parts(number, seed):
    star = shapely.polygons(
        [(102, 25), (102.5, 25.4), (103, 25), (102.7, 25.5), (103, 26), (102, 26)]
    )
    boundary = shapely.union_all(
        [
            star.difference(shapely.box(102.4, 25.6, 102.6, 25.8)),
            shapely.box(103.1, 25, 103.3, 25.2),
        ]
    )
    points = points_inside(boundary, number, seed)
    cells = voronoi_cells(points, boundary)
    shapes = np.array([cell.geometry for cell in cells])
    assert [cell.code for cell in cells] == [point.code for point in points]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).symmetric_difference(boundary).area < 1e-12
    assert all(shapely.intersects_xy(shapes, [p.lon for p in points], [p.lat for p in points]))


def test_each_point_of_a_cell_is_nearest_to_its_own_village():
    points = points_inside(BOX, 60)
    scale = np.array([np.cos(np.radians(25.5)), 1.0])
    places = np.array([(p.lon, p.lat) for p in points]) * scale
    cells = voronoi_cells(points, BOX)
    for lon, lat in np.random.default_rng(5).uniform((102, 25), (103, 26), (300, 2)):
        nearest = int(np.argmin(((places - np.array([lon, lat]) * scale) ** 2).sum(axis=1)))
        assert cells[nearest].geometry.distance(shapely.Point(lon, lat)) < 1e-9


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "no point to make a grid from"),
        ([NamedPoint(c, "", 102.5, 25.5) for c in "ab"], "a and b lie at the same place, 102.5"),
        ([NamedPoint("a", "甲村", 104, 25.5)], "a 甲村 at 104.000000, 25.500000 lies outside"),
    ],
)  # fmt: skip
def test_points_that_make_no_cells_are_refused_with_their_codes(points, message):
    with pytest.raises(InputError, match=message):
        voronoi_cells(points, BOX)


@pytest.mark.real_data
def test_2200_grids_of_luquan_tile_the_county_without_gap(shared_data):
    path = shared_data / "luquan/boundaries/luquan_530128_wgs84_derived.geojson"
    county = shape(json.loads(path.read_text())["features"][0]["geometry"])
    cells = voronoi_cells(points_inside(county, 2_200), county)
    report = tiling(cells, county, sliver=0.01)
    assert len(cells) == 2_200
    assert report.flaws == ()
    assert report.sliver_square_metres < 0.01
    assert shapely.coverage_is_valid(np.array([cell.geometry for cell in cells]))
    assert report.boundary_square_metres == pytest.approx(4.23e9, rel=0.01)


@pytest.mark.real_data
def test_the_neighbours_of_luquan_overlap_it_as_published(shared_data):
    path = shared_data / "luquan/boundaries/luquan_and_neighbours_wgs84_derived.geojson"
    features = json.loads(path.read_text())["features"]
    areas = [AreaShape(str(f["properties"]["adcode"]), "", shape(f["geometry"])) for f in features]
    flaws = tiling(areas, None).flaws
    for neighbour in ("532329", "513425"):  # the published figure is that of either
        pieces = [f for f in flaws if f.kind is FlawKind.OVERLAP and neighbour in f.codes]
        with_luquan = sum(f.geometry.area for f in pieces if "530128" in f.codes)
        assert with_luquan == pytest.approx(1.8e-5, rel=0.05)
