"""Clocks that stand still for a named condition, and go on."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from linli.calendars import CalendarChoice, WorkCalendar, deadline, working_time_between
from linli.processes import Progress, Refused, available

from .support import NOW, ROADS, TOWNSHIP, Story, calendar, incident


def stopped(condition: str = "weather") -> Story:
    story = Story().upto("sign_for")
    story.take(TOWNSHIP, "stop_clock", hours=2, condition=condition, reason="Storm")
    return story


def test_a_stopped_clock_gives_back_the_time_that_it_stood_still() -> None:
    plain = Story().upto("sign_for").steps[-1].dues["handle"]
    story = stopped()
    assert "handle" not in story.steps[-1].dues
    stood = story.now
    due = story.take(TOWNSHIP, "start_clock", hours=48).dues["handle"]
    lost = working_time_between(stood, story.now, calendar())
    assert working_time_between(plain, due, calendar()) == lost > timedelta(hours=10)


def test_while_it_stands_still_a_case_is_due_when_that_ends_by_itself() -> None:
    decision = stopped().steps[-1]
    at_most = incident().stop_clocks["weather"].at_most
    assert decision.due_at == deadline(NOW + timedelta(hours=2), at_most, calendar())
    assert decision.case.progress.stopped is not None


def test_a_case_that_moves_on_leaves_the_condition_behind() -> None:
    story = stopped()
    decision = story.take(ROADS, "hand_in", hours=1)
    assert decision.case.progress.stopped is None
    assert decision.due_at == decision.dues["verify"]


def test_a_clock_is_stopped_once_and_started_once() -> None:
    story = stopped()
    with pytest.raises(Refused, match="clocks_stopped"):
        story.take(TOWNSHIP, "stop_clock", condition="appraisal", reason="Again")
    story.take(TOWNSHIP, "start_clock")
    with pytest.raises(Refused, match="clocks_running"):
        story.take(TOWNSHIP, "start_clock")


@pytest.mark.parametrize("condition", ["holiday", ""])
def test_only_a_named_condition_stops_a_clock(condition: str) -> None:
    story = Story().upto("sign_for")
    with pytest.raises(Refused) as refused:
        story.take(TOWNSHIP, "stop_clock", condition=condition, reason="Storm")
    assert refused.value.field == "condition"


def test_the_unit_that_handles_does_not_stop_its_own_clock() -> None:
    story = Story().upto("sign_for")
    with pytest.raises(Refused, match="no_permission"):
        story.take(ROADS, "stop_clock", condition="weather", reason="Storm")


def test_what_is_stored_of_a_stopped_clock_is_read_back() -> None:
    progress = stopped().case.progress
    assert Progress.from_json(progress.to_json()) == progress


@dataclass(frozen=True)
class _Working:
    """The county keeps office hours, a unit works round the clock."""

    county: WorkCalendar

    def calendar_for(self, choice: CalendarChoice, unit: str, /) -> WorkCalendar:
        own = choice is CalendarChoice.UNIT and unit == "U-roads"
        return WorkCalendar.round_the_clock("Asia/Shanghai") if own else self.county


def test_limits_and_stops_count_by_the_working_time_of_the_states_deadline() -> None:
    """The unit may return a case within 8 of its own working hours, not the county's."""
    for hours, own, offices in ((7, True, True), (9, False, True)):
        for calendars, allowed in ((_Working(calendar()), own), (calendar(), offices)):
            story = Story(calendars=calendars).upto("dispatch")
            later = story.now + timedelta(hours=hours)
            offers = available(incident(), story.case, ROADS, now=later, calendar=calendars)
            (back,) = (one for one in offers if one.transition.key == "return")
            assert back.allowed is allowed, (hours, calendars)
    story = Story(calendars=_Working(calendar())).upto("sign_for")
    story.take(TOWNSHIP, "stop_clock", condition="weather", reason="Storm")
    progress = story.steps[-1].case.progress.stopped
    assert progress is not None
    assert progress.until - progress.since == timedelta(days=10)
