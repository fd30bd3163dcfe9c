"""Real commits, real threads, through the whole middleware: twins wait, one of many wins."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from linli.casework.models import IdempotencyKey
from linli.database.context import county_context
from linli.incidents.models import Incident, IncidentEvent
from tests.api.conftest import key_for, report_of
from tests.conftest import A
from tests.factories.county import small_county

pytestmark = pytest.mark.slow


def together(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run an act in as many threads, all released at the same moment."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Any:
        barrier.wait(timeout=20)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def world(committed):
    with county_context(A):
        small = small_county()
        operator = key_for(small.township_operator())
        colleagues = [key_for(small.township_operator()) for _ in range(16)]
        body = report_of(small)
    return operator, colleagues, body


def test_twins_with_one_key_get_one_row_and_one_answer(world):
    operator, _colleagues, body = world
    answers = together(8, lambda _n: operator.post("incidents", body, key="twin"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert sum("Idempotent-Replay" in answer.headers for answer in answers) == 7
    with county_context(A):
        assert Incident.objects.count() == 1
        assert IncidentEvent.objects.count() == 1
        assert IdempotencyKey.objects.count() == 1


def test_twins_with_one_key_and_other_bodies_leave_one(world):
    operator, _colleagues, body = world
    answers = together(
        4, lambda n: operator.post("incidents", body | {"text": f"第{n}处"}, key="k")
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 3}
    with county_context(A):
        assert Incident.objects.count() == 1


def test_a_refused_twin_leaves_the_key_to_the_other(world):
    operator, _colleagues, body = world
    bad = operator.post("incidents", body | {"text": ""}, key="k")
    assert bad.status_code == 422
    answers = together(2, lambda _n: operator.post("incidents", body, key="k"))
    assert {answer.status_code for answer in answers} == {201}
    with county_context(A):
        assert Incident.objects.count() == 1


def test_of_sixteen_who_act_on_one_case_one_wins(world):
    operator, colleagues, body = world
    one = operator.post("incidents", body).json()
    steps = ["accept", "not_accept"]
    answers = together(
        16,
        lambda n: colleagues[n].step(
            one["id"], steps[n % 2], version=1, **({"reason": "不属实"} if n % 2 else {})
        ),
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 15}
    winner = next(answer for answer in answers if answer.status_code == 200)
    for answer in answers:
        if answer.status_code == 409:
            said = answer.json()
            assert (said["code"], said["version"]) == ("version_conflict", 2)
            assert len(said["since"]) == 1
    with county_context(A):
        row = Incident.objects.get()
        assert (row.version, row.state) == (2, winner.json()["state"])
        assert IncidentEvent.objects.count() == 2


def test_sixteen_reports_get_sixteen_numbers(world):
    operator, _colleagues, body = world
    answers = together(16, lambda _n: operator.post("incidents", body))
    assert len({answer.json()["number"] for answer in answers}) == 16


def test_two_who_merge_two_cases_into_each_other_leave_one_open(world):
    operator, colleagues, body = world
    ids = [operator.post("incidents", body).json()["id"] for _ in range(2)]
    answers = together(2, lambda n: colleagues[n].step(ids[n], "merge", duplicate_of=ids[1 - n]))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    with county_context(A):
        assert Incident.objects.filter(is_open=True).count() == 1


def test_a_row_that_is_locked_for_a_while_is_waited_for_again(world):
    operator, _colleagues, body = world
    one = operator.post("incidents", body).json()
    held = threading.Event()

    def hold(_number):
        with county_context(A):
            Incident.objects.select_for_update().get(pk=one["id"])
            held.set()
            time.sleep(1.5)  # longer than one wait, shorter than two

    def accept(_number):
        held.wait(timeout=20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        return operator.step(one["id"], "accept")

    _held, answer = together(2, lambda number: (hold, accept)[number](number))
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
