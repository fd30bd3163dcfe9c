"""The office's own rota: by days of the week or by date, as offices write them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError, system
from linli.accounts.enums import Role
from linli.accounts.lists.hours import read_hours, read_weekdays
from linli.accounts.lists.rota import plan_rota
from linli.accounts.models import DutyShift, Membership, User
from linli.casework.duty import on_duty
from linli.flows import duty
from tests.factories.county import small_county

TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=30)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周一至周五", (0, 1, 2, 3, 4)), ("星期六、星期日", (5, 6)), ("周六、日", (5, 6)),
        ("每天", (0, 1, 2, 3, 4, 5, 6)), ("工作日", (0, 1, 2, 3, 4)), ("周末", (5, 6)),
        ("双休日", (5, 6)), ("周五—周一", (0, 4, 5, 6)), ("一、三、五", (0, 2, 4)),
        ("礼拜天", (6,)), ("2026-11-23", ()), ("国庆节", ()), ("", ()),
    ],
)  # fmt: skip
def test_days_of_the_week_as_offices_write_them(text, days):
    assert read_weekdays(text) == days


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:30-17:30", (time(8, 30), time(17, 30))),
        ("20：00—次日8：00", (time(20), time(8))),
        ("8点至20点", (time(8), time(20))),
        ("0:00-24:00", (time(0), time(0))),
        ("25:00-08:00", None),
        ("白天", None),
    ],
)
def test_hours_as_offices_write_them(text, hours):
    assert read_hours(text) == hours


@pytest.fixture
def small(county):
    return small_county()


def _named(small, name: str, role=Role.UNIT_HANDLER, unit=None) -> None:
    actor = small.staff(role, unit=unit or small.water)
    User.objects.filter(pk=actor.id).update(name=name)


def _rota(small) -> str:
    for name in ("张伟", "李娜"):
        _named(small, name)
    _named(small, "王强", Role.LEADER, small.centre)
    _named(small, "钱七", unit=small.roads)
    return f"""县水务局值班表,,,,,
值班日期,值班时段,值班人员,副班,带班领导,值班单位
周一至周五,08:30-20:00,张伟,李娜,王强,县水务局
周六、周日,08:30-20:00,李娜,,王强,县水务局
每天,20:00-次日08:30,张伟,,,县水务局
{LATER},08:30-20:00,李娜,,,县水务局
{LATER},19:00-21:00,张伟,,,县水务局
国庆,08:30-20:00,李娜,,,县水务局
周一,全天,李娜,,,县水务局
周一,08:30-20:00,赵六,,,县水务局
周一,08:30-20:00,钱七,,,县水务局
周一,08:30-20:00,张伟,,,县交通运输局
"""


def _reasons(plan) -> dict[int, str]:
    return {one.row.number: str(one.error) for one in plan.refused}


def test_a_list_says_what_it_would_add_and_refuses_the_rest_with_reasons(small):
    text = _rota(small)
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    plan = duty.plan_list(text.encode("gb18030"), by=head)
    assert [change.row.number for change in plan.changes] == [3, 4, 5, 6]
    reasons = _reasons(plan)
    assert sorted(reasons) == [7, 8, 9, 10, 11, 12]
    assert "overlaps" in reasons[7]
    assert "neither a date" in reasons[8]
    assert "names no hours" in reasons[9]
    assert "赵六" in reasons[10]
    assert "钱七 works neither" in reasons[11]
    assert "you do not keep the rota" in reasons[12]
    assert not DutyShift.objects.exists()


def test_what_is_applied_answers_and_applying_again_changes_nothing(small):
    text = _rota(small).encode()
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    assert duty.import_rota(plan=duty.plan_list(text, by=head), by=head) == 4
    night = datetime.combine(LATER, time(3), tzinfo=ZoneInfo("Asia/Shanghai"))
    answer, rotas = on_duty(small.water.pk, night)
    assert rotas.row(answer.person).user.name == "张伟"
    answer, rotas = on_duty(small.water.pk, night + timedelta(hours=6))
    assert rotas.row(answer.person).user.name == "李娜", "the dated row goes first"
    again = duty.plan_list(text, by=head)
    assert (again.added, again.unchanged) == (0, 4)


def test_a_list_of_one_unit_need_not_name_it(small):
    _named(small, "张伟")
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    text = "星期,时段,值班员\n每天,00:00-24:00,张伟\n".encode()
    plan = duty.plan_list(text, by=head)
    assert [change.facts.unit.pk for change in plan.changes] == [small.water.pk]
    nobody = plan_rota(text, may_edit=lambda _unit: True)
    assert len(nobody.refused) == 1


def test_who_keeps_no_rota_imports_none(small):
    text = _rota(small).encode()
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    handler = small.handler()
    with pytest.raises(PermissionRefusedError):
        duty.plan_list(text, by=handler)
    plan = duty.plan_list(text, by=head)
    elsewhere = small.staff(Role.UNIT_HEAD, unit=small.roads)
    with pytest.raises(PermissionRefusedError):
        duty.import_rota(plan=plan, by=elsewhere)
    assert Membership.objects.count() > 0
    assert duty.import_rota(plan=plan, by=system()) == 4
    assert date.today() <= LATER
