"""The offices' own lists: read as they come, checked, then written all or nothing."""

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.utils import timezone

from linli.access.actor import PermissionRefusedError, actor_for, system
from linli.accounts import actions, queries
from linli.accounts.enums import Role
from linli.accounts.lists.assignments import plan_assignments
from linli.accounts.lists.staff import plan_staff
from linli.accounts.models import GridAssignment, Membership, RoleRequest, User
from linli.flows import staff as flow
from linli.organisations.lists import plan_units
from linli.organisations.plans import Effect
from tests.factories.county import small_county

TODAY = timezone.localdate()

STAFF = """县综治中心人员名册,,,,,
填报单位：县委政法委,,,,,
姓名,岗位,所属单位,负责区域,联系电话,任职日期
张伟,经办人,县水务局,,138 0000 0001,2024.3.5
李娜,网格员,,甲甸第一网格,13800000002,2024年3月5日
张伟,单位负责人,县交通运输局,,13800000003,2024/3/5
王强,村级综治专干,,茂山镇甲甸村,13800000004,
赵六,巡河员,,,13800000005,
钱七,经办人,县林业局,,13800000006,
孙八,乡镇操作员,茂山镇综治中心,,13800000007,
合计,6人,,,,
"""


@pytest.fixture
def small(county):
    return small_county()


def _reasons(plan) -> dict[int, str]:
    return {one.row.number: str(one.error) for one in plan.refused}


def test_an_office_list_in_gbk_says_what_would_change_row_by_row(small):
    plan = plan_staff(STAFF.encode("gb18030"))
    assert [change.row.number for change in plan.changes] == [4, 5, 6, 7]
    assert {change.effect for change in plan.changes} == {Effect.ADDED}
    facts = [change.facts for change in plan.changes]
    assert [one.username for one in facts] == ["zhangwei", "lina", "zhangwei2", "wangqiang"]
    assert facts[0].valid_from == date(2024, 3, 5)
    assert facts[1].area == small.grid
    assert facts[3].area == small.village
    reasons = _reasons(plan)
    assert sorted(reasons) == [8, 9, 10]
    assert "巡河员" in reasons[8]
    assert "县林业局" in reasons[9]
    assert "township" in reasons[10], "an operator of a township names the township"
    assert User.objects.filter(username="zhangwei").count() == 0, "nothing is written yet"


def test_who_keeps_the_list_makes_accounts_and_asks_for_the_roles(small):
    operator = small.staff(Role.COUNTY_OPERATOR)
    made = flow.import_staff(plan=plan_staff(STAFF.encode()), by=operator)
    assert [one.user.username for one in made] == ["zhangwei", "lina", "zhangwei2", "wangqiang"]
    assert all(one.user.check_password(one.password) for one in made)
    assert RoleRequest.objects.count() == 4
    assert not Membership.objects.filter(user=made[0].user).exists()


def test_a_command_on_the_server_grants_the_roles(small):
    made = flow.import_staff(plan=plan_staff(STAFF.encode()), by=system())
    assert actor_for(made[0].user, today=TODAY).units == {small.water.pk}
    again = plan_staff(STAFF.encode())
    assert again.unchanged == 4, "a second time changes nothing"
    assert not flow.import_staff(plan=again, by=system())


def test_a_new_phone_number_is_a_change_and_no_new_person(small):
    flow.import_staff(plan=plan_staff(STAFF.encode()), by=system())
    row = "姓名,角色,单位,电话,用户名\n张伟,经办人,县水务局,0871-5,zhangwei\n"
    plan = plan_staff(row.encode())
    assert [change.effect for change in plan.changes] == [Effect.CHANGED]
    flow.import_staff(plan=plan, by=system())
    assert Membership.objects.get(user__username="zhangwei").phone == "0871-5"


def test_the_county_s_centre_is_known_by_what_everybody_calls_it(small):
    staff = plan_staff("姓名,岗位,单位\n周一,派遣员,县综治中心\n".encode())
    assert [change.facts.unit for change in staff.changes] == [small.centre]
    head = "单位编码,单位名称,单位类型,上级单位\n"
    below = plan_units(f"{head}lin,林业局,县级部门,县综治中心\n".encode())
    assert [change.facts.parent_code for change in below.changes] == [small.centre.code.casefold()]
    rows = "lin,林业局,县级部门,县综治中心\nown,县综治中心,部门,\n"
    named = plan_units(f"{head}{rows}".encode())
    assert named.changes[0].facts.parent_code == "own", "a unit of that very name goes first"


def test_two_people_of_one_name_are_told_apart_or_refused(small):
    flow.import_staff(plan=plan_staff(STAFF.encode()), by=system())
    plain = plan_staff("姓名,角色,单位\n张伟,经办人,县水务局\n".encode())
    assert "several" in _reasons(plain)[2]
    phone = plan_staff("姓名,角色,单位,电话\n张伟,经办人,县水务局,13800000001\n".encode())
    assert phone.unchanged == 1


def test_the_same_row_twice_is_refused_with_the_other_rows_number(small):
    row = "张伟,经办人,县水务局,13800000001\n"
    plan = plan_staff(f"姓名,角色,单位,电话\n{row}{row}".encode())
    assert len(plan.changes) == 1
    assert "row 2" in _reasons(plan)[3]


def test_columns_that_nobody_asked_for_are_named(small):
    plan = plan_staff("姓名,角色,单位,民族,电话\n张伟,经办人,县水务局,x,1380000\n".encode())
    assert plan.unknown == ("民族",)


def test_a_fault_while_writing_leaves_nothing_behind(small):
    plan = plan_staff(STAFF.encode())
    actions.create_user(username="wangqiang", name="另一人", by=system())
    with pytest.raises(Exception, match="wangqiang"):
        flow.import_staff(plan=plan, by=system())
    assert not User.objects.filter(username="zhangwei").exists()


def test_a_grid_worker_imports_nothing(small):
    with pytest.raises(PermissionRefusedError):
        flow.import_staff(plan=plan_staff(STAFF.encode()), by=small.worker())


def _assignments() -> bytes:
    """As offices send it: a title over merged cells, two header rows, dates as dates."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("网格员")
        merged, day = book.add_format(), book.add_format({"num_format": "yyyy.m.d"})
        sheet.merge_range("A1:F1", "禄劝县网格员及村民小组长名册", merged)
        sheet.merge_range("A2:A3", "网格编码", merged)
        sheet.merge_range("B2:C2", "网格员", merged)
        sheet.merge_range("D2:E2", "村民小组长", merged)
        sheet.merge_range("F2:F3", "起始日期", merged)
        sheet.write_row("B3", ["姓名", "联系电话", "联系人", "联系人电话"])
        sheet.write_row("A4", ["530128101201001", "李娜", "13800000002", "周组长", "13911111111"])
        sheet.write_datetime("F4", timezone.datetime(2024, 3, 5), day)
        sheet.write_row("A5", ["530128101201", "李娜", "13800000002", "", "", "2024.3.5"])
        sheet.write_row("A6", ["530128101999", "李娜", "13800000002"])
        sheet.write_row("A7", ["530128101", "无此人"])
        sheet.write_row("A8", ["530128101", "张伟", "13800000001"])
        sheet.write_row("A9", ["530128101"])
    return target.getvalue()


def test_a_workbook_of_workers_and_village_group_heads(small):
    flow.import_staff(plan=plan_staff(STAFF.encode()), by=system())
    plan = plan_assignments(_assignments())
    reasons = _reasons(plan)
    assert sorted(reasons) == [6, 7, 8, 9]
    assert "530128101999" in reasons[6]
    assert "无此人" in reasons[7]
    assert "张伟" in reasons[8], "a handler is no grid worker"
    assert flow.import_assignments(plan=plan, by=system()) == 2
    found = queries.responsible_worker(small.grid.pk, TODAY)
    assert (found.membership.user.name, found.inherited) == ("李娜", False)
    assert queries.contacts(small.grid.pk, TODAY)[0].contact_phone == "13911111111"
    assert GridAssignment.objects.get(area=small.village).valid_from == date(2024, 3, 5)
    again = plan_assignments(_assignments())
    assert (again.unchanged, len(again.effective)) == (2, 0)


def test_185_workers_serve_2200_grids_by_inheritance_in_few_queries(
    small, django_assert_max_num_queries
):
    from linli.counties.tenancy import new
    from linli.territory.models import Area, Level

    def area(level, code, parent, **above):
        return new(
            Area,
            layer=small.layer,
            level=level,
            code=code,
            name=code,
            parent=parent,
            township_id=small.township.pk,
            **above,
        )

    villages = [area(Level.VILLAGE, f"v{n}", small.township) for n in range(185)]
    Area.objects.bulk_create(villages)
    grids = [
        area(Level.GRID, f"g{n}", villages[n % 185], village_id=villages[n % 185].pk)
        for n in range(2200)
    ]
    Area.objects.bulk_create(grids)
    for n in range(0, 185, 37):
        user = User.objects.create(username=f"w{n}", name=f"w{n}")
        row = Membership.objects.create(
            user=user, role=Role.GRID_WORKER, valid_from=TODAY - timedelta(9)
        )
        actions.assign_worker(area=villages[n], worker=row, valid_from=TODAY, by=system())
    with django_assert_max_num_queries(8):
        found = queries.responsible_workers([grid.pk for grid in grids], TODAY)
    served = {grid.pk for n, grid in enumerate(grids) if n % 185 % 37 == 0}
    assert {pk for pk, one in found.items() if one} == served
    assert all(found[pk].inherited for pk in served)
