from datetime import date

import pytest

from linli.access.actor import system
from linli.audit.models import AuditEvent
from linli.lib.errors import InputError
from linli.territory.actions import apply_divisions, plan_divisions
from linli.territory.divisions import DivisionList, read_divisions
from linli.territory.models import Area, AreaVersion, Layer, Level
from linli.territory.rules import DivisionRow
from linli.territory.snapshots import snapshot
from tests.conftest import A
from tests.unit.territory.conftest import put

FIRST, SECOND, THIRD = date(2016, 12, 31), date(2020, 6, 30), date(2023, 6, 30)


def edition(*rows: str) -> DivisionList:
    pairs = (row.split(" ") for row in rows)
    return DivisionList(tuple(DivisionRow(code, name) for code, name in pairs), (), ())


EARLY = edition(
    "530128101 茂山镇", "530128101201 甲甸村委会", "530128101202 至租村委会", "530128102 团街镇"
)


@pytest.fixture
def applied(county):
    return apply_divisions(EARLY, on=FIRST, by=system())


def codes(on: date) -> dict[str, str]:
    return {code: node.name for code, node in snapshot(on=on).by_code.items() if len(code) > 6}


def test_a_first_edition_makes_the_tree(applied):
    village = Area.objects.get(code="530128101201")
    assert village.parent.name == "茂山镇"
    assert village.township_id == village.parent_id
    assert (village.level, village.standard_code) == (Level.VILLAGE, "530128101201")
    assert "jiadiancunweihui" in village.pinyin.split()
    assert codes(FIRST) == {row.code: row.name for row in EARLY.rows}
    assert codes(date(2016, 12, 30)) == {}


def test_a_rename_keeps_the_old_name_for_older_days(applied):
    apply_divisions(
        edition("530128101 茂山镇", "530128101201 甲甸村民委员会", "530128101202 至租村委会",
                "530128102 团街镇"), on=SECOND, by=system())  # fmt: skip
    assert codes(date(2020, 6, 29))["530128101201"] == "甲甸村委会"
    assert codes(SECOND)["530128101201"] == "甲甸村民委员会"
    assert Area.objects.get(code="530128101201").name == "甲甸村民委员会"
    assert AreaVersion.objects.filter(area__code="530128101201").count() == 2


def test_a_removed_village_ends_on_that_day_and_may_come_back(applied):
    without = edition("530128101 茂山镇", "530128101201 甲甸村委会", "530128102 团街镇")
    apply_divisions(without, on=SECOND, by=system())
    assert "530128101202" not in codes(SECOND)
    assert Area.objects.get(code="530128101202").valid_to == SECOND
    apply_divisions(EARLY, on=THIRD, by=system())
    back = Area.objects.get(code="530128101202")
    assert (back.valid_from, back.valid_to) == (FIRST, None)
    assert "530128101202" not in codes(date(2021, 1, 1))
    assert "530128101202" in codes(THIRD)


def test_a_moved_village_takes_its_outline_and_its_grids_along(applied):
    village = Area.objects.get(code="530128101201")
    version = AreaVersion.objects.get(area=village)
    version.geometry = b"outline"
    version.save()
    put("530128101201001", "第一网格", Level.GRID, village, None, since=FIRST)
    grid = Area.objects.get(code="530128101201001")
    result = apply_divisions(
        edition("530128101 茂山镇", "530128101202 至租村委会", "530128102 团街镇",
                "530128102207 甲甸村委会"), on=SECOND, by=system())  # fmt: skip
    moved = Area.objects.get(code="530128102207")
    assert result.moved == {village.pk: moved.pk}
    assert result.rehung == [grid.pk]
    assert bytes(AreaVersion.objects.get(area=moved).geometry) == b"outline"
    grid.refresh_from_db()
    assert (grid.parent_id, grid.village_id, grid.township_id) == (
        moved.pk,
        moved.pk,
        moved.parent_id,
    )
    assert snapshot(on=date(2019, 1, 1)).path(grid.pk)[-2].id == village.pk
    assert result.orphans == []


def test_grids_of_a_village_that_ends_are_named_as_orphans(applied):
    village = Area.objects.get(code="530128101202")
    put("530128101202001", "第一网格", Level.GRID, village, None, since=FIRST)
    rest = edition("530128101 茂山镇", "530128101201 甲甸村委会", "530128102 团街镇")
    assert apply_divisions(rest, on=SECOND, by=system()).orphans == ["530128101202001"]
    assert [node.code for node in snapshot(on=SECOND).path(Area.objects.get(
        code="530128101202001").pk)] == ["530128", "530128101202001"]  # fmt: skip


def test_the_same_edition_again_changes_nothing(applied):
    before = AreaVersion.objects.count()
    assert plan_divisions(EARLY, on=SECOND).empty
    apply_divisions(EARLY, on=SECOND, by=system())
    assert AreaVersion.objects.count() == before


def test_editions_are_applied_in_turn_and_not_in_the_future(applied):
    with pytest.raises(InputError, match="in turn"):
        plan_divisions(EARLY, on=date(2015, 1, 1))
    with pytest.raises(InputError, match="still to come"):
        plan_divisions(EARLY, on=date(2100, 1, 1))


def test_lists_with_faults_write_nothing(county):
    faulty = DivisionList(EARLY.rows, (InputError("row 3 is wrong"),), ())
    with pytest.raises(InputError, match="row 3 is wrong"):
        apply_divisions(faulty, on=FIRST, by=system())
    assert codes(FIRST) == {}


def test_applying_is_audited_and_gives_the_layer_a_new_revision(applied):
    assert AuditEvent.objects.get(county_id=A, action="territory.divisions_applied").reason == (
        "2016-12-31: +4 -0 ~0"
    )
    assert Layer.objects.get(governing=True).revision > 0


@pytest.mark.real_data
def test_four_editions_of_luquan_can_be_asked_for_by_day(county, shared_data):
    expected = {2016: (17, 196), 2017: (17, 200), 2020: (18, 198), 2023: (18, 198)}
    for year in expected:
        files = [
            shared_data / f"luquan/luquan_{kind}_{year}.csv" for kind in ("townships", "villages")
        ]
        incoming = read_divisions(*(file.read_bytes() for file in files), "530128")
        result = apply_divisions(incoming, on=date(year, 12, 31), by=system())
        assert result.orphans == []
    for year, (townships, villages) in expected.items():
        then = snapshot(on=date(year, 12, 31))
        levels = [node.level for node in then.nodes.values()]
        assert (levels.count(1), levels.count(2)) == (townships, villages)
    real = [n for n in snapshot(on=date(2016, 12, 31)).nodes.values() if n.level == Level.TOWNSHIP]
    assert sum(not node.statistical for node in real) == 16
    names = {
        year: snapshot(on=date(year, 12, 31)).by_code["530128001001"].name for year in expected
    }
    assert (names[2020], names[2023]) == ("北街社区居委会", "北街社区居民委员会")
    chongde = snapshot(on=date(2020, 12, 31)).by_code["530128002"]
    assert chongde.name == "崇德街道"
    assert "530128002" not in snapshot(on=date(2020, 12, 30)).by_code
