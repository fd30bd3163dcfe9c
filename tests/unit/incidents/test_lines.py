"""What is said beside a case: by which clock its time is counted; its timeline."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.incidents.lines import counting
from linli.incidents.queries import entries
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


def test_a_timeline_is_read_from_the_months_between_its_report_and_now_alone(small):
    incident = step(reported(small), "accept", small.township_operator())
    assert [line.kind for line in entries(incident)] == ["report", "accept"]
    months = set(
        re.findall(r" on incidents_incidentevent_(\d{6}|default)", entries(incident).explain())
    )
    now = timezone.now()
    assert months <= {f"{day:%Y%m}" for day in (now, now + timedelta(days=1))}
    assert months
