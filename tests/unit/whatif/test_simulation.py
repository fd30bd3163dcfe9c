"""The simulation against what is known: formulas of queues, seeds, and its own past."""

import math
import random
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.calendars import WorkCalendar
from linli.calendars.timeline import micros
from linli.whatif.histories import CaseRow, Collector, EventRow
from linli.whatif.simulation.capacity import Post, queue
from linli.whatif.simulation.running import Ground, Office, Wish, simulate
from linli.whatif.simulation.scenario import (
    Scenario,
    ScenarioError,
    from_document,
    read_scenario,
    ready_scenarios,
)
from linli.whatif.simulation.stations import Working
from linli.whatif.simulation.world import Visit, play
from tests.unit.processes.support import calendar

from .support import CENTRE, side

BEGIN = date(2026, 1, 5)  # a Monday
ZONE = calendar().zone
SECOND = 1_000_000


def erlang_c(servers: int, load: float) -> float:
    """The chance to wait in M/M/c, at an offered load in servers."""
    powers = [load**n / math.factorial(n) for n in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(powers) + last)


@pytest.mark.parametrize("servers", [1, 3])
def test_waits_are_those_of_erlang(servers):
    rng = random.Random(servers)
    mean, load = 600.0, 0.7 * servers  # seconds of work; servers that are needed
    always = WorkCalendar.round_the_clock("Asia/Shanghai")
    begin = micros(datetime(2026, 1, 1, tzinfo=ZONE))
    at, visits = begin, []
    for number in range(30_000):
        at += int(rng.expovariate(load / mean) * SECOND)
        work = int(rng.expovariate(1 / mean) * SECOND)
        visits.append(Visit(at, number, 0, [(0, False, work, 0)]))
    end = at + 100_000 * SECOND
    post = Post("u", "unit", servers, Working.around(always, begin, end))
    play(visits, {0: post}, begin=begin, end=end)
    waits = [visit.served[0][1] - visit.served[0][0] for visit in visits]
    expected = erlang_c(servers, load) * mean / (servers - load)
    assert sum(waits) / len(waits) / SECOND == pytest.approx(expected, rel=0.12)
    assert sum(wait > 0 for wait in waits) / len(waits) == pytest.approx(
        erlang_c(servers, load), abs=0.03
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=30),
    st.integers(1, 4),
)
def test_the_plain_queue_waits_as_the_world_does(rows, servers):
    arrived = np.cumsum([gap for gap, _ in rows]).tolist()
    work = [span for _, span in rows]
    always = WorkCalendar.round_the_clock("UTC")
    post = Post("u", "unit", servers, Working.around(always, 0, 10_000))
    visits = [Visit(at, n, 0, [(0, False, span, 0)])
              for n, (at, span) in enumerate(zip(arrived, work, strict=True))]  # fmt: skip
    play(visits, {0: post}, begin=-1, end=10_000)
    waits = [visit.served[0][1] - visit.served[0][0] for visit in visits]
    assert sorted(waits) == sorted(queue(arrived, work, servers))


def test_what_is_urgent_goes_first_and_at_any_hour():
    night = micros(datetime(2026, 1, 5, 22, tzinfo=ZONE))
    post = Post("u", "unit", 1, Working.around(calendar(), night, night + 10**12))
    hour = 3600 * SECOND
    visits = [Visit(night + n, n, 0, [(0, n == 2, hour, 0)]) for n in range(3)]
    play(visits, {0: post}, begin=night - 1, end=night + 72 * hour)
    morning = micros(datetime(2026, 1, 6, 8, 30, tzinfo=ZONE))
    first, second, urgent = (visit.served[0] for visit in visits)
    assert first[2] == morning + hour
    assert urgent[2] - urgent[1] == hour
    assert urgent[1] < second[1]


def _county(days: int = 150, a_day: int = 6, seed: int = 1):
    """A past of plain cases: a desk that accepts and dispatches, a unit that handles."""
    rng, collector = random.Random(seed), Collector()
    number = 0
    line = Working.around(calendar(), _at(BEGIN, 0), _at(BEGIN + timedelta(days=days + 60), 0))
    for offset in range(days):
        day = BEGIN + timedelta(days=offset)
        for _ in range(rng.randint(0, 2 * a_day) if day.weekday() < 5 else 1):
            at = _at(day, rng.uniform(8, 18))
            steps = [("report", "reported", at)]
            for kind, state, hours in (
                ("accept", "accepted", rng.expovariate(1.0)),
                ("dispatch", "dispatched", rng.expovariate(1.0)),
                ("sign_for", "handling", rng.expovariate(0.7)),
                ("hand_in", "awaiting_verification", rng.expovariate(0.08)),
                ("verify_pass", "closed", rng.expovariate(0.3)),
            ):
                at = line.after(at, int((hours + 0.05) * 3600 * SECOND))
                steps.append((kind, state, at))
            number += 1
            collector.add(
                CaseRow(f"2026-{number:06}", steps[0][2], "call", home="town", township="t1"),
                [
                    EventRow(kind, state, at, unit="U-roads" if kind == "dispatch" else "",
                             category="hazard", severity="general", area="t1")
                    for kind, state, at in steps
                ],
            )  # fmt: skip
    return collector.histories()


def _at(day: date, hour: float) -> int:
    return micros(datetime.combine(day, datetime.min.time(), tzinfo=ZONE)) + int(
        hour * 3600 * SECOND
    )


@pytest.fixture(scope="module")
def ground() -> Ground:
    days = 150
    return Ground(
        histories=_county(days),
        side=side(),
        offices={"town": Office("township_platform", 2), "U-roads": Office("department", 3)},
        centre=CENTRE,
        first_day=BEGIN,
        horizon=_at(BEGIN + timedelta(days=days), 0),
    )


WISH = Wish(date(2026, 6, 8), 20, 4, 5)
TWICE = Wish(WISH.start, WISH.days, 2, WISH.seed)  # where every replication must agree exactly


def run(ground: Ground, wish: Wish = WISH, **change) -> dict:
    scenario = from_document({"key": "test", "title": {"zh": "试", "en": "Test"}, **change})
    told = []
    found = simulate(ground, scenario, wish, lambda done, of: told.append((done, of)))
    assert told == [(n + 1, wish.replications) for n in range(wish.replications)]
    return found


def value(found: dict, name: str, which: str) -> float:
    return found["figures"][name][which]["value"]


def test_the_same_seed_gives_the_same_figures_and_another_one_others(ground):
    change = {"surges": [{"day": 3, "times": 4}]}
    first, again = run(ground, TWICE, **change), run(ground, TWICE, **change)
    assert first == again
    other = run(ground, Wish(WISH.start, WISH.days, TWICE.replications, 6), **change)
    assert other["figures"] != first["figures"]


def test_the_baseline_is_near_what_happened(ground):
    found = run(ground, staff=[{"unit": "town", "add": 1}])
    for name, off in (("late", 6), ("late.accept", 4), ("late.handle", 4)):
        assert value(found, name, "before") == pytest.approx(found["recorded"][name], abs=off)
    for name in ("took.accept", "took.handle", "took.verify"):
        assert value(found, name, "before") == pytest.approx(found["recorded"][name], rel=0.2)


def test_a_storm_brings_its_reports_and_longer_queues(ground):
    found = run(ground, surges=[{"day": 3, "times": 6, "days": 2}])
    per_day = found["recorded"]["cases"]
    more = value(found, "cases", "difference")
    assert 5 * per_day < more < 20 * per_day  # two weekdays, each five times more
    assert value(found, "wait.accept", "difference") > 0
    assert value(found, "late", "difference") > 0
    noon = found["queues"]["all"]
    assert max(noon["after"]) > max(noon["before"])
    assert noon["before"][0] == noon["after"][0]  # the storm has not come yet


def test_a_storm_elsewhere_or_of_other_matters_brings_nothing(ground):
    for narrow in ({"townships": ["t2"]}, {"categories": ["flood"]}):
        found = run(ground, TWICE, surges=[{"day": 3, "times": 6, **narrow}])
        for name, figure in found["figures"].items():
            assert figure["difference"]["value"] == 0, name


def test_more_people_never_make_cases_wait_longer(ground):
    more = run(ground, staff=[{"unit": "town", "add": 3}])
    fewer = run(ground, staff=[{"unit": "town", "add": -1}])
    assert (
        value(more, "wait.accept", "difference") <= 0 <= value(fewer, "wait.accept", "difference")
    )
    assert value(fewer, "wait.accept", "difference") > 0
    assert more["staff"] == [{"key": "town", "before": 2, "after": 5}]
    assert fewer["touched"] == ["town"]


def test_merged_units_share_people_and_cases(ground):
    found = run(ground, TWICE, merge=[{"units": ["town", "U-roads"]}])
    assert found["merged"] == {"U-roads": "town"}
    assert [(one["key"], one["after"]) for one in found["staff"]] == [("town", 5), ("U-roads", 0)]
    groups = {name for name in found["figures"] if name.startswith("use.")}
    assert found["figures"]["use.unit:town"]["after"]["value"] > 0
    assert groups == {"use.unit:town", "use.unit:U-roads"}
    assert found["figures"]["use.unit:U-roads"]["after"]["value"] is None


def test_small_units_are_told_together_or_not_at_all_so_that_nobody_is_measured(ground):
    found = run(ground, TWICE, staff=[{"unit": "U-roads", "add": -1}])
    told = {name for name in found["figures"] if name.startswith("use.")}
    assert told == {"use.unit:U-roads"}  # two people at the centre: told nowhere
    assert found["figures"]["use.unit:U-roads"]["after"]["value"] is None
    alike = {key: Office("department", 2) for key in ("town", "U-roads")}
    same = Ground(**{**vars(ground), "offices": alike})
    found = run(same, TWICE, staff=[{"unit": "town", "add": -1}])
    assert {name for name in found["figures"] if name.startswith("use.")} == {"use.kind:department"}


def test_a_short_past_is_refused(ground):
    short = Ground(**{**vars(ground), "horizon": _at(BEGIN + timedelta(days=60), 0)})
    with pytest.raises(ScenarioError) as refused:
        run(short, staff=[{"unit": "town", "add": 1}])
    assert refused.value.faults == ["past_too_short"]


@pytest.mark.parametrize(
    "change",
    [
        {"staff": [{"unit": "nowhere", "add": 1}]},
        {"staff": [{"unit": "town", "add": -2}]},
        {"merge": [{"busiest": "department", "count": 2}]},
    ],
)
def test_a_scenario_that_does_not_fit_the_county_is_refused(ground, change):
    with pytest.raises(ScenarioError):
        run(ground, **change)


WRONG = [
    "key: x\ntitle: {zh: 试, en: Test}",
    "key: x\ntitle: {zh: 试, en: Test}\nstaff: [{add: 1}]",
    "key: x\ntitle: {zh: 试, en: Test}\nstaff: [{unit: a, busiest: department, add: 1}]",
    "key: x\ntitle: {zh: 试, en: Test}\nstaff: [{unit: a, add: 0}]",
    "key: x\ntitle: {zh: 试, en: Test}\nmerge: [{units: [a, a]}]",
    "key: x\ntitle: {zh: 试, en: Test}\nsurges: [{day: 0, times: 5}]",
    "key: x\ntitle: {zh: 试, en: Test}\nsurges: [{day: 1, times: 5, of: everything}]",
    "[1, 2",
    "just words",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_scenario_is_refused_with_its_place(text):
    with pytest.raises(ScenarioError) as refused:
        read_scenario(text)
    assert all(refused.value.faults)


def test_the_three_ready_scenarios_are_the_three_of_the_page():
    ready = ready_scenarios()
    assert set(ready) == {"one_more_operator", "storm_day", "two_units_merged"}
    assert all(
        isinstance(one, Scenario) and one.title.zh and one.title.en for one in ready.values()
    )
    assert ready["storm_day"].surges[0].times == 5
