"""The generated county: its shape, its texts, and histories that the process allows."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
from shapely import Point, Polygon

from linli.access.roles import ROLES
from linli.accounts.enums import Role
from linli.calendars import Duration, deadline
from linli.calendars.default import default_document
from linli.flows.demo import DemoPlan, PlannedIncident, generate
from linli.flows.demo.course import Course, phrases, shipped_process, times_of_rules
from linli.flows.demo.duties import own_calendars
from linli.flows.demo.grammar import SPOTS, topics
from linli.flows.demo.seasons import HOURS, SEASONS, branch, is_market_day
from linli.incidents.data.categories import shipped_categories
from linli.incidents.enums import FINAL_STATES, Severity, Source, State
from linli.processes import EventFacts, replay
from linli.processes.vocabulary import Field

UNTIL = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CALENDAR = default_document("Asia/Shanghai").calendar()
LEAVES = {leaf.code: leaf for leaf in shipped_categories().leaves()}
IN_WORDS = {Field.REASON, Field.TEXT, Field.RESULT}


@pytest.fixture(scope="module")
def plan() -> DemoPlan:
    return generate(UNTIL, count=6000)


def digest(plan: DemoPlan) -> str:
    return sha256(
        repr((plan.territory, plan.units, plan.staff, plan.incidents)).encode()
    ).hexdigest()


def share(plan: DemoPlan, month: int, *codes: str) -> float:
    """Share of a month's reports that fall into these categories."""
    zone = CALENDAR.zone
    of_month = [one for one in plan.incidents if one.opened_at.astimezone(zone).month == month]
    return sum(one.category in codes for one in of_month) / len(of_month)


def test_the_county_has_the_shape_of_the_report(plan: DemoPlan) -> None:
    territory = plan.territory
    assert (len(territory.townships), len(territory.villages)) == (13, 165)
    assert len(territory.grids) == 2236
    workers = [one for one in plan.staff if one.role == Role.GRID_WORKER]
    assert len(workers) == 185
    served = Counter(grid for worker in workers for grid in worker.areas)
    assert served == Counter(grid.code for grid in territory.grids)


def test_codes_are_those_of_divisions_and_no_two_are_the_same(plan: DemoPlan) -> None:
    territory = plan.territory
    areas = [*territory.townships, *territory.villages, *territory.grids]
    assert len({area.code for area in areas}) == len(areas)
    for area in areas:
        assert area.code.startswith(area.parent)
        assert len(area.code) == {1: 9, 2: 12, 3: 15}[area.level]
    assert len({village.name for village in territory.villages}) == 165


def test_every_village_and_grid_lies_inside_the_boundary_and_grids_by_their_village(
    plan: DemoPlan,
) -> None:
    territory = plan.territory
    outline = Polygon(territory.boundary)
    assert outline.is_valid
    for area in (*territory.townships, *territory.villages, *territory.grids):
        assert outline.contains(Point(area.lon, area.lat)), area
    villages = {village.code: village for village in territory.villages}
    for grid in territory.grids:
        nearest = min(
            villages.values(), key=lambda v: (v.lon - grid.lon) ** 2 + (v.lat - grid.lat) ** 2
        )
        assert nearest.code == grid.parent
    assert len({(grid.lon, grid.lat) for grid in territory.grids}) == len(territory.grids)


def test_it_says_that_it_is_generated(plan: DemoPlan) -> None:
    assert "演示" in plan.name
    assert "demo" in plan.name_en
    assert "生成" in plan.notice[0]
    assert "generated" in plan.notice[1]


def test_the_same_seed_gives_the_same_county_in_another_process() -> None:
    code = (
        "from datetime import UTC, datetime; from linli.flows.demo import generate;"
        "from hashlib import sha256;"
        "p = generate(datetime(2026, 11, 23, 7, tzinfo=UTC), count=200);"
        "print(sha256(repr((p.territory, p.units, p.staff, p.incidents)).encode()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": "src"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == digest(generate(UNTIL, count=200))
    assert digest(generate(UNTIL, count=200, seed=1)) != done.stdout.strip()


def test_every_history_is_one_that_the_process_allows(plan: DemoPlan) -> None:
    process = shipped_process()
    for incident in plan.incidents:
        events = [
            EventFacts(
                step.transition_key, step.state, step.at, step.actor, step.unit, incident.severity
            )
            for step in incident.steps
        ]
        assert replay(process, events) == [], incident


def test_a_planted_wrong_step_is_found_by_the_replay(plan: DemoPlan) -> None:
    closed = next(one for one in plan.incidents if one.state == State.CLOSED)
    handler = next(step for step in closed.steps if step.transition_key == "hand_in")
    events = [
        EventFacts(step.transition_key, step.state, step.at,
                   handler.actor if step.transition_key == "verify_pass" else step.actor, step.unit)
        for step in closed.steps
    ]  # fmt: skip
    assert [found.code for found in replay(shipped_process(), events)] == ["handled_yourself"]


def test_every_step_is_taken_by_somebody_who_may_and_says_what_is_asked(plan: DemoPlan) -> None:
    process = shipped_process()
    staff = {one.login: one for one in plan.staff}
    for incident in plan.incidents:
        for step in incident.steps:
            transition = process.transitions[step.transition_key]
            actor = staff[step.actor]
            assert (actor.role, actor.unit) == (step.actor_role, step.unit)
            held = {str(right) for right in ROLES[Role(step.actor_role)].permissions}
            assert held & {way.permission for way in transition.by}, step
            asked = set(transition.required)
            assert not asked & IN_WORDS or step.reason or step.transition_key == "report", step
            assert {str(name) for name in asked - IN_WORDS} <= set(step.fields), step


def test_units_named_in_steps_exist_and_habits_differ(plan: DemoPlan) -> None:
    units = {unit.code: unit for unit in plan.units}
    for incident in plan.incidents:
        for step in incident.steps:
            assert step.unit in units
            named = [step.fields[key] for key in ("unit", "co_units") if key in step.fields]
            assert all(code in units for code in named)
    assert all(not unit.parent or unit.parent in units for unit in plan.units)
    assert len({unit.habits for unit in plan.units}) == len(plan.units)
    speeds = sorted(unit.habits.speed for unit in plan.units)
    assert speeds[-1] > 3 * speeds[0]


def test_steps_follow_each_other_and_none_lies_ahead(plan: DemoPlan) -> None:
    opened = [incident.opened_at for incident in plan.incidents]
    assert opened == sorted(opened)
    assert timedelta(days=360) < opened[-1] - opened[0] <= timedelta(days=366)
    for incident in plan.incidents:
        times = [step.at for step in incident.steps]
        assert times == sorted(times)
        assert times[-1] <= UNTIL


def test_office_steps_of_ordinary_matters_fall_into_office_hours(plan: DemoPlan) -> None:
    office = {"accept", "dispatch", "sign_for", "hand_in", "verify_pass", "verify_fail"}
    days = [date(2025, 11, 20) + timedelta(days=n) for n in range(370)]
    own = own_calendars()
    shifts = {
        unit: {day: one.shifts_on(day) for day in days}
        for unit, one in {"": CALENDAR, **own}.items()
    }
    for incident in plan.incidents:
        if incident.severity in {"major", "critical"}:
            continue
        times = LEAVES[incident.category]
        if "hours" in shipped_categories().times(times)[incident.severity].replace("working", ""):
            continue
        for step in incident.steps:
            if step.transition_key in office:
                local = step.at.astimezone(CALENDAR.zone)
                minute = local.hour * 60 + local.minute
                hours = shifts.get(step.unit, shifts[""])
                assert any(s.start <= minute <= s.end for s in hours[local.date()]), step


def test_merged_ones_name_another_that_is_not_merged_itself(plan: DemoPlan) -> None:
    merged = [one for one in plan.incidents if one.duplicate_of is not None]
    assert merged
    for incident in merged:
        other = plan.incidents[incident.duplicate_of or 0]
        assert other.duplicate_of is None
        assert (other.category, other.village) == (incident.category, incident.village)
        assert other.opened_at <= incident.opened_at
    assert {one.index for one in merged} == {
        one.index for one in plan.incidents if any(s.transition_key == "merge" for s in one.steps)
    }


def test_about_a_quarter_is_settled_on_the_spot_and_nothing_severe(plan: DemoPlan) -> None:
    settled = [
        one for one in plan.incidents if any(s.transition_key == "settle" for s in one.steps)
    ]
    assert 0.22 < len(settled) / len(plan.incidents) < 0.3
    assert all(one.severity in {Severity.GENERAL, Severity.CONSIDERABLE} for one in settled)
    assert all(LEAVES[one.category].on_the_spot for one in settled)


def test_places_are_where_their_grids_are(plan: DemoPlan) -> None:
    grids = {grid.code: grid for grid in plan.territory.grids}
    for one in plan.incidents:
        assert one.village.startswith(one.township)
        if LEAVES[one.category].place == "none":
            assert (one.grid, one.lon, one.lat) == ("", None, None)
        else:
            assert one.grid.startswith(one.village)
            assert abs((one.lon or 0) - grids[one.grid].lon) < 0.005


def test_words_and_codes_are_those_of_the_platform(plan: DemoPlan) -> None:
    assert {one.source for one in plan.incidents} <= set(Source.values)
    assert {one.severity for one in plan.incidents} == set(Severity.values)
    assert {one.category for one in plan.incidents} == set(LEAVES) == set(topics())


def test_every_category_has_at_least_fifteen_phrasings() -> None:
    for topic in topics().values():
        assert len(set(topic.what)) * len(set(topic.detail)) >= 15
        assert topic.season in SEASONS
        assert topic.day in HOURS
        assert topic.spot in SPOTS
        assert topic.weight > 0


def test_texts_differ_and_are_chinese_sentences(plan: DemoPlan) -> None:
    texts = [one.text for one in plan.incidents]
    assert len(set(texts)) > 0.99 * len(texts)
    for one in plan.incidents:
        assert re.fullmatch(r"[\u4e00-\u9fff0-9.，。：、]+。", one.text), one.text
        assert 8 < len(one.text) < 200
        assert "。。" not in one.text
        assert 0 < len(one.title) <= 40


def test_no_text_holds_a_telephone_number_or_an_identity_number(plan: DemoPlan) -> None:
    written = [one.text for one in plan.incidents]
    written += [step.reason for one in plan.incidents for step in one.steps]
    written += [phrase for pool in phrases().values() for phrase in pool]
    assert not [
        text for text in written if re.search(r"\d{5,}(?!热线|工单)", text.replace("12345", ""))
    ]


def test_no_text_holds_a_name_of_the_staff_or_a_form_of_address(plan: DemoPlan) -> None:
    names = {one.name for one in plan.staff if len(one.name) == 3}
    surnames = "[王张杨李赵周刘陈毕鲁罗]"
    for one in plan.incidents:
        assert not re.search(f"{surnames}(某|先生|女士|师傅|大爷|大妈|老板|书记|主任)", one.text)
    texts = " ".join(one.text for one in plan.incidents)
    assert not [name for name in names if name in texts]


def test_the_year_has_its_seasons(plan: DemoPlan) -> None:
    assert share(plan, 3, "0201") > 5 * share(plan, 8, "0201")
    assert share(plan, 7, "0205", "0207") > 4 * share(plan, 2, "0205", "0207")
    assert share(plan, 7, "0213") > 0 == share(plan, 2, "0213")
    assert share(plan, 1, "0105") > 2 * share(plan, 6, "0105")


def test_market_matters_fall_on_market_days(plan: DemoPlan) -> None:
    stalls = [one for one in plan.incidents if one.category == "0701"]
    on_market = sum(
        is_market_day(
            one.opened_at.astimezone(CALENDAR.zone).date(), plan.territory.market[one.township]
        )
        for one in stalls
    )
    assert on_market > 0.75 * len(stalls)


def test_the_zodiac_branch_of_a_day_is_computed_as_almanacs_do() -> None:
    assert branch(date(1949, 10, 1)) == 0  # 己丑年 癸酉月 甲子日
    assert branch(date(2000, 1, 1)) == 6  # 戊午日


def is_overdue(incident: PlannedIncident) -> bool:
    """Open, dispatched, and beyond the category's time for handling."""
    dispatched = [step.at for step in incident.steps if step.state == State.DISPATCHED]
    if not dispatched or incident.state in FINAL_STATES or incident.state == State.PENDING:
        return False
    times = shipped_categories().times(LEAVES[incident.category])
    return deadline(dispatched[-1], Duration.parse(times[incident.severity]), CALENDAR) < UNTIL


@pytest.mark.slow
def test_the_whole_demo_has_every_state_and_is_made_in_time() -> None:
    began = time.process_time()
    seen: list[tuple[int, int]] = []
    plan = generate(UNTIL, progress=lambda done, count: seen.append((done, count)))
    assert time.process_time() - began < 15
    assert len(plan.incidents) == 30_000
    assert seen[-1] == (30_000, 30_000)
    states = Counter(one.state for one in plan.incidents)
    assert set(states) == set(State.values)
    still_open = sum(count for state, count in states.items() if state not in FINAL_STATES)
    assert 300 < still_open < 1500
    assert 60 < sum(map(is_overdue, plan.incidents)) < still_open
    shipped = set(shipped_process().transitions)
    taken = {step.transition_key for one in plan.incidents for step in one.steps}
    assert shipped - taken == {"adopt_closed", "correct_category", "correct_place"}


def test_a_rule_that_leaves_less_time_is_reckoned_with() -> None:
    """Else, once in 100,000, somebody asks for more time too late, and nothing is loaded."""
    assert times_of_rules("0207", Source.DEVICE) == (Duration.parse("2 hours"),)
    assert times_of_rules("0207", Source.CALL) == times_of_rules("0101", Source.DEVICE) == ()
    flood = SimpleNamespace(category=LEAVES["0207"], severity="general", source="device", at=UNTIL)
    flood.platform = "county"
    world = SimpleNamespace(rng=None, tree=shipped_categories(), calendar=CALENDAR, own={})
    course = Course(world, flood, stalls_at="")
    assert course.due(UNTIL) == UNTIL + timedelta(hours=2)
    flood.source = "call"
    assert course.due(UNTIL) == deadline(UNTIL, course.duration(), CALENDAR)
