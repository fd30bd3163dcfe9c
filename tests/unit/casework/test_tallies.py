"""Counters summed by the database say what each says alone."""

from datetime import date

import pytest

from linli.casework import tallies
from linli.casework.models.counting import MARKS
from linli.casework.tallies import Table
from tests.factories.county import small_county
from tests.factories.steps import dispatched, reported, step


@pytest.fixture
def small(county):
    small = small_county()
    step(reported(small), "not_accept", small.township_operator(), reason="不属实")
    dispatched(small, small.water)
    return small


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("since", [None, date(2026, 1, 1), date(9999, 1, 1)])
def test_sums_among_states_agree_with_the_states_one_by_one(small, folded, since):
    if folded:
        tallies.fold()
    among = ({"dispatched"}, {"not_accepted", "withdrawn"}, set())
    dimensions = ("category", "township", "unit")
    wanted = [Table(each, "key", MARKS, among=among) for each in dimensions]
    for each, found in zip(
        dimensions, tallies.tables("incident", *wanted, since=since), strict=True
    ):
        alone = tallies.measures("incident", each, by="key", since=since)
        assert [list(row) for row in found] == _summed(alone, among)


def _summed(rows, among):
    """Rows of (key, state, measures) as a table with `among` has them."""
    sums = {}
    for key, state, amount, *marked in rows:
        added = [amount, *(amount * (state in each) for each in among), *marked]
        known = sums.setdefault(key, [0] * len(added))
        known[:] = map(sum, zip(known, added, strict=True))
    return [[key, *numbers] for key, numbers in sums.items()]


def test_only_the_keys_that_are_asked_for_count(small):
    here = str(small.township.pk)
    assert sum(n for _state, n in tallies.totals("incident", "township", keys=[here])) == 2
    assert tallies.totals("incident", "township", keys=["elsewhere"]) == []
    assert tallies.totals("incident", "township", keys=[]) == []
