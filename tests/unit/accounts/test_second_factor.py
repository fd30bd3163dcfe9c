"""Codes of an app, recovery codes, and how their secrets lie in the database."""

import json

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from linli.access.actor import system
from linli.accounts import second_factor
from linli.accounts.actions import create_user
from linli.accounts.models import User
from linli.accounts.second_factor import NotProvenError, SealedAdapter
from linli.accounts.signing import Visitor
from linli.database.context import county_context
from linli.lib import crypto
from linli.lib.keyring import Keyring
from tests.conftest import A

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_800_000_000
STEP = NOW // 30
ME = Visitor(None, "test")


def code(step: int) -> str:
    return format_hotp_value(hotp_value(SECRET, step))


@pytest.fixture
def user(db, monkeypatch) -> User:
    monkeypatch.setattr("time.time", lambda: NOW)
    with county_context(A):
        return create_user(username="keeper", name="保管", by=system())[0]


@pytest.fixture
def enrolled(user) -> User:
    second_factor.add_totp(user, secret=SECRET, code=code(STEP), by=ME)
    return user


def test_an_app_that_shows_another_code_is_not_set_up(user):
    with pytest.raises(NotProvenError):
        second_factor.add_totp(user, secret=SECRET, code="000000", by=ME)
    assert second_factor.kinds(user) == frozenset()


def test_the_secret_lies_sealed_in_the_database(enrolled):
    rows = Authenticator.objects.filter(user=enrolled)
    assert {row.type for row in rows} == {"totp", "recovery_codes"}
    assert SECRET not in json.dumps([row.data for row in rows])
    assert SealedAdapter().decrypt(rows.get(type="totp").data["secret"]) == SECRET


def test_a_code_counts_once_and_no_older_one_after_it(enrolled):
    with pytest.raises(NotProvenError):
        second_factor.prove_by_code(enrolled, code(STEP))  # it proved the set-up
    assert second_factor.prove_by_code(enrolled, code(STEP + 1)) == "totp"
    for step in (STEP + 1, STEP, STEP - 1, STEP + 2):
        with pytest.raises(NotProvenError):
            second_factor.prove_by_code(enrolled, code(step))


def test_each_recovery_code_counts_once_also_with_blanks(enrolled):
    first, second, *rest = second_factor.recovery_codes(enrolled)
    assert len(rest) == 8
    assert second_factor.prove_by_code(enrolled, f"{first[:4]} {first[4:]}") == "recovery_codes"
    with pytest.raises(NotProvenError):
        second_factor.prove_by_code(enrolled, first)
    assert second_factor.recovery_codes(enrolled) == [second, *rest]


def test_new_recovery_codes_void_the_old_ones(enrolled):
    old = second_factor.recovery_codes(enrolled)
    new = second_factor.renew_recovery_codes(enrolled, by=ME)
    assert not set(old) & set(new)
    with pytest.raises(NotProvenError):
        second_factor.prove_by_code(enrolled, old[0])


def test_removing_the_last_factor_removes_the_recovery_codes(enrolled):
    row = Authenticator.objects.get(user=enrolled, type="totp")
    assert second_factor.remove(enrolled, authenticator=row.pk, by=ME)
    assert not Authenticator.objects.filter(user=enrolled).exists()
    assert not second_factor.remove(enrolled, authenticator=row.pk, by=ME)


def test_nobody_removes_another_persons_factor(enrolled):
    with county_context(A):
        other = create_user(username="other", name="别人", by=system())[0]
    row = Authenticator.objects.get(user=enrolled, type="totp")
    assert not second_factor.remove(other, authenticator=row.pk, by=ME)
    assert second_factor.kinds(enrolled) == {"totp"}


def test_a_made_up_passkey_answer_is_refused(enrolled, rf):
    request = rf.post("/")
    request.session = {}
    answers = [{}, {"id": "x"}, {"response": {"userHandle": "AAAA"}, "id": "x", "rawId": "x"}]
    with request_context(request):
        second_factor.begin_proof(None)
        for answer in answers:
            with pytest.raises(NotProvenError):
                second_factor.prove_by_passkey(None, answer)


def test_codes_whose_key_is_not_here_prove_nothing_and_are_told(enrolled, monkeypatch):
    spare = second_factor.recovery_codes(enrolled)[0]
    assert second_factor.closed_factors() == []
    other = Keyring().rotated("mfa")
    monkeypatch.setattr(crypto.keyrings, "installed", lambda: other)
    for tried in (code(STEP + 1), spare):
        with pytest.raises(NotProvenError):
            second_factor.prove_by_code(enrolled, tried)
    assert second_factor.recovery_codes(enrolled) == []
    assert second_factor.closed_factors() == ["keeper"]
