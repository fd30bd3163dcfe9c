"""Signing in: neutral errors, lockout, rotation, expiry, and where one lands."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.accounts.actions import create_user, deactivate, set_password
from linli.accounts.enums import Role
from linli.accounts.models import Membership, Session, User
from linli.audit.models import AuditEvent
from linli.database.context import county_context
from tests.conftest import A, B
from tests.factories.people import PASSWORD, person, sign_in

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def _actions(county: str = A) -> list[str]:
    with county_context(county):
        return list(
            AuditEvent.objects.filter(county_id=county)
            .order_by("at", "id")
            .values_list("action", flat=True)
        )


@pytest.fixture
def operator() -> User:
    return person(A, "operator", Role.COUNTY_OPERATOR)


def test_the_page_opens_and_speaks_chinese_by_default(client):
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert 'lang="zh-hans"' in page.content.decode()
    assert "登录" in page.content.decode()


def test_who_has_one_county_lands_in_it(client, operator):
    assert sign_in(client, operator)["Location"] == "/account/places/"
    assert client.get("/account/places/")["Location"] == f"/{A}/"
    assert "account.signed_in_by_password" in _actions()


def test_the_user_name_is_read_in_any_case_and_width(client, operator):
    answer = client.post(LOGIN, {"username": " ＯＰerator ", "password": PASSWORD})
    assert answer.status_code == 302


def test_who_has_two_counties_chooses(client, operator):
    with county_context(B):
        Membership.objects.create(
            user=operator, role=Role.LEADER, valid_from=timezone.localdate() - timedelta(1)
        )
    sign_in(client, operator)
    page = client.get("/account/places/").content.decode()
    assert f'href="/{A}/"' in page
    assert f'href="/{B}/"' in page


def test_who_has_no_role_reads_what_to_do(client):
    sign_in(client, person(A, "nobody"))
    page = client.get("/account/places/")
    assert page.status_code == 200
    assert "安全管理员" in page.content.decode()


def test_the_page_asked_for_comes_after_signing_in_but_never_another_site(client, operator):
    data = {"username": "operator", "password": PASSWORD}
    assert client.post(LOGIN, data | {"next": f"/{A}/units/"})["Location"] == f"/{A}/units/"
    client.post("/account/logout/")
    assert client.post(LOGIN, data | {"next": "//evil.example/"})["Location"] == "/account/places/"


def test_a_wrong_name_and_a_wrong_password_read_the_same(client, operator):
    wrong = client.post(LOGIN, {"username": "operator", "password": "no"})
    unknown = client.post(LOGIN, {"username": "nobody", "password": "no"})
    assert wrong.status_code == unknown.status_code == 422
    strip = lambda page, name: page.content.decode().replace(name, "")  # noqa: E731
    text = "用户名或密码不正确"
    assert text in strip(wrong, "operator")
    assert text in strip(unknown, "nobody")
    assert 'value="operator"' in wrong.content.decode(), "the typed name is kept"


def test_five_failures_lock_and_the_page_says_for_how_long(client, operator):
    for _ in range(4):
        assert client.post(LOGIN, {"username": "operator", "password": "no"}).status_code == 422
    locked = client.post(LOGIN, {"username": "operator", "password": "no"})
    assert locked.status_code == 429
    assert "请在 15 分钟后再试" in locked.content.decode()
    right = sign_in(client, operator)
    assert right.status_code == 429, "the right password does not unlock"
    assert _actions().count("account.locked_out") == 1, "committed although nobody signed in"


def test_a_lockout_does_not_reach_another_address(client, operator):
    for _ in range(5):
        client.post(LOGIN, {"username": "operator", "password": "no"})
    data = {"username": "operator", "password": PASSWORD}
    assert client.post(LOGIN, data, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_the_session_key_changes_at_sign_in(client, operator):
    client.get(LOGIN)
    client.session["planted"] = True
    client.session.save()
    before = client.session.session_key
    sign_in(client, operator)
    assert client.session.session_key != before


def test_the_session_key_changes_with_the_rights(client, operator):
    sign_in(client, operator)
    before = client.session.session_key
    User.objects.filter(pk=operator.pk).update(rights_changed_at=timezone.now())
    assert client.get("/account/").status_code == 200, "still signed in"
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(("key", "age"), [("seen", 7201), ("began", 36_001)])
def test_an_idle_or_old_session_ends(client, operator, key, age):
    sign_in(client, operator)
    session = client.session
    session[key] = int(time.time()) - age
    session.save()
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_activity_is_noted_at_most_once_a_minute(client, operator):
    sign_in(client, operator)
    session = client.session
    session["seen"] = int(time.time()) - 30
    session.save()
    noted = session["seen"]
    client.get("/account/")
    assert client.session["seen"] == noted
    session["seen"] = int(time.time()) - 90
    session.save()
    client.get("/account/")
    assert client.session["seen"] > noted


def test_signing_out_needs_post_and_ends_the_session(client, operator):
    sign_in(client, operator)
    answer = client.get("/account/logout/")
    assert answer.status_code == 405
    assert "这个地址不能这样打开" in answer.text
    assert answer["Content-Length"] == str(len(answer.content)), "a server believes what is said"
    client.post("/account/logout/")
    assert Session.objects.filter(account_id=operator.pk).count() == 0
    assert _actions()[-1] == "account.signed_out"


def test_without_the_token_of_the_form_nothing_is_accepted(operator):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    refused = sign_in(strict, operator)
    assert refused.status_code == 403
    assert "刷新页面后再提交" in refused.content.decode()  # a page of ours, which says what to do


def test_a_temporary_password_must_be_changed_before_anything_else(client, settings):
    from linli.access.actor import system

    settings.PASSWORD_HASHERS = settings.REAL_HASHERS

    with county_context(A):
        user, secret = create_user(username="fresh", name="新人", by=system())
        Membership.objects.create(
            user=user, role=Role.LEADER, valid_from=timezone.localdate() - timedelta(1)
        )
    assert user.password.startswith("scrypt$")
    sign_in(client, user, secret)
    assert client.get("/account/")["Location"] == "/account/password/"
    assert client.get(f"/{A}/units/")["Location"] == "/account/password/"
    assert client.get("/account/second-factor/app/")["Location"] == "/account/password/"
    wrong = {"old": secret, "new": "short", "again": "short"}
    assert client.post("/account/password/", wrong).status_code == 422
    right = {"old": secret, "new": PASSWORD, "again": PASSWORD}
    assert client.post("/account/password/", right)["Location"] == "/account/places/"
    assert client.get("/account/").status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert user.password.split("$")[1] == "16384", "hashed at full cost"


def test_a_new_password_signs_out_everywhere_else(client, operator):
    from django.test import Client

    other = Client()
    sign_in(other, operator)
    sign_in(client, operator)
    new = "another-good-sentence"
    client.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_a_reset_or_closed_account_is_signed_out_at_once(client, operator):
    from linli.access.actor import system

    sign_in(client, operator)
    with county_context(A):
        set_password(user=operator, by=system())
    assert client.get("/account/").status_code == 302
    with county_context(A):
        Membership.objects.filter(user=operator).delete()
        deactivate(user=operator, by=system())
    assert sign_in(client, operator).status_code == 422


def test_the_language_is_remembered_with_the_account(client, operator):
    sign_in(client, operator)
    client.post("/account/language/", {"language": "en", "next": "/account/"})
    assert "My account" in client.get("/account/").content.decode()
    operator.refresh_from_db()
    assert operator.language == "en"
    client.cookies.clear()
    sign_in(client, operator)
    assert "My account" in client.get("/account/").content.decode()


def test_an_unknown_language_changes_nothing_and_the_way_back_stays_here(client):
    answer = client.post("/account/language/", {"language": "xx", "next": "https://evil.example"})
    assert answer["Location"] == "/"
    assert "django_language" not in answer.cookies


def test_one_can_sign_out_everywhere_else(client, operator):
    from django.test import Client

    other = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120"})
    sign_in(other, operator)
    sign_in(client, operator)
    assert "Chrome · Windows" in client.get("/account/").content.decode()
    client.post("/account/sessions/end/")
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["", "password/", "places/", "second-factor/", "second-factor/app/", "second-factor/codes/"],
)
def test_pages_of_an_account_ask_to_sign_in(client, path):
    assert client.get(f"/account/{path}")["Location"].startswith("/account/login/?next=")


def test_own_details_are_checked_at_the_field_and_kept(client, operator):
    sign_in(client, operator)
    bad = client.post("/account/", {"name": "王芳", "email": "not an address"})
    assert bad.status_code == 422
    assert 'value="not an address"' in bad.content.decode()
    assert client.post("/account/", {"name": "王芳", "email": ""}).status_code == 302
    operator.refresh_from_db()
    assert operator.name == "王芳"
