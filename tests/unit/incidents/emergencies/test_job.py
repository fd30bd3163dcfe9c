"""The minute's round goes through every county, and one emergency's trouble stops no other."""

from datetime import timedelta

import pytest

from linli.database.context import county_context
from linli.incidents.actions.emergencies import raise_emergency
from linli.incidents.models import Emergency, EmergencyCall
from linli.jobs import emergencies
from tests.conftest import A, B
from tests.factories.county import small_county
from tests.factories.duty import round_the_clock
from tests.factories.steps import reported


def _raise(code: str, count: int = 1) -> None:
    with county_context(code):
        small = small_county()
        round_the_clock(small)
        for _ in range(count):
            raise_emergency(reported(small).pk, by=small.worker())
        for row in Emergency.objects.all():
            row.called_at -= timedelta(minutes=6)
            row.rung_due_at -= timedelta(minutes=6)
            row.save()


def _rungs(code: str) -> list[int]:
    with county_context(code):
        return sorted(Emergency.objects.values_list("rung", flat=True))


@pytest.mark.django_db
def test_every_county_climbs_and_a_second_round_changes_nothing():
    for code in (A, B):
        _raise(code)
    assert emergencies.climb() == 2
    assert (_rungs(A), _rungs(B)) == ([1], [1])
    assert emergencies.climb() == 0
    with county_context(A):
        assert EmergencyCall.objects.count() == 2


@pytest.mark.django_db
def test_one_that_fails_leaves_the_others_their_turn(monkeypatch):
    _raise(A, count=2)
    real, failed = emergencies.climb_if_due, []

    def first_fails(emergency, **more):
        if not failed:
            failed.append(emergency)
            raise RuntimeError("planted")
        return real(emergency, **more)

    monkeypatch.setattr(emergencies, "climb_if_due", first_fails)
    assert emergencies.climb() == 1
    assert _rungs(A) == [0, 1]
