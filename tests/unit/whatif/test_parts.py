"""Queues, intervals and suggestions against slow and plain ways to the same."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.calendars.timeline import micros
from linli.processes import load
from linli.whatif.histories import NONE
from linli.whatif.queues import longest
from linli.whatif.resampling import differences, mean_interval, student_t
from linli.whatif.sides import Matter, Suggested
from linli.whatif.suggesting import hours_of_week, suggest_all
from tests.examples import examples
from tests.unit.processes.support import TEXT

from .support import collect, side, walks

SEEDS = st.integers(0, 10**9)


@settings(max_examples=examples(40), deadline=None)
@given(SEEDS)
def test_the_longest_queue_is_the_most_held_at_any_instant(seed):
    histories = collect(walks(seed, 12))
    rng = np.random.default_rng(seed)
    holder = rng.integers(-1, 3, len(histories.kind))
    horizon = int(histories.at.max(initial=0)) + 5
    until = np.where(histories.following != NONE, histories.at[histories.following], horizon)
    expected = [0, 0, 0]
    for moment in {*histories.at.tolist()}:
        for unit in range(3):
            held = (holder == unit) & (histories.at <= moment) & (until > moment)
            expected[unit] = max(expected[unit], int(held.sum()))
    assert longest(histories, holder, 3, horizon).tolist() == expected


@given(
    st.integers(0, 5 * 10**9),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kathmandu"]),
)
def test_the_hour_of_the_week_is_the_local_one(seconds, zone):
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    local = moment.astimezone(ZoneInfo(zone))
    expected = local.weekday() * 24 + local.hour
    assert hours_of_week(np.array([micros(moment)]), ZoneInfo(zone)).tolist() == [expected]


RULES = """
routing:
  - key: night
    label: {zh: 夜间, en: Night}
    when: {hours: [{start: 18, end: 8}], severities: [major, critical]}
    lead: {unit: duty}
  - key: calls
    label: {zh: 来电, en: Calls}
    when: {sources: [call], hours: [{days: [sat, sun]}]}
    lead: {unit: desk}
  - key: rest
    label: {zh: 其他, en: Rest}
    lead: {unit: rest}
"""


def _by_the_rules(matter: Matter) -> Suggested:
    definition = _routed()
    for rule in definition.routing:
        when = rule.when
        if (
            when.mask >> matter.hour & 1
            and (not when.severities or matter.severity in when.severities)
            and (not when.sources or matter.source in when.sources)
        ):
            return Suggested(rule.lead.unit or "", rule.key)
    return Suggested()


@cache
def _routed():
    begin = TEXT.index("routing:")
    end = TEXT.index("emergency:")
    return load(TEXT[:begin] + RULES.lstrip() + TEXT[end:])


@settings(max_examples=examples(20), deadline=None)
@given(SEEDS)
def test_suggestions_asked_once_for_equal_matters_are_those_of_each(seed):
    here = side(_routed(), _by_the_rules)
    histories = collect(walks(seed, 12))
    event = np.arange(len(histories.kind))
    hour = hours_of_week(histories.at, ZoneInfo("Asia/Shanghai"))
    found = suggest_all(histories, here, event, hour)
    known = histories.indexes
    for row in range(len(event)):
        matter = Matter(
            area=known.areas.key(histories.area[row]),
            category=known.categories.key(histories.category[row]),
            severity=known.severities.key(histories.severity[row]),
            source=known.sources.key(histories.source[histories.case[row]]),
            hour=int(hour[row]),
        )
        expected = _by_the_rules(matter)
        assert known.units.key(found.unit[row]) == expected.unit
        assert known.rules.key(found.rule[row]) == expected.rule


def test_rules_are_asked_far_less_often_than_there_are_matters():
    asked = []

    def counting(matter: Matter) -> Suggested:
        asked.append(matter)
        return Suggested("rest", "rest")

    histories = collect(walks(4, 200))
    event = np.arange(len(histories.kind))
    hour = hours_of_week(histories.at, ZoneInfo("Asia/Shanghai"))
    suggest_all(histories, side(load(TEXT), counting), event, hour)
    assert len(asked) <= 4 < len(event)  # two areas, two categories: no rule looks at the rest


def _weekly(values):
    return np.array(values, dtype=np.float64)[:, None]


def test_equal_sides_differ_by_nothing_with_an_interval_of_nothing():
    late, of = _weekly([3, 5, 2, 6, 4, 4, 7, 1, 3]), _weekly([20] * 9)
    (found,) = differences(late, late, (of, of), seed=1)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_few_weeks_give_a_difference_and_no_interval():
    late, of = _weekly([3, 5]), _weekly([20, 20])
    (found,) = differences(late, late * 2, (of, of), seed=1)
    assert found == (pytest.approx(20), None, None)


def test_a_group_without_a_case_says_nothing():
    none = _weekly([0] * 10)
    (found,) = differences(none, none, (none, none), seed=1)
    assert found == (None, None, None)


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says():
    rng = random.Random(8)
    hits = 0
    for number in range(200):
        weeks = []
        for _ in range(40):
            bad = rng.random()  # a week's own weather moves both sides together
            of = rng.randint(20, 60)
            before = sum(rng.random() < 0.1 + 0.2 * bad for _ in range(of))
            after = sum(rng.random() < 0.15 + 0.2 * bad for _ in range(of))
            weeks.append((before, after, of))
        before, after, of = (_weekly(one) for one in zip(*weeks, strict=True))
        (found,) = differences(before, after, (of, of), seed=number)
        hits += found.low <= 5.0 <= found.high
    assert 178 <= hits <= 199  # 95 % of 200 are 190


TABLE = {1: 12.7062, 2: 4.3027, 3: 3.1824, 5: 2.5706, 9: 2.2622, 19: 2.0930, 60: 2.0003}


def test_students_t_is_that_of_the_tables():
    for freedom, value in TABLE.items():
        assert student_t(freedom) == pytest.approx(value, rel=0.006 if freedom == 3 else 0.0005)


def test_a_mean_has_an_interval_only_of_several_runs():
    assert mean_interval([4.0]) == (4.0, None, None)
    assert mean_interval([]) == (None, None, None)
    mean, low, high = mean_interval([1.0, 2.0, 3.0])
    assert (mean, low) == (2.0, pytest.approx(2 - 4.3027 / 3**0.5, rel=1e-4))
    assert high - mean == pytest.approx(mean - low)


def test_hours_are_whole_weeks_apart():
    at = np.array([micros(datetime(2026, 1, 5, tzinfo=UTC) + timedelta(weeks=n)) for n in range(9)])
    assert hours_of_week(at, ZoneInfo("UTC")).tolist() == [0] * 9
