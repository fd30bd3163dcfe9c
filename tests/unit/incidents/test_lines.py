"""What a list says beside a case: by which clock its time is counted."""

import pytest

from linli.incidents.lines import counting
from tests.factories.county import small_county
from tests.factories.steps import reported, step


@pytest.fixture
def small(county):
    return small_county()


def test_working_time_is_counted_by_the_calendar_and_plain_hours_by_none(small):
    ordinary, critical = reported(small), reported(small, severity="critical")
    assert counting(ordinary).calendar is not None
    assert counting(critical).calendar is None  # one hour, at night as well
    assert counting(critical).started == critical.opened_at


def test_the_clock_that_began_last_counts(small):
    incident = step(reported(small), "accept", small.township_operator())
    begun = counting(incident).started
    assert begun is not None
    assert begun > incident.opened_at
