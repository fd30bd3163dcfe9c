"""Units, staff, roles and assignments through their pages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.access.actor import actor_for
from linli.accounts import queries
from linli.accounts.enums import Role
from linli.accounts.models import ApiToken, Membership, RoleRequest, User
from linli.database.context import county_context
from linli.organisations.models import Unit
from linli.territory.models import Area
from tests.conftest import A, B
from tests.factories.people import PASSWORD, person, sign_in

TODAY = timezone.localdate()


def _text(answer) -> str:
    return answer.content.decode()


def test_units_are_found_by_initials_and_counted_by_type(client, office):
    sign_in(client, office.operator)
    data = {"name": "县林业和草原局", "code": "lin", "kind": "department", "active": "on"}
    made = client.post(f"/{A}/units/new/", data)
    assert made.status_code == 302
    page = _text(client.get(f"/{A}/units/?q=lhcy"))
    assert "县林业和草原局" in page
    assert "县水务局" not in page
    assert "没有找到单位" in _text(client.get(f"/{A}/units/?q=zzzz"))
    assert "县林业和草原局" not in _text(client.get(f"/{A}/units/?kind=village_office"))


def test_a_units_errors_stand_at_the_field_and_the_text_is_kept(client, office):
    sign_in(client, office.operator)
    data = {"name": "茂山新平台", "code": "water", "kind": "township_platform", "area": "乙甸"}
    wrong = client.post(f"/{A}/units/new/", data)
    page = _text(wrong)
    assert wrong.status_code == 422
    assert 'value="茂山新平台"' in page
    assert 'value="乙甸"' in page
    assert "没有这个名称或编码的区域" in page
    again = client.post(f"/{A}/units/new/", data | {"area": "530128101"})
    assert "编码 water 已属于县水务局" in _text(again)
    with county_context(A):
        assert not Unit.objects.filter(name="茂山新平台").exists()


def test_a_unit_shows_duty_phone_deputy_and_members(client, office):
    person(A, "handler", Role.UNIT_HANDLER, unit=office.small.water)
    sign_in(client, office.operator)
    with county_context(A):
        deputy = str(office.small.roads.pk)
    edit = f"/{A}/units/{office.small.water.pk}/edit/"
    data = {"name": "县水务局", "code": "water", "kind": "department", "active": "on"}
    client.post(edit, data | {"deputy": deputy, "duty_phone": "0871-68900000"})
    sign_in(client, office.worker)
    page = _text(client.get(f"/{A}/units/{office.small.water.pk}/"))
    for words in ("0871-68900000", "县交通运输局", "handler"):
        assert words in page


def test_a_new_account_shows_its_password_once_and_asks_for_a_role(client, office):
    sign_in(client, office.operator)
    made = client.post(f"/{A}/staff/new/", {"name": "赵敏", "username": "ZhaoMin"})
    secret = re.search(r"<code[^>]*>([a-z2-9-]{16,})</code>", _text(made)).group(1)
    assert "no-store" in made["Cache-Control"]
    user = User.objects.get(username="zhaomin")
    assert user.check_password(secret)
    assert secret not in _text(client.get(f"/{A}/staff/{user.pk}/"))
    taken = client.post(f"/{A}/staff/new/", {"name": "另一个", "username": "zhaomin"})
    assert "已被使用" in _text(taken)
    data = {"role": "unit_handler", "valid_from": TODAY.isoformat()}
    lacking = client.post(f"/{A}/staff/{user.pk}/role/ask/", data)
    assert "这个角色要有所属单位" in _text(lacking)
    unit = str(office.small.water.pk)
    client.post(f"/{A}/staff/{user.pk}/role/ask/", data | {"unit": unit})
    with county_context(A):
        assert RoleRequest.objects.get(user=user).unit_id == office.small.water.pk
        assert not Membership.objects.filter(user=user).exists()


def test_the_security_administrator_grants_what_is_asked_several_at_once(client, office):
    sign_in(client, office.operator)
    for name in ("a1", "b1"):
        client.post(f"/{A}/staff/new/", {"name": name, "username": name})
        user = User.objects.get(username=name)
        data = {"role": "verifier", "valid_from": TODAY.isoformat()}
        client.post(f"/{A}/staff/{user.pk}/role/ask/", data)
    sign_in(client, office.security)
    page = _text(client.get(f"/{A}/staff/requests/"))
    ids = re.findall(r'name="request" value="([\w-]+)"', page)
    assert len(ids) == 2
    client.post(f"/{A}/staff/requests/", {"request": ids, "decision": "grant"})
    with county_context(A):
        for name in ("a1", "b1"):
            assert actor_for(User.objects.get(username=name), today=TODAY).roles == {Role.VERIFIER}
    assert "没有待处理的申请" in _text(client.get(f"/{A}/staff/requests/"))


def test_the_security_administrator_cannot_grant_to_themselves(client, office):
    sign_in(client, office.security)
    data = {"role": "leader", "valid_from": TODAY.isoformat()}
    answer = client.post(f"/{A}/staff/{office.security.pk}/role/grant/", data)
    assert answer.status_code == 422
    assert "不能给自己授予角色" in _text(answer)


def test_an_administrators_password_is_not_reset_from_the_page(client, office):
    sign_in(client, office.system)
    answer = client.post(f"/{A}/staff/{office.security.pk}/password/", follow=True)
    assert "linli user password" in _text(answer)
    office.security.refresh_from_db()
    assert office.security.check_password(PASSWORD)


def test_what_is_always_refused_about_an_administrator_is_not_offered(client, office):
    sign_in(client, office.system)
    page = _text(client.get(f"/{A}/staff/{office.security.pk}/"))
    assert "linli user password" in page
    for refused in ('data-dialog-open="new-password"', 'data-dialog-open="no-factors"', "/end/"):
        assert refused not in page
    other = person(A, "other", Role.VERIFIER)
    page = _text(client.get(f"/{A}/staff/{other.pk}/"))
    assert "linli user password" not in page
    assert 'data-dialog-open="new-password"' in page
    assert "/end/" in page


def test_another_countys_account_is_not_reset_by_a_county_where_it_also_works(client, office):
    guest = person(B, "guest", Role.LEADER)
    with county_context(A):
        Membership.objects.create(user=guest, role=Role.LEADER, valid_from=TODAY)
    sign_in(client, office.system)
    client.post(f"/{A}/staff/{guest.pk}/password/")
    client.post(f"/{A}/staff/{guest.pk}/close/")
    guest.refresh_from_db()
    assert guest.check_password(PASSWORD)
    assert guest.is_active


def test_leave_is_planned_and_ended_on_the_page(client, office):
    stand_in = person(A, "standin", Role.GRID_WORKER, area=office.small.village)
    with county_context(A):
        row = Membership.objects.get(user=office.worker)
        other = Membership.objects.get(user=stand_in)
    sign_in(client, office.operator)
    address = f"/{A}/roles/{row.pk}/leave/"
    data = {
        "away_from": TODAY.isoformat(),
        "away_to": (TODAY - timedelta(1)).isoformat(),
        "stand_in": str(other.pk),
    }
    assert "结束日期早于开始日期" in _text(client.post(address, data))
    good = data | {"away_to": (TODAY + timedelta(3)).isoformat()}
    assert client.post(address, good).status_code == 302
    page = _text(client.get(f"/{A}/staff/{office.worker.pk}/"))
    assert "由 standin 代班" in page
    client.post(f"/{A}/roles/{row.pk}/back/")
    assert "代班" not in _text(client.get(f"/{A}/staff/{office.worker.pk}/"))
    end = {"on": (TODAY + timedelta(9)).isoformat(), "successor": str(other.pk)}
    assert client.post(f"/{A}/roles/{row.pk}/end/", end).status_code == 302
    assert "由 standin 接任" in _text(client.get(f"/{A}/staff/{office.worker.pk}/"))


def test_a_worker_and_a_contact_are_named_and_ended(client, office):
    grid = office.small.grid
    with county_context(A):
        row = Membership.objects.get(user=office.worker)
    sign_in(client, office.operator)
    card = f"/{A}/assignments/{grid.pk}/"
    assert "本区域及其上级区域都没有人负责" in _text(client.get(card))
    wrong = client.post(f"{card}worker/", {"valid_from": TODAY.isoformat()})
    assert wrong.status_code == 422
    data = {"worker": str(row.pk), "valid_from": TODAY.isoformat()}
    assert client.post(f"{card}worker/", data).status_code == 302
    client.post(f"{card}contact/", {"contact_name": "李组长", "contact_phone": "13800000000"})
    page = _text(client.get(card))
    assert "worker" in page
    assert "李组长" in page
    assert grid.name in _text(client.get(f"/{A}/assignments/?q={grid.code}"))
    assert grid.name not in _text(client.get(f"/{A}/assignments/?bare=on"))
    with county_context(A):
        assignment = queries.assigned_in(grid, on=TODAY)[0]
    client.post(f"{card}{assignment.pk}/end/")
    with county_context(A):
        assert assignment not in queries.assigned_in(grid, on=TODAY)
    assert client.post(f"{card}{assignment.pk}/end/").status_code == 404
    begin = (TODAY + timedelta(days=9)).isoformat()
    client.post(f"{card}worker/", {"worker": str(row.pk), "valid_from": begin})
    assert f"自 {begin} 起<" in _text(client.get(card))  # the coming one, too
    with county_context(A):
        *_now, coming = queries.assigned_in(grid, on=TODAY)
    client.post(f"{card}{coming.pk}/end/")
    assert f"自 {begin} 起<" not in _text(client.get(card))


def test_a_township_sees_its_own_areas_only(client, office):
    sign_in(client, office.township)
    assert client.get(f"/{A}/assignments/{office.small.grid.pk}/").status_code == 200
    assert client.get(f"/{A}/assignments/{office.small.root.pk}/").status_code == 404


def test_keys_carry_chosen_rights_never_more_than_ones_own(client, office):
    sign_in(client, office.worker)
    data = {"name": "手机程序", "scopes": ["incident.report"], "days": "30"}
    page = _text(client.post(f"/{A}/tokens/", data))
    secret = re.search(r"linli_[\w-]{40,}", page).group()
    assert secret not in _text(client.get(f"/{A}/tokens/"))
    token = ApiToken.objects.get(user=office.worker)
    assert token.scopes == ["incident.report"]
    more = client.post(f"/{A}/tokens/", data | {"scopes": ["role.grant"]})
    assert more.status_code == 422
    sign_in(client, office.leader)
    assert client.post(f"/{A}/tokens/{token.pk}/revoke/").status_code == 404
    sign_in(client, office.worker)
    client.post(f"/{A}/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_the_audit_administrator_filters_the_log_and_is_recorded(client, office):
    sign_in(client, office.operator)
    client.post(f"/{A}/staff/new/", {"name": "赵敏", "username": "zhaomin"})
    sign_in(client, office.audit)
    page = _text(client.get(f"/{A}/audit/?action=user.created"))
    assert "zhaomin" in page
    assert "开设账号</td>" in page
    assert "用密码登录</td>" not in page
    assert "查看审计日志</td>" in _text(client.get(f"/{A}/audit/"))
    assert client.get(f"/{A}/audit/?after=nonsense&since=x").status_code == 200
    assert "查看审计日志</td>" in _text(
        client.get(f"/{A}/audit/?since=0001-01-01&until=9999-12-31")
    )


@pytest.mark.parametrize("query", ["?page=abc", "?page=-3", "?page=99999", "?area=1", "?kind=zzz"])
def test_a_broken_filter_shows_a_list_all_the_same(client, office, query):
    sign_in(client, office.operator)
    for path in ("units/", "staff/", "assignments/"):
        assert client.get(f"/{A}/{path}{query}").status_code == 200


def test_units_and_areas_are_named_in_the_reader_s_language(client, office):
    sign_in(client, office.operator)
    with county_context(A):
        Unit.objects.filter(pk=office.small.platform.pk).update(name_en="Maoshan Centre")
        Area.objects.filter(pk=office.small.township.pk).update(name_en="Maoshan Town")
    for language, shown, hidden in (
        ("en", ("Maoshan Centre", "Maoshan Town"), "茂山镇综治中心"),
        ("zh-hans", ("茂山镇综治中心", "茂山镇"), "Maoshan"),
    ):
        client.cookies["django_language"] = language
        page = _text(client.get(f"/{A}/units/"))
        assert all(name in page for name in shown), language
        assert hidden not in page, language
