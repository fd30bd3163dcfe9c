"""The rungs of a ladder: when they come, in which order, which are left."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from linli.calendars import Duration, back_from, working_time_between
from linli.processes.escalation import next_at, reached, rungs
from linli.processes.ladders import Rung

from .support import calendar, incident

DUE = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)  # Thursday, 10:00 in China


def test_the_rungs_of_a_unit_come_before_at_and_after_its_deadline() -> None:
    found = rungs(incident(), "handling", DUE, calendar())
    local = [calendar().local(due.at).strftime("%a %H:%M") for due in found]
    assert local == ["Wed 17:00", "Thu 10:00", "Thu 16:00", "Mon 10:00"]
    assert [due.place for due in found] == [0, 1, 2, 3]


def test_rungs_that_have_come_are_taken_once() -> None:
    ladder = rungs(incident(), "handling", DUE, calendar())
    assert [due.place for due in reached(ladder, now=DUE, taken=0)] == [0, 1]
    assert [due.place for due in reached(ladder, now=DUE, taken=2)] == []
    assert next_at(ladder, taken=2) == ladder[2].at
    assert next_at(ladder, taken=4) is None


def test_a_final_state_has_no_ladder() -> None:
    assert rungs(incident(), "closed", DUE, calendar()) == ()


def test_looking_back_leaves_exactly_the_time_asked_for() -> None:
    for hours in range(1, 60):
        span = Duration.parse(f"{hours} working hours")
        begin = back_from(DUE, span, calendar())
        assert working_time_between(begin, DUE, calendar()) == timedelta(hours=hours)


def test_looking_back_crosses_the_turn_of_the_year() -> None:
    begin = back_from(datetime(2026, 1, 5, 2, tzinfo=UTC), Duration.parse("9000wh"), calendar())
    assert begin.year < 2022


def test_a_rung_is_on_one_side_of_the_deadline() -> None:
    with pytest.raises(ValidationError, match="not both"):
        Rung.model_validate({"before": "1wh", "after": "1wh", "tell": ["holder"]})
    with pytest.raises(ValidationError, match="hours or working hours"):
        Rung.model_validate({"before": "1wd", "tell": ["holder"]})
