"""Many at once: overlapping bulks do not deadlock, and of sixteen who act on one case one wins."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from linli.accounts.models import User
from linli.database.context import county_context
from linli.incidents.actions import Draft, NotFound, report, take_step
from linli.incidents.actions.bulk import MOST, take_step_for_all
from linli.incidents.actions.placing import Spot
from linli.incidents.models import Incident, IncidentEvent
from linli.incidents.rules import Invalid
from tests.conftest import A
from tests.factories.county import Small, small_county

CLIENTS = 16


def _accepted(small: Small, count: int) -> list[Incident]:
    operator, made = small.township_operator(), []
    for n in range(count):
        draft = Draft(f"第{n}处", small.category().pk, "call", Spot(area_id=small.grid.pk))
        made.append(
            take_step(report(draft, by=operator).pk, "accept", {}, version=None, by=operator)
        )
    return made


def _at_once(work) -> list:
    """Run `work(n)` in sixteen threads that start together, each with a connection of its own."""
    start = threading.Barrier(CLIENTS)

    def one(n):
        try:
            with connection.cursor() as cursor:  # sixteen threads share one interpreter's lock
                cursor.execute("SET lock_timeout = '60s'")
            start.wait()
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(CLIENTS)))


def test_overlapping_bulks_dispatch_each_case_once(committed):
    with county_context(A):
        small = small_county()
        cases = _accepted(small, 12)
        actor, unit = small.dispatcher(), str(small.water.pk)
        operator = small.township_operator()
    versions = {one.pk: one.version for one in cases}

    def bulk(n):
        ids = random.Random(n).sample(list(versions), 9)
        with county_context(A):
            given = {"unit": unit}
            return take_step_for_all(ids, "dispatch", given, versions=versions, by=operator)

    answers = [one for part in _at_once(bulk) for one in part]
    won = Counter(one.id for one in answers if one.error is None)
    assert set(won.values()) == {1}
    assert len(won) == len(cases)
    assert len(answers) == CLIENTS * 9
    with county_context(A):
        assert IncidentEvent.objects.filter(kind="dispatch").count() == len(cases)
    assert actor.id != operator.id


def test_a_case_out_of_sight_is_answered_without_waiting_for_its_lock(committed):
    with county_context(A):
        small = small_county()
        (case,) = _accepted(small, 1)
        stranger = small.handler()
    held, answered = threading.Event(), threading.Event()

    def hold():
        try:
            with county_context(A):
                Incident.objects.select_for_update().get(pk=case.pk)
                held.set()
                return answered.wait(timeout=4)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert held.wait(timeout=20)
        with county_context(A):
            given = {"text": "看过"}
            (answer,) = take_step_for_all([case.pk], "comment", given, versions={}, by=stranger)
        answered.set()
        assert holding.result()
    assert isinstance(answer.error, NotFound)


@pytest.mark.usefixtures("plain_static_files")
def test_of_sixteen_who_act_on_one_case_one_wins_and_the_others_see_it(committed):
    with county_context(A):
        small = small_county()
        (case,) = _accepted(small, 1)
        staff = [small.township_operator() for _ in range(CLIENTS)]
        unit = str(small.water.pk)
    address = reverse("incidents:step", args=[A, case.number, "dispatch"])
    clients = []
    for actor in staff:
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(pk=actor.id))
        clients.append(client)

    def post(n):
        given = {"version": case.version, "unit": unit, "text": f"我是第{n}位"}
        return clients[n].post(address, given)

    answers = _at_once(post)
    assert sorted(one.status_code for one in answers) == [302, *[409] * (CLIENTS - 1)]
    lost = [(n, one.content.decode()) for n, one in enumerate(answers) if one.status_code == 409]
    assert all(f"我是第{n}位" in text for n, text in lost)
    assert all("Somebody was faster" in text for _n, text in lost)
    with county_context(A):
        assert Incident.objects.get(pk=case.pk).version == case.version + 1


def test_a_bulk_has_an_end(county):
    small = small_county()
    ids = [small.grid.pk] * 1
    too_many = [one.pk for one in _accepted(small, 1)] + ids * MOST
    with pytest.raises(Invalid) as refused:
        take_step_for_all(too_many, "accept", {}, versions={}, by=small.township_operator())
    assert refused.value.code == "too_many"
