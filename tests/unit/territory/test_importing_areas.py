import re
from datetime import date, timedelta

import pytest
import shapely
from django.utils import timezone

from linli.access.actor import system
from linli.audit.models import AuditEvent
from linli.flows.territory import Coverage, coverage
from linli.lib.errors import InputError
from linli.territory.actions import (
    Target,
    generate_grids,
    import_areas,
    plan_areas,
    replace_geometry,
)
from linli.territory.geometry.reading import read_areas
from linli.territory.geometry.shapes import AreaShape
from linli.territory.geometry.voronoi import NamedPoint
from linli.territory.locating import locate_point
from linli.territory.models import Area, AreaVersion, Layer, Level
from linli.territory.snapshots import snapshot
from tests.conftest import A

EAST = (102.2, 25.0, 102.4, 25.2)
GRID = Target(Level.GRID, source="grids.geojson")


def shape(code, box=EAST, name="东网格"):
    return AreaShape(code, name, shapely.box(*box))


def take(*shapes, target=GRID):
    return import_areas(shapes, target=target, by=system())


def versions(code):
    rows = AreaVersion.objects.filter(area__code=code).order_by("valid_from")
    return [(row.valid_from, row.valid_to, row.geometry is not None) for row in rows]


def test_an_official_code_hangs_under_the_village_it_begins_with(squares):
    assert take(shape("530128102201001")).parents == {"code": 1}
    made = Area.objects.get(code="530128102201001")
    assert made.parent_id == squares["102201"].pk
    assert (made.township_id, made.village_id) == (squares["102"].pk, squares["102201"].pk)
    assert made.standard_code == "530128102201001"
    assert made.valid_from == date(2016, 12, 31)  # as long as its village


def test_an_own_code_hangs_where_it_lies_else_under_the_county(squares):
    plan = take(shape("east-1"), shape("far", (103, 26, 103.1, 26.1)))
    assert plan.parents == {"inside": 1, "county": 1}
    assert Area.objects.get(code="east-1").parent_id == squares["102201"].pk
    assert Area.objects.get(code="far").parent_id == squares["root"].pk
    assert Area.objects.get(code="east-1").standard_code == ""


@pytest.mark.parametrize(
    ("level", "code", "words"),
    [
        (Level.GRID, "530128109201001", "530128109201, which is not known"),
        (Level.GRID, "530129101201001", "does not begin"),
        (Level.TOWNSHIP, "530128799", "none of a township"),
        (Level.TOWNSHIP, "north", "not an official code"),
        (Level.VILLAGE, "530128101", "a code here has 12"),
        (Level.VILLAGE, "530128101201001", "a code here has 12"),
        (7, "x", "no level"),
    ],
)
def test_a_code_of_another_place_or_level_is_refused(squares, level, code, words):
    before = AreaVersion.objects.count()
    with pytest.raises(InputError, match=words):
        take(shape(code), target=Target(level))
    assert AreaVersion.objects.count() == before


def test_a_code_that_stands_on_another_level_is_refused(squares):
    take(shape("east-1"))
    plan = plan_areas([shape("east-1")], target=Target(Level.VILLAGE, "grid"))
    assert len(plan.faults) == 1


def test_drawing_a_known_village_keeps_its_name_and_days(squares):
    before = versions("530128101201")
    plan = take(
        shape("530128101201", (102.0, 25.0, 102.19, 25.2), name="别名"),
        target=Target(Level.VILLAGE, named=False),
    )
    assert (plan.new, plan.changed) == (0, 1)
    assert plan.stay == ["530128102201"]
    assert versions("530128101201") == before
    assert Area.objects.get(code="530128101201").name == "甲甸村"


def test_the_same_map_again_changes_nothing(squares):
    take(shape("east-1"))
    revision = Layer.objects.get(governing=True).revision
    plan = plan_areas([shape("east-1")], target=GRID)
    assert (plan.new, plan.changed, plan.unchanged) == (0, 0, 1)
    assert Layer.objects.get(governing=True).revision == revision


def test_a_new_border_holds_from_its_day_and_the_old_one_before(squares):
    day = date(2022, 6, 1)
    take(
        shape("530128101201001", (102.0, 25.15, 102.2, 25.2), "北网格"),
        target=Target(Level.GRID, valid_from=day),
    )
    assert versions("530128101201001") == [
        (date(2016, 12, 31), day, True),
        (day, None, True),
    ]
    assert locate_point(102.1, 25.12, on=day - timedelta(1)).area_id == squares["101201001"].pk
    assert locate_point(102.1, 25.12, on=day).area_id == squares["101201"].pk


def test_a_time_that_ends_gives_back_what_held_before(squares):
    first, until = date(2021, 1, 1), date(2022, 1, 1)
    target = Target(Level.GRID, valid_from=first, valid_to=until)
    take(shape("530128101201001", (102.0, 25.15, 102.2, 25.2), "北网格"), target=target)
    assert [days[:2] for days in versions("530128101201001")] == [
        (date(2016, 12, 31), first),
        (first, until),
        (until, None),
    ]
    assert locate_point(102.1, 25.12, on=date(2023, 1, 1)).area_id == squares["101201001"].pk


def test_the_governing_map_does_not_change_in_the_future_a_reference_may(squares):
    tomorrow = timezone.localdate() + timedelta(1)
    with pytest.raises(InputError, match="still to come"):
        take(shape("east-1"), target=Target(Level.GRID, valid_from=tomorrow))
    take(shape("5"), target=Target(Level.GRID, "wards", valid_from=tomorrow))
    assert snapshot("wards", tomorrow).by_code["5"].parent_id is None
    assert "5" not in snapshot("wards").by_code


def test_a_reference_layer_leaves_the_governing_one_alone(squares):
    before = locate_point(102.1, 25.15)
    take(shape("5", (102.0, 25.0, 102.4, 25.2)), target=Target(Level.GRID, "wards"))
    assert locate_point(102.1, 25.15) == before
    assert locate_point(102.1, 25.15, layer="wards").area_id is not None
    wards = snapshot("wards")
    assert coverage(wards, on=wards.on) == Coverage(workers=[], units=[], centre=True)


def test_counties_around_keep_their_names_and_are_told_for_points_of_theirs(squares):
    target = Target(Level.COUNTY, "neighbours", source="around.geojson")
    plan = take(
        shape(A, (102.0, 25.0, 102.4, 25.2), "禄劝县"),
        shape("530129", (102.4, 25.0, 103.0, 26.0), "寻甸县"),
        target=target,
    )
    assert plan.new == 2
    assert locate_point(102.5, 25.1).neighbour == "寻甸县"
    around = snapshot("neighbours")
    assert [len(around.path(node.id)) for node in around.nodes.values()] == [1, 1]


def test_the_county_takes_one_outline_whatever_its_code(squares):
    take(shape("x", (102, 25, 102.4, 25.2)), target=Target(Level.COUNTY))
    root = snapshot().root
    assert (root.name, root.wkb is not None) == ("禄劝县", True)
    with pytest.raises(InputError, match="has 2"):
        take(shape("x"), shape("y"), target=Target(Level.COUNTY))


def test_a_bad_layer_name_is_refused(squares):
    with pytest.raises(InputError, match="no layer name"):
        take(shape("5"), target=Target(Level.GRID, "Wards 2015"))


def test_an_edition_without_names_that_follows_another_keeps_the_names_it_had(squares):
    ends, wards = date(2015, 5, 18), "wards"
    take(shape("24"), target=Target(Level.GRID, wards, date(2003, 1, 1), ends))
    plan = take(shape("24", name="24"), target=Target(Level.GRID, wards, ends, named=False))
    assert plan.changed == 1
    for day in (ends - timedelta(days=1), ends):
        assert snapshot(wards, day).by_code["24"].name == "东网格"


def test_one_faulty_area_keeps_all_out(squares):
    with pytest.raises(InputError, match="Faults: 1;"):
        take(shape("530128102201001"), shape("530128109201001"))
    assert not Area.objects.filter(code="530128102201001").exists()


def test_one_area_is_drawn_anew_and_the_audit_says_so(squares):
    area = squares["101201001"]
    replace_geometry(area=area, geometry=shapely.box(102, 25.19, 102.2, 25.2), by=system())
    assert locate_point(102.1, 25.15).area_id == squares["101201"].pk
    actions = AuditEvent.objects.filter(county_id=A).values_list("action", flat=True)
    assert list(actions).count("territory.geometry_replaced") == 1


def test_grids_are_made_under_their_villages_and_draw_what_has_no_outline(squares):
    root = squares["root"]
    boundary = shapely.box(102.0, 25.0, 102.4, 25.2)
    points = [
        NamedPoint("530128101201", "甲甸", 102.05, 25.1),  # a village's own code
        NamedPoint("530128102201007", "治安七", 102.25, 25.1),
        NamedPoint("own", "自编", 102.35, 25.1),
    ]
    plan = generate_grids(points, boundary, target=Target(Level.GRID), by=system())
    assert plan.parents["code"] + plan.parents["inside"] >= 2
    then = snapshot()
    assert then.by_code["530128102201007"].wkb
    assert then.nodes[root.pk].wkb  # the boundary, since the county had none
    assert then.by_code["530128102"].wkb  # around its villages
    assert then.by_code["own"].parent_id == squares["102201"].pk


def test_all_points_of_a_village_may_carry_its_code(squares):
    village, given = "530128101201", "530128101201002"
    points = [
        NamedPoint(code, code, 102.01 + n / 50, 25.1)
        for n, code in enumerate([village, given, village, "530128102201", village])
    ]
    generate_grids(points, shapely.box(102.0, 25.0, 102.4, 25.2), target=GRID, by=system())
    then = snapshot()
    grids = {node.code[12:]: node.name for node in then.children[then.by_code[village].id]}
    assert grids == {"001": village, "002": given, "003": village, "004": village}


def test_two_points_of_a_village_at_one_place_are_named(squares):
    points = [NamedPoint("530128101201", "甲", 102.1, 25.1)] * 2
    with pytest.raises(InputError, match="530128101201001 and 530128101201002"):
        generate_grids(points, shapely.box(102, 25, 103, 26), target=GRID, by=system())


LIST = "网格清单\n网格编码,网格名称\n530128101201099,山后网格\n530128102201098,飞地网格\n"


def test_grids_come_from_a_list_without_outlines_and_are_drawn_later(squares, tmp_path):
    path = tmp_path / "grids.csv"
    path.write_bytes(LIST.encode("gb18030"))
    found = read_areas(path, code_field="网格编码", name_field="网格名称")
    assert (found.faults, found.system) == ((), None)
    import_areas(found.areas, target=Target(Level.GRID), by=system())
    grid = snapshot().by_code["530128101201099"]
    assert (grid.name, grid.wkb, grid.parent_id) == ("山后网格", None, squares["101201"].pk)
    take(shape("530128101201099"))
    import_areas(found.areas, target=Target(Level.GRID), by=system())
    assert snapshot().by_code["530128101201099"].wkb, "a list leaves outlines as they are"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("530128101201099,甲\n530128101201099,乙\n", "row 4.* in row 3"),
        (",甲\n", "row 3.*is empty"),
        ("530128101201099,\n", "row 3.*is empty"),
        (f"530128101201099,{'长' * 200}\n", "row 3.*too long"),
    ],
)
def test_a_fault_in_a_list_of_grids_is_named_with_its_row(squares, tmp_path, rows, words):
    path = tmp_path / "grids.csv"
    path.write_text(f"清单\n编码,名称\n{rows}")
    (fault,) = read_areas(path, code_field="编码", name_field="名称").faults
    assert re.search(words, str(fault))


def test_a_grid_of_the_county_s_own_code_needs_an_outline(squares):
    listed = [AreaShape("own", "自编", shapely.Polygon())]
    with pytest.raises(InputError, match="nothing tells where it belongs"):
        import_areas(listed, target=Target(Level.GRID), by=system())


def test_points_outside_are_named_before_anything_is_made(squares):
    points = [NamedPoint("a", "甲", 102.1, 25.1), NamedPoint("b", "乙", 110.0, 25.1)]
    with pytest.raises(InputError, match="b 乙"):
        generate_grids(points, shapely.box(102, 25, 103, 26), target=GRID, by=system())
    assert snapshot().root.wkb is None
