"""Rounds take what waits in batches and end, however busy the county is."""

import pytest

from linli.casework import tallies
from linli.casework.models import TallyDelta
from linli.database.context import county_context
from linli.jobs.upkeep import in_batches
from tests.conftest import A
from tests.factories.rows import make


@pytest.fixture
def waiting(committed, monkeypatch):
    monkeypatch.setattr(tallies, "FOLD_AT_ONCE", 2)
    with county_context(A):
        for _ in range(5):
            make(TallyDelta)


def _waiting() -> int:
    with county_context(A):
        return TallyDelta.objects.count()


def test_a_round_takes_all_that_waits(waiting):
    assert in_batches("fold", tallies.fold, tallies.FOLD_AT_ONCE) == 5
    assert _waiting() == 0


def test_a_round_ends_while_people_go_on_working(waiting):
    batches = 0

    def busy() -> int:
        nonlocal batches
        batches += 1
        if batches > 20:
            raise RuntimeError("the round does not end")  # only logged: counted below
        done = tallies.fold()
        make(TallyDelta)  # reported meanwhile
        return done

    in_batches("fold", busy, tallies.FOLD_AT_ONCE)
    assert batches == 6, "five for the five that waited and came, one for the other county"
    assert _waiting() == 1, "the next round's"


def test_what_a_batch_has_done_stays_where_a_later_one_fails(waiting):
    def second_fails() -> int:
        if TallyDelta.objects.count() < 5:
            raise RuntimeError("no space left")
        return tallies.fold()

    assert in_batches("fold", second_fails, tallies.FOLD_AT_ONCE) == 2
    assert _waiting() == 3
