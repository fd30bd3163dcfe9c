"""Two definitions over the same histories: nothing changes by itself, and what changes is right."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.calendars import Duration
from linli.processes import Definition, load
from linli.whatif.applying import WHOLE
from linli.whatif.histories import NONE
from linli.whatif.replaying import replay
from linli.whatif.report import changed_cases, summary
from linli.whatif.sides import Matter, Suggested
from tests.examples import examples
from tests.unit.processes.support import TEXT

from .support import CENTRE, Walk, collect, side, walks

SEEDS = st.integers(0, 10**9)
SHORTER = TEXT.replace("general: 4 working hours", "general: 1 working hour").replace(
    "general: 3 working days", "general: 1 working day"
)


def draft(text: str) -> Definition:
    return load(text)


def told(cases: list[Walk], after: Definition, **more):
    histories = collect(cases)
    horizon = int(histories.at.max()) + 1 if len(histories) else 0
    return replay(histories, side(), side(after, **more), centre=CENTRE, horizon=horizon)


@settings(max_examples=examples(20), deadline=None)
@given(SEEDS)
def test_the_published_definition_replayed_changes_nothing(seed):
    found = told(walks(seed, 15), draft(TEXT))
    before, after = found.moves
    assert (before == after).all()
    assert list(changed_cases(found)) == []
    result = summary(found, seed=1)
    assert result["deadlines"] == {}
    assert result["moved"]["cases"] == result["moved"]["suggestions"] == 0
    for table in result["late"].values():
        assert all(row["late"][0] == row["late"][1] for row in table)
        assert all(row["of"][0] == row["of"][1] for row in table)
    assert all(row["most"][0] == row["most"][1] for row in result["queues"])
    assert result["forbidden"] == []


def test_shorter_deadlines_are_missed_at_least_as_often():
    found = told(walks(7, 60), draft(SHORTER))
    rows = {row["key"]: row for row in summary(found, seed=1)["late"]["clocks"]}
    for row in rows.values():
        assert row["late"][0] <= row["late"][1]
        assert row["of"][0] == row["of"][1]
    assert sum(row["late"][0] for row in rows.values()) < sum(
        row["late"][1] for row in rows.values()
    )


@pytest.mark.parametrize("clock", ["accept", "verify"])
def test_a_deadline_of_the_draft_counts_from_the_same_instant(clock):
    found = told(walks(11, 40), draft(SHORTER))
    before, after = found.before.clocks[clock], found.after.clocks[clock]
    assert before.runs.start.tolist() == after.runs.start.tolist()
    assert (after.due <= before.due).all()
    assert (after.due < before.due).any()


def by_area(matter: Matter) -> Suggested:
    return Suggested("U-water" if matter.area == "north" else "U-roads", "area")


def test_who_followed_the_suggestion_follows_the_new_one_and_a_choice_stays():
    found = told(walks(3, 80), draft(TEXT), suggest=by_area)
    units, event = found.histories.indexes.units, found.before.suggestions.event
    before, after = found.moves
    assert found.given.any()
    assert found.chosen.any()
    for row in range(len(event)):
        actual = units.key(found.histories.unit[event[row]])
        area = found.histories.indexes.areas.key(found.histories.area[event[row]])
        if not found.given[row]:
            continue
        wanted = "U-water" if area == "north" else "U-roads"
        expected = wanted if actual == "U-roads" else actual
        assert (units.key(before[row]), units.key(after[row])) == (actual, expected)
    moved = {one.number for one in changed_cases(found)}
    assert len(moved) >= summary(found, seed=1)["moved"]["cases"] > 0


def test_a_rule_sets_the_time_to_handle_until_the_category_is_corrected():
    def quick(_matter: Matter) -> Suggested:
        return Suggested("U-roads", "quick", Duration.parse("1 working day"))

    found = told(walks(5, 120), draft(TEXT), suggest=quick)
    histories, timed = found.histories, found.after.clocks["handle"]
    kinds, times = histories.indexes.kinds, histories.indexes.durations
    seen = set()
    for start, last, allowed in zip(
        timed.runs.start.tolist(), timed.runs.last.tolist(), timed.allowance.tolist(), strict=True
    ):
        given = int(histories.latest(histories.unit != NONE)[last])
        followed = given != NONE and histories.indexes.units.key(histories.unit[given]) == "U-roads"
        between = [kinds.key(one) for one in histories.kind[given : last + 1]]
        ruled = followed and "correct_category" not in between
        seen.add(ruled)
        assert (times.key(allowed) == "1 working day") is ruled, (start, between)
    assert seen == {True, False}


def test_steps_that_the_draft_does_not_know_are_counted():
    begin = TEXT.index("  stop_clock:\n")
    fewer = TEXT[begin:].replace("[dispatched, handling, rework]", "[handling, rework]", 1)
    text = TEXT[:begin] + fewer
    after = draft(text)
    found = summary(told(walks(2, 150), after), seed=1)["forbidden"]
    assert [(row["state"], row["step"]) for row in found] == [("dispatched", "stop_clock")]


def test_the_whole_runs_from_report_to_the_first_rest():
    found = told(walks(9, 50), draft(TEXT))
    histories, timed = found.histories, found.before.clocks[WHOLE]
    finals = {"closed", "settled_on_the_spot", "merged", "withdrawn", "not_accepted", "archived"}
    for case in range(len(histories)):
        first, stop = int(histories.first[case]), int(histories.first[case + 1])
        states = [histories.indexes.states.key(one) for one in histories.state[first:stop]]
        ends = next((first + n for n, state in enumerate(states) if state in finals), NONE)
        assert int(timed.runs.end[case]) == ends
