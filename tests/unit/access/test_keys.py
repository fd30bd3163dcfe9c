"""A key acts for its owner; what is withdrawn ends at the next request."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.access import keys
from linli.access.actor import Actor, actor_for, system
from linli.access.permissions import Permission
from linli.accounts.models import Membership, User
from linli.accounts.tokens import issue, revoke
from linli.database.context import county_context
from tests.conftest import A, B
from tests.factories.county import small_county

TODAY = date(2026, 1, 5)


def present(secret: str, county: str = A) -> Actor | None:
    """As the middleware does: the question travels with the opening of the county."""
    asked = keys.question(secret, county=county, now=timezone.now(), today=TODAY)
    with county_context(county, asked):
        return keys.actor_of(asked, today=TODAY, request_id="r")


@pytest.fixture
def owner(db):
    with county_context(A):
        return small_county().worker()


@pytest.fixture
def user(owner):
    return User.objects.get(pk=owner.id)


@pytest.fixture
def key(user):
    with county_context(A):
        return issue(user=user, name="x", scopes=["incident.view"], by=system())


def test_a_key_is_its_owner_narrowed_to_its_rights(owner, user, key):
    token, secret = key
    found = present(secret)
    with county_context(A):
        whole = actor_for(user, today=TODAY)
    assert found is not None
    assert whole is not None
    assert (found.id, found.label, found.scope) == (whole.id, whole.label, whole.scope)
    assert found.held == whole.held
    assert found.permissions == {Permission.INCIDENT_VIEW}
    assert (found.token_id, found.request_id) == (token.pk, "r")


def test_a_key_is_nothing_in_another_county(key):
    assert present(key[1], B) is None


def test_an_unknown_secret_is_nobody(key):
    assert present(key[1] + "x") is None


def test_a_revoked_key_ends_at_once(key):
    token, secret = key
    with county_context(A):
        revoke(token=token, by=system())
    assert present(secret) is None


def test_a_key_ends_with_its_day(user):
    soon = timezone.now() + timedelta(hours=1)
    past = timezone.now() - timedelta(seconds=1)
    with county_context(A):
        _token, alive = issue(user=user, name="a", scopes=[], by=system(), expires_at=soon)
        _token, dead = issue(user=user, name="b", scopes=[], by=system(), expires_at=past)
    assert present(alive) is not None
    assert present(dead) is None


def test_a_key_ends_with_the_account_and_with_the_role(user, key):
    user.is_active = False
    user.save()
    assert present(key[1]) is None
    user.is_active = True
    user.save()
    assert present(key[1]) is not None
    with county_context(A):
        Membership.objects.filter(user=user).update(valid_to=TODAY)
    assert present(key[1]) is None
