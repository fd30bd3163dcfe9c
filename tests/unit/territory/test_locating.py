from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.counties.tenancy import new
from linli.database.context import county_context
from linli.lib.errors import InputError
from linli.territory import snapshots
from linli.territory.locating import epochs, locate, locate_point
from linli.territory.models import Area, AreaVersion, Layer, Level
from linli.territory.places import place_of
from tests.conftest import A, B
from tests.unit.territory.conftest import put


def test_a_point_is_in_the_deepest_area_that_holds_it(squares):
    place = locate_point(102.1, 25.15)
    assert place.area_id == squares["101201001"].pk
    assert place.village_id == squares["101201"].pk
    assert place.township_id == squares["101"].pk
    assert place.quality == "pinned"


def test_a_village_without_grids_is_the_answer_itself(squares):
    place = locate_point(102.3, 25.1)
    assert (place.area_id, place.village_id) == (squares["102201"].pk, squares["102201"].pk)


def test_on_a_border_the_smallest_code_decides(squares):
    assert locate_point(102.1, 25.1).area_id == squares["101201001"].pk


def test_a_phone_in_gcj02_is_moved_before_it_is_placed(squares):
    place = locate_point(102.2005, 25.05, crs="gcj02")
    assert place.area_id == squares["101201002"].pk
    assert place.longitude == pytest.approx(102.1990, abs=2e-4)
    assert locate_point(102.2005, 25.05).area_id == squares["102201"].pk


def test_just_outside_is_approximate_and_far_outside_is_not_ours(squares):
    near = locate(102.4005, 25.1)
    assert (near.quality, near.path[-1].id) == ("approximate", squares["102201"].pk)
    assert 40 < near.metres < 60
    far = locate_point(102.5, 25.1)
    assert (far.quality, far.area_id) == ("outside", None)


def test_outside_the_neighbour_is_named_when_the_county_keeps_its_neighbours(squares):
    layer = new(Layer, code="neighbours", name="neighbours")
    layer.save(force_insert=True)
    put("530129", "寻甸县", Level.COUNTY, None, (102.4, 25.0, 103.0, 26.0), layer=layer)
    assert locate_point(102.5, 25.1).neighbour == "寻甸县"
    assert locate_point(110.0, 30.0).neighbour == ""


def test_the_day_chooses_the_map(squares):
    other = squares["102201"]
    AreaVersion.objects.filter(area=other).update(valid_to=date(2020, 1, 1))
    put("530128102202", "新治安村", Level.VILLAGE, squares["102"], (102.2, 25.0, 102.4, 25.2),
        since=date(2020, 1, 1))  # fmt: skip
    assert locate_point(102.3, 25.1, on=date(2019, 12, 31)).area_id == other.pk
    new_place = locate_point(102.3, 25.1, on=date(2020, 1, 1))
    assert new_place.area_id != other.pk
    numbers = epochs("grid", [date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)])
    assert numbers[date(2019, 1, 1)] == numbers[date(2019, 12, 31)] != numbers[date(2020, 1, 1)]


def test_the_parent_is_the_one_of_that_day(squares):
    village = squares["101201"]
    AreaVersion.objects.filter(area=village).update(valid_to=date(2022, 1, 1))
    old = AreaVersion.objects.get(area=village)
    new(AreaVersion, area=village, parent=squares["102"], name="甲甸村",
        valid_from=date(2022, 1, 1), geometry=old.geometry).save(force_insert=True)  # fmt: skip
    snapshots.touch(Layer.objects.get(code="grid"))
    assert locate_point(102.1, 25.15, on=date(2021, 1, 1)).township_id == squares["101"].pk
    assert locate_point(102.1, 25.15, on=date(2023, 1, 1)).township_id == squares["102"].pk


def test_a_county_without_any_map_says_that_it_does_not_know(county):
    place = locate_point(102.1, 25.15)
    assert (place.area_id, place.quality, place.longitude) == (None, "", 102.1)


def test_a_chosen_area_fills_in_where_no_map_answers(county):
    root = Area.objects.get(level=Level.COUNTY)
    assert place_of(102.1, 25.15, "wgs84", root.pk).quality == "chosen"


@pytest.mark.parametrize(
    ("lon", "lat", "crs", "words"),
    [
        (25.1, 102.1, "wgs84", "exchanged"),
        (181.0, 25.0, "wgs84", "no longitude"),
        (float("nan"), 25.0, "wgs84", "no longitude"),
        (102.1, float("inf"), "wgs84", "no longitude"),
        (102.1, 25.1, "utm48", "utm48 is no coordinate system"),
    ],
)
def test_what_cannot_be_a_point_is_refused(squares, lon, lat, crs, words):
    with pytest.raises(InputError, match=words):
        locate_point(lon, lat, crs=crs)


def test_an_unknown_layer_is_refused_with_the_known_ones(squares):
    with pytest.raises(InputError, match=r"wards.*grid"):
        locate_point(102.1, 25.1, layer="wards")


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lon=st.floats(101.9, 102.5), lat=st.floats(24.9, 25.3))
def test_one_point_gives_a_path_from_the_county_down_or_nothing(squares, lon, lat):
    answer = locate(lon, lat)
    levels = [node.level for node in answer.path]
    assert levels == sorted(set(levels))
    assert bool(levels) == (answer.quality in {"inside", "approximate"})
    if levels:
        assert levels[:2] == [Level.COUNTY, Level.TOWNSHIP]


def test_asking_again_reads_nothing(county_committed, django_assert_num_queries):
    with county_context(A):
        locate_point(102.1, 25.15)
        with django_assert_num_queries(0):
            locate_point(102.12, 25.12)


def test_a_change_is_seen_at_once_where_it_was_committed(county_committed):
    with county_context(A):
        assert locate_point(102.25, 25.15).quality == "outside"
        layer = Layer.objects.get(code="grid")
        root = Area.objects.get(level=Level.COUNTY)
        put("530128103", "翠华镇", Level.TOWNSHIP, root, (102.2, 25.1, 102.3, 25.2), layer=layer)
    with county_context(A):
        assert locate_point(102.25, 25.15).quality == "pinned"


def test_what_was_rolled_back_is_never_seen(county_committed):
    with county_context(A):
        before = locate_point(102.1, 25.15).area_id
    with county_context(A):
        root = Area.objects.get(level=Level.COUNTY)
        put("530128000", "假镇", Level.GRID, root, (102.0, 25.1, 102.2, 25.2))
        assert locate_point(102.1, 25.15).area_id != before
        transaction.set_rollback(True)
    with county_context(A):
        assert locate_point(102.1, 25.15).area_id == before


def test_one_county_never_answers_with_the_areas_of_another(county_committed):
    with county_context(B):
        assert locate_point(102.1, 25.15).area_id is None


@pytest.fixture
def county_committed(committed):
    snapshots.forget()
    with county_context(A):
        root = Area.objects.get(level=Level.COUNTY)
        put("530128101", "茂山镇", Level.TOWNSHIP, root, (102.0, 25.1, 102.2, 25.2))
    yield A
    snapshots.forget()
