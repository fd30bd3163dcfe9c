"""Two steps to sign in; administrators in production set the second one up first."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from linli.accounts import second_factor
from linli.accounts.enums import Role
from linli.accounts.models import Session, User
from linli.accounts.signing import Visitor
from tests.conftest import A
from tests.factories.people import PASSWORD, person, sign_in

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def keeper() -> User:
    return person(A, "keeper", Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def enrolled(keeper) -> User:
    second_factor.add_totp(keeper, secret=SECRET, code=code(step=-1), by=Visitor(None, ""))
    return keeper


def test_the_password_alone_does_not_sign_in(client, enrolled):
    assert sign_in(client, enrolled)["Location"] == "/account/login/second/"
    assert client.get("/account/").status_code == 302
    answer = client.post("/account/login/second/", {"code": code()})
    assert answer["Location"] == "/account/places/"
    assert client.get("/account/").status_code == 200


def test_a_wrong_code_is_said_at_the_field_and_counts_towards_the_lockout(client, enrolled):
    sign_in(client, enrolled)
    for _ in range(4):
        wrong = client.post("/account/login/second/", {"code": "000000"})
        assert wrong.status_code == 422
    assert "验证码不正确" in wrong.content.decode()
    assert client.post("/account/login/second/", {"code": "000000"}).status_code == 429
    assert client.post("/account/login/second/", {"code": code()}).status_code == 429
    assert Session.objects.filter(account_id=enrolled.pk).count() == 0


def test_the_second_step_needs_the_first_and_does_not_wait_for_ever(client, enrolled):
    assert client.get("/account/login/second/")["Location"] == "/account/login/"
    sign_in(client, enrolled)
    session = client.session
    session["pending"] |= {"at": time.time() - 301}
    session.save()
    assert client.post("/account/login/second/", {"code": code()})["Location"] == "/account/login/"


def test_a_recovery_code_helps_when_the_phone_is_lost(client, enrolled):
    spare = second_factor.recovery_codes(enrolled)[0]
    sign_in(client, enrolled)
    assert client.post("/account/login/second/", {"code": spare}).status_code == 302
    assert client.get("/account/").status_code == 200


def test_an_app_is_set_up_with_the_secret_of_the_page(client, keeper):
    sign_in(client, keeper)
    page = client.get("/account/second-factor/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    assert "data:image/svg+xml;base64," in page
    wrong = client.post("/account/second-factor/app/", {"code": "000000"})
    assert wrong.status_code == 422
    assert secret[:4] in wrong.content.decode(), "the secret stays, so that one can try again"
    before = client.session.session_key
    right = client.post("/account/second-factor/app/", {"code": code(secret)})
    assert right["Location"] == "/account/second-factor/codes/"
    assert client.session.session_key != before
    codes = re.findall(r">(\d{8})<", client.get(right["Location"]).content.decode())
    assert codes == second_factor.recovery_codes(keeper)
    assert "mfa.totp.secret" not in client.session


def test_in_production_an_administrator_sets_a_second_factor_up_first(
    client, keeper, settings, monkeypatch
):
    monkeypatch.setattr(settings.ENV, "production", True)
    sign_in(client, keeper)
    for path in ("/account/", "/account/places/", f"/{A}/staff/"):
        assert client.get(path)["Location"] == "/account/second-factor/"
    page = client.get("/account/second-factor/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    client.post("/account/second-factor/app/", {"code": code(secret)})
    assert client.get(f"/{A}/staff/").status_code == 200


def test_in_production_others_may_do_without(client, settings, monkeypatch):
    monkeypatch.setattr(settings.ENV, "production", True)
    sign_in(client, person(A, "leader", Role.LEADER))
    assert client.get("/account/").status_code == 200


def test_who_becomes_an_administrator_is_asked_at_the_next_click(client, settings, monkeypatch):
    from linli.access.actor import system
    from linli.accounts.actions import Appointment, grant_membership
    from linli.database.context import county_context

    monkeypatch.setattr(settings.ENV, "production", True)
    user = person(A, "promoted")
    sign_in(client, user)
    assert client.get("/account/").status_code == 200
    with county_context(A):
        grant_membership(Appointment(user, Role.AUDIT_ADMINISTRATOR), by=system())
    assert client.get("/account/")["Location"] == "/account/second-factor/"


def test_a_factor_is_removed_only_by_its_owner(client, enrolled):
    from allauth.mfa.models import Authenticator

    row = Authenticator.objects.get(user=enrolled, type="totp")
    sign_in(client, person(A, "stranger", Role.LEADER))
    assert client.post(f"/account/second-factor/{row.pk}/remove/").status_code == 404
    assert second_factor.kinds(enrolled) == {"totp"}


def test_a_made_up_passkey_signs_nobody_in(client, enrolled):
    client.post("/account/login/passkey/options/")
    answer = client.post("/account/login/passkey/", {"credential": '{"id": "x"}'})
    assert answer.status_code == 422
    assert client.post("/account/login/passkey/", {"credential": "[1]"}).status_code == 422
    assert client.get("/account/").status_code == 302
    data = {"username": "keeper", "password": PASSWORD}
    assert client.post("/account/login/", data).status_code == 302


@pytest.mark.parametrize("path", ["login/passkey/options/", "login/passkey/"])
def test_passkey_answers_come_by_post(client, path):
    assert client.get(f"/account/{path}").status_code == 405
