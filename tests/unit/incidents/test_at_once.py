"""Two dispatchers, two handlers and the clock at the same moment, with real threads and commits."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from linli.access.actor import Actor, system
from linli.casework.definitions import process
from linli.database.context import county_context
from linli.flows.replaying import replay_county
from linli.incidents.actions import Conflict, take_step
from linli.incidents.actions.escalating import escalate_due
from linli.incidents.enums import EventKind
from linli.incidents.models import Incident, IncidentEvent
from linli.processes import Refused
from tests.conftest import A
from tests.factories.county import small_county
from tests.factories.steps import dispatched, reported, step

pytestmark = pytest.mark.slow


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts, all released at the same moment; an exception is an answer."""
    barrier = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        barrier.wait(timeout=20)
        try:
            with county_context(A):
                return act()
        except (Conflict, Refused) as answer:
            return answer
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def taking(incident: Incident, key: str, by: Actor, **fields: object) -> Callable[[], Any]:
    version = incident.version
    return lambda: take_step(incident.pk, key, fields, version=version, by=by)


def kinds(incident: Incident) -> Counter[str]:
    with county_context(A):
        rows = IncidentEvent.objects.filter(incident=incident).values_list("kind", flat=True)
        return Counter(rows)


@pytest.fixture
def small(committed):
    with county_context(A):
        return small_county()


@pytest.mark.parametrize("attempt", range(3))
def test_two_dispatchers_and_the_clock(small, attempt):
    with county_context(A):
        first, second = small.township_operator(), small.township_operator()
        small.dispatcher()
        incident = step(reported(small), "accept", first)
        now = incident.next_rung_at
    answers = together(
        taking(incident, "dispatch", first, unit=str(small.water.pk)),
        taking(incident, "dispatch", second, unit=str(small.roads.pk)),
        lambda: escalate_due(now=now, by=system()),
    )
    _exactly_one_step(incident, "dispatch", answers[:2])


@pytest.mark.parametrize("attempt", range(3))
def test_two_handlers_and_the_clock(small, attempt):
    with county_context(A):
        first, second = small.handler(), small.handler()
        incident = dispatched(small, small.water)
        now = incident.next_rung_at
    answers = together(
        taking(incident, "sign_for", first),
        taking(incident, "return", second, reason="不在我单位管护范围"),
        lambda: escalate_due(now=now, by=system()),
    )
    taken = kinds(incident)
    assert taken["sign_for"] + taken["return"] == 1
    _answered(incident, answers[:2])


def test_two_clocks_tell_once(small):
    with county_context(A):
        small.handler()
        incident = dispatched(small, small.water)
        now = incident.next_rung_at
    acts = [lambda: escalate_due(now=now, by=system())] * 4
    assert sum(together(*acts)) == 1
    assert kinds(incident)[EventKind.ESCALATE] == 1


def _exactly_one_step(incident: Incident, key: str, answers: list[Any]) -> None:
    assert kinds(incident)[key] == 1
    _answered(incident, answers)


def _answered(incident: Incident, answers: list[Any]) -> None:
    """One wins; who lost is shown the case as it is now and what happened; the history is whole."""
    assert sum(isinstance(answer, Incident) for answer in answers) == 1
    for answer in answers:
        if isinstance(answer, Conflict):
            assert answer.incident.version > incident.version
            assert answer.since
        else:
            assert isinstance(answer, Incident)
    with county_context(A):
        now = Incident.objects.get(pk=incident.pk)
        versions = IncidentEvent.objects.filter(incident=incident).values_list("case_version")
        assert sorted(version for (version,) in versions) == list(range(1, now.version + 1))
        assert now.state in process("incident", now.process_version).states
    assert replay_county(A).violations == []
