"""Units: rules, actions, the office's list, the search."""

import pytest

from linli.access.actor import PermissionRefusedError, system
from linli.accounts.enums import Role
from linli.flows import staff as flow
from linli.lib.errors import InputError
from linli.organisations import queries, rules
from linli.organisations.actions import UnitFacts, create_unit, edit_unit
from linli.organisations.lists import apply_units, plan_units
from linli.organisations.models import Unit, UnitKind
from tests.factories import steps
from tests.factories.county import small_county

LIST = """禄劝县综治单位名册,,,,,,
单位编码,单位名称,类型,上级单位,辖区,值班电话,代理单位
lin,县林业局,县直部门,,,0871-68900001,县水务局
lin-zhan,茂山林业站,部门,lin,茂山镇,0871-68900002,
jia2,甲甸村综治办,村委会,mao,茂山镇甲甸村,68900003,
water,县水务局,部门,,,0871-68900004,
bad1,没有类型,航天局,,,,
bad2,上级不明,部门,县气象局,,,
bad3,下级的下级,部门,bad2,,,
bad4,辖区不明,村委会,,乙甸村,,
lin,又一个林业局,部门,,,,
bad5,电话不明,部门,,,请打值班室,
"""


@pytest.fixture
def small(county):
    return small_county()


def _facts(**more) -> UnitFacts:
    values = {"code": "x", "name": "县住建局", "kind": UnitKind.DEPARTMENT}
    return UnitFacts(**(values | more))


def test_the_list_says_row_by_row_what_it_would_do(small):
    plan = plan_units(LIST.encode("gbk"))
    effects = {change.facts.facts.code: change.effect for change in plan.changes}
    assert effects == {"lin": "added", "lin-zhan": "added", "jia2": "added", "water": "changed"}
    reasons = {one.row.number: str(one.error) for one in plan.refused}
    assert sorted(reasons) == [7, 8, 9, 10, 11, 12]
    assert "航天局" in reasons[7]
    assert "县气象局" in reasons[8]
    assert "bad2" in reasons[9], "the unit above is itself refused"
    assert "乙甸村" in reasons[10]
    assert "row 3" in reasons[11]
    assert "请打值班室" in reasons[12]


def test_the_list_is_applied_and_a_second_time_changes_nothing(small):
    assert apply_units(plan_units(LIST.encode()), by=system()) == 4
    station = Unit.objects.get(code="lin-zhan")
    assert station.parent.code == "lin"
    assert station.area == small.township
    assert Unit.objects.get(code="lin").deputy == small.water
    assert Unit.objects.get(code="water").duty_phone == "0871-68900004"
    assert plan_units(LIST.encode()).unchanged == 4


BARE = """序号,单位名称,单位类型,上级单位
1,县林业局,县直部门,县综治中心
2,茂山林业站,部门,县林业局
3,县水务局,部门,
4,县林业局,部门,
"""


def test_units_of_an_office_without_codes_get_some_and_keep_them(small):
    Unit.objects.create(code="u001", kind=UnitKind.BODY, name="巡逻队")
    plan = plan_units(BARE.encode("gb18030"))
    assert [change.facts.facts.code for change in plan.changes] == ["U002", "U003", "water"]
    (twice,) = plan.refused
    assert "row 2" in str(twice.error)
    apply_units(plan, by=system())
    assert Unit.objects.get(name="茂山林业站").parent.name == "县林业局"
    assert plan_units(BARE.encode()).unchanged == 3


def test_a_name_that_several_units_bear_needs_the_code(small):
    for code in ("a", "b"):
        Unit.objects.create(code=code, kind=UnitKind.BODY, name="巡逻队")
    plan = plan_units("单位名称,类型\n巡逻队,社会组织\n".encode())
    (refused,) = plan.refused
    assert "give the code" in str(refused.error)


def test_only_who_may_edit_units_imports_them(small):
    with pytest.raises(PermissionRefusedError):
        flow.import_units(plan=plan_units(LIST.encode()), by=small.dispatcher())


@pytest.mark.parametrize("words", ["林业", "linyeju", "lyj", "XLYJ", "lin", "0871-68900001"])
def test_a_unit_is_found_by_name_pinyin_initials_code_and_phone(small, words):
    apply_units(plan_units(LIST.encode()), by=system())
    assert "lin" in queries.units(words=words).values_list("code", flat=True)


def test_a_search_that_means_something_else_finds_nothing(small):
    assert not queries.units(words="%").exists()
    assert not queries.units(words="气象").exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "has blank"}, "code"),
        ({"code": "water"}, "code"),
        ({"name": "  "}, "name"),
        ({"kind": UnitKind.VILLAGE_OFFICE}, "area"),
        ({"kind": UnitKind.COUNTY_CENTRE}, "kind"),
        ({"duty_phone": "call me"}, "duty_phone"),
    ],
)
def test_what_is_wrong_with_a_unit_is_said_at_its_field(small, facts, field):
    with pytest.raises(InputError) as refused:
        create_unit(facts=_facts(**facts), by=system())
    assert refused.value.params["field"] == field


def test_a_township_has_one_platform(small):
    facts = _facts(kind=UnitKind.TOWNSHIP_PLATFORM, area=small.township)
    with pytest.raises(InputError):
        create_unit(facts=facts, by=system())


def test_a_unit_stands_neither_below_itself_nor_in_for_itself(small):
    below = create_unit(facts=_facts(parent=small.water), by=system())
    own = {"code": "water", "name": "县水务局"}
    with pytest.raises(InputError) as refused:
        edit_unit(unit=small.water, facts=_facts(**own, parent=below), by=system())
    assert refused.value.message == rules.OWN_PARENT
    with pytest.raises(InputError):
        edit_unit(unit=small.water, facts=_facts(**own, deputy=small.water), by=system())


def test_the_county_centre_is_not_closed(small):
    centre = small.centre
    facts = UnitFacts(code=centre.code, name=centre.name, kind=UnitKind.COUNTY_CENTRE, active=False)
    with pytest.raises(InputError):
        edit_unit(unit=centre, facts=facts, by=system())


def test_a_cycle_already_in_the_data_does_not_hang_the_check():
    rules.check_parent("c", "a", {"a": "b", "b": "a"})


def test_the_county_operator_edits_units_and_a_dispatcher_does_not(small):
    operator = small.staff(Role.COUNTY_OPERATOR)
    flow.create_unit(facts=_facts(), by=operator)
    with pytest.raises(PermissionRefusedError):
        flow.create_unit(facts=_facts(code="y"), by=small.dispatcher())


def test_a_unit_with_people_or_open_tasks_is_not_closed(small):
    from linli.incidents.actions import Draft, report, take_step
    from linli.incidents.actions.placing import Spot

    operator = small.staff(Role.COUNTY_OPERATOR)
    closed = UnitFacts(code="roads", name="县交通运输局", kind=UnitKind.DEPARTMENT, active=False)
    draft = Draft(
        text="路面塌陷",
        category_id=small.category().pk,
        source="call",
        spot=Spot(area_id=small.grid.pk),
    )
    incident = report(draft, by=operator)
    platform = small.township_operator()
    for step, fields in (("accept", {}), ("dispatch", {"unit": str(small.roads.pk)})):
        incident = take_step(incident.pk, step, fields, version=None, by=platform)
    with pytest.raises(InputError) as refused:
        flow.edit_unit(unit=small.roads, facts=closed, by=operator)
    assert refused.value.message == rules.HAS_OPEN_WORK
    small.handler(small.roads)
    with pytest.raises(InputError) as refused:
        flow.edit_unit(unit=small.roads, facts=closed, by=operator)
    assert refused.value.message == rules.HAS_MEMBERS


def test_a_platform_with_an_open_case_is_not_closed(small):
    """A report that waits there has no task yet, and would wait for nobody."""
    operator = small.staff(Role.COUNTY_OPERATOR)
    incident = steps.reported(small, by=operator)
    closed = UnitFacts(
        code=small.platform.code,
        name=small.platform.name,
        kind=small.platform.kind,
        area=small.township,
        active=False,
    )
    with pytest.raises(InputError) as refused:
        flow.edit_unit(unit=small.platform, facts=closed, by=operator)
    assert (refused.value.message, refused.value.params["count"]) == (rules.HAS_OPEN_CASES, 1)
    steps.step(incident, "withdraw", operator, reason="已解决")
    assert not flow.edit_unit(unit=small.platform, facts=closed, by=operator).active
