"""A case under another version: where its deadlines go, what stays, what is refused."""

from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.calendars import Duration
from linli.processes import Definition, Refused, decide
from linli.processes.moving import move, steps_between
from linli.processes.reading import read

from .support import CENTRE, NOW, ROADS, TEXT, TOWNSHIP, WORKER, Story, calendar, incident

PLAIN = read(TEXT)
LATER = NOW + timedelta(hours=30)


def version(change) -> Definition:
    document = deepcopy(PLAIN)
    change(document)
    return Definition.model_validate(document | {"version": 2})


def handling() -> Story:
    return Story().upto("sign_for")


def under(new: Definition, story: Story, at=LATER):
    return move(new, story.case, now=at, calendar=calendar())


def shorter(document) -> None:
    document["clocks"]["handle"]["by_severity"]["general"] = "5 working days"


def test_a_shorter_deadline_counts_from_when_the_clock_began():
    story = handling()
    moved = under(version(shorter), story)
    (change,) = moved.clocks
    assert (change.clock, change.action) == ("handle", "correct")
    assert moved.due_at == NOW + timedelta(days=7)  # Monday 09:00, 5 working days on
    assert story.steps[-1].due_at == NOW + timedelta(days=9)
    assert moved.case.state == "handling"
    assert moved.case.progress.counts == story.case.progress.counts


def test_the_same_definition_changes_nothing():
    story = handling()
    moved = under(incident(), story)
    assert moved.clocks == ()
    assert moved.case == story.case
    assert moved.due_at == story.steps[-1].due_at


def test_a_category_with_its_own_time_keeps_it():
    story = handling()
    own = {"handle": Duration.parse("2 working days")}
    case = story.case._replace(durations=own)
    moved = move(version(shorter), case, now=LATER, calendar=calendar())
    assert moved.case.progress.clocks["handle"].allowances == (own["handle"],)


def test_an_extension_that_was_granted_stays():
    story = handling()
    story.take(ROADS, "ask_extension", hours=1)
    story.take(TOWNSHIP, "grant_extension", hours=1)
    moved = under(version(shorter), story)
    allowances = [str(one) for one in moved.case.progress.clocks["handle"].allowances]
    assert allowances == ["5 working days", "3 working days"]


def test_a_clock_that_is_new_starts_now_and_one_that_is_gone_stops():
    def change(document):
        document["clocks"]["look"] = {
            "label": {"zh": "查看", "en": "Look"}, "runs_in": ["handling"],
            "by_severity": dict.fromkeys(PLAIN["severities"], "4 hours"),
        }  # fmt: skip
        document["clocks"]["handle"]["runs_in"] = ["dispatched"]
        document["states"]["handling"]["clock"] = "look"

    moved = under(version(change), handling())
    actions = {one.clock: str(one.action) for one in moved.clocks}
    assert actions == {"handle": "stop", "look": "start"}
    assert moved.due_at == LATER + timedelta(hours=4)


def test_what_stood_still_by_a_condition_stands_on_or_goes_on():
    story = handling()
    story.take(CENTRE, "stop_clock", hours=1, condition="weather", reason="雪")
    moved = under(version(shorter), story)
    assert moved.case.progress.stopped == story.case.progress.stopped
    assert moved.case.progress.clocks["handle"].paused
    assert moved.due_at == story.case.progress.stopped.until

    def without(document):
        del document["stop_clocks"]["weather"]

    gone = under(version(without), story)
    assert gone.case.progress.stopped is None
    assert [(one.clock, str(one.action)) for one in gone.clocks] == [("handle", "resume")]
    assert gone.due_at is not None


def test_a_pending_matter_keeps_its_date():
    story = handling()
    story.take(TOWNSHIP, "set_pending", hours=1)
    moved = under(version(shorter), story)
    assert moved.due_at == story.steps[-1].due_at
    assert moved.case.progress.clocks["handle"].paused
    assert str(moved.case.progress.clocks["handle"].allowances[0]) == "5 working days"


def test_a_state_that_is_gone_is_refused_and_so_is_a_date_that_nobody_set():
    def without(document):
        del document["states"]["handling"]

    with pytest.raises(Refused, match="state_gone"):
        under(version(without), handling())

    def dated(document):
        document["clocks"]["handle"] |= {"until": "review_date"}

    with pytest.raises(Refused, match="date_unknown"):
        under(version(dated), handling())

    def milder(document):
        del document["severities"]["general"]

    with pytest.raises(Refused, match="severity_gone"):
        under(version(milder), handling())


def test_a_date_that_becomes_a_duration_counts_from_the_beginning():
    def undated(document):
        del document["clocks"]["review"]["until"]
        document["clocks"]["review"]["by_severity"] = dict.fromkeys(
            PLAIN["severities"], "10 working days"
        )

    story = handling()
    story.take(TOWNSHIP, "set_pending", hours=1)
    moved = under(version(undated), story)
    assert moved.due_at == story.now + timedelta(days=14)


def test_the_steps_of_a_state_that_come_and_go():
    def change(document):
        recall = document["transitions"].pop("recall")
        document["transitions"]["recall_2"] = recall

    steps = steps_between(incident(), version(change), "handling")
    assert (steps.gained, steps.lost) == (("recall_2",), ("recall",))
    assert steps_between(incident(), version(change), "closed").gained == ()


COURSE = [(WORKER, "report"), (TOWNSHIP, "accept"), (TOWNSHIP, "dispatch"), (ROADS, "sign_for"),
          (ROADS, "hand_in")]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, len(COURSE)),
    st.lists(st.integers(0, 60), min_size=len(COURSE), max_size=len(COURSE)),
    st.integers(1, 20),
    st.integers(0, 400),
)
def test_moving_there_and_back_is_as_if_nothing_had_been(steps, hours, days, wait):
    """No deadline is lost on the way, and every step can be taken afterwards."""
    story = Story()
    for (who, name), pause in zip(COURSE[:steps], hours, strict=False):
        story.take(who, name, hours=pause)

    def change(document):
        for clock in document["clocks"].values():
            if "until" not in clock:
                clock["by_severity"] = dict.fromkeys(PLAIN["severities"], f"{days} working days")

    now = story.now + timedelta(hours=wait)
    there = move(version(change), story.case, now=now, calendar=calendar())
    assert there.due_at is not None
    back = move(incident(), there.case, now=now, calendar=calendar())
    assert back.case == story.case
    assert back.due_at == story.steps[-1].due_at
    decide(version(change), there.case, WORKER, "comment", {"text": "x"}, now=now,
           calendar=calendar())  # fmt: skip
