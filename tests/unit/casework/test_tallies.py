"""Several counters by one question say what each says alone."""

from datetime import date

import pytest

from linli.casework import tallies
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
def test_tables_agree_with_each_dimension_alone(small, folded, since):
    if folded:
        tallies.fold()
    by = {"total": "month", "category": "key", "township": "key"}
    states = ({"dispatched"}, {"not_accepted", "withdrawn"}, set())
    found = tallies.tables("incident", by, states=states, since=since)
    for dimension, each in by.items():
        alone = tallies.measures("incident", dimension, by=each, since=since)
        summed = _summed(alone, states, apart=each == "month")
        assert [row for name, *row in found if name == dimension] == summed


def _summed(rows, states, *, apart):
    """Rows of (cell, state, measures) as `tables` has them; `apart` keeps the states."""
    sums = {}
    for cell, state, *numbers in rows:
        among = [numbers[0] * (state in each) for each in states]
        added = [numbers[0], *among, *numbers[1:]]
        known = sums.setdefault((str(cell), state if apart else ""), [0] * len(added))
        known[:] = map(sum, zip(known, added, strict=True))
    return [[*cell, *numbers] for cell, numbers in sums.items()]


def test_only_the_keys_that_are_asked_for_count(small):
    here = str(small.township.pk)
    assert sum(n for _state, n in tallies.totals("incident", "township", keys=[here])) == 2
    assert tallies.totals("incident", "township", keys=["elsewhere"]) == []
    assert tallies.totals("incident", "township", keys=[]) == []
