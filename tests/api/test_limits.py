"""A key that asks too fast is told to wait; others go on."""

import pytest
from django.conf import settings
from django.test import Client

from linli.api.limits import Buckets, TooFastError
from linli.database.context import county_context
from tests.api.conftest import key_for
from tests.conftest import A


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_lets_a_burst_through_and_fills_by_its_rate():
    clock = Clock()
    buckets = Buckets(clock)

    def take(key: str = "a") -> None:
        buckets.take(key, rate=50, burst=3)

    for _ in range(3):
        take()
    with pytest.raises(TooFastError) as refused:
        take()
    assert refused.value.seconds == pytest.approx(0.02)
    take("another key")
    clock.now += 0.021
    take()
    with pytest.raises(TooFastError):
        take()
    clock.now += 3600
    for _ in range(3):
        take()
    with pytest.raises(TooFastError):
        take()


def test_a_rate_of_zero_is_no_limit():
    buckets = Buckets(Clock())
    for _ in range(1000):
        buckets.take("a", rate=0, burst=1)


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(settings, "API_RATE", 0.5)
    monkeypatch.setattr(settings, "API_BURST", 2)


@pytest.mark.parametrize(("language", "words"), [("en", "Too many"), ("zh-hans", "过于频繁")])
def test_a_key_that_asks_too_fast_gets_429(slow, operator, language, words):
    operator.language = language
    assert [operator.get("me").status_code for _ in range(2)] == [200, 200]
    answer = operator.get("me")
    assert (answer.status_code, answer["Retry-After"]) == (429, "2")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many_requests"
    assert words in answer.json()["detail"]


def test_each_key_has_its_own_bucket_and_a_browser_none(slow, small, operator):
    user = small.township_operator()
    other = key_for(user)
    for _ in range(3):
        operator.get("me")
    assert operator.get("me").status_code == 429
    assert other.get("me").status_code == 200
    browser = Client()
    browser.force_login(_account(user))
    answers = {browser.get(f"/api/v1/{A}/me").status_code for _ in range(5)}
    assert answers == {200}


def _account(actor):
    from linli.accounts.models import User

    with county_context(A):
        return User.objects.get(pk=actor.id)
