"""The generated county, told by the engine: its own process replayed changes nothing at all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from django.db import transaction

from linli.calendars.timeline import micros
from linli.casework.definitions import newest_process
from linli.casework.models import ProcessVersion
from linli.counties.opening import open_county
from linli.flows.demo.loading import load_demo
from linli.flows.whatif.asking import AskedWrongError, ReplayWish, SimulationWish
from linli.flows.whatif.carrying import carry_out_replay, carry_out_simulation
from linli.flows.whatif.ground import Surroundings
from linli.flows.whatif.reading import read_past
from linli.incidents import references
from linli.incidents.models import Incident, IncidentEvent
from linli.whatif.applying import WHOLE, apply, suggest
from linli.whatif.histories import Indexes
from linli.whatif.report import Changed
from linli.whatif.simulation.scenario import ScenarioError

UNTIL = datetime(2025, 11, 21, 7, 0, tzinfo=UTC)
SINCE = date(2024, 11, 1)
COUNT = 500
CODE = "whatdemo"


@pytest.fixture(scope="module")
def demo(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[str]:
    """In one transaction, rolled back after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(progress=lambda *_: None, until=UNTIL, count=COUNT, code=CODE,
                  attachments=tmp_path_factory.mktemp("demo"))  # fmt: skip
        references.forget()
        yield CODE
        transaction.set_rollback(True)


def replayed(code: str, draft: str, **more):
    wish = ReplayWish(draft, SINCE, UNTIL.date(), **more)
    return carry_out_replay(code, wish, lambda *_: None)


@pytest.fixture
def published(demo: str) -> str:
    with open_county(demo):
        return ProcessVersion.objects.order_by("-version").first().document


def test_the_published_definition_changes_no_unit_and_no_deadline(demo: str, published: str):
    found = replayed(demo, published)
    result = found.result
    assert result["cases"] == COUNT
    assert result["given"] > COUNT / 2
    assert found.rows == []
    assert result["deadlines"] == {}
    assert (result["moved"]["cases"], result["moved"]["suggestions"]) == (0, 0)
    for table in result["late"].values():
        assert all(row["late"][0] == row["late"][1] for row in table)
    assert result["late"]["overall"][0]["late"][0] > 0


def test_the_deadlines_are_those_that_the_engine_wrote_into_the_timelines(demo: str):
    with open_county(demo):
        here, definition = Surroundings(), newest_process("incident")
        side = here.side(definition)
    told = read_past(demo, datetime(2024, 11, 1, tzinfo=UTC), UNTIL, indexes=Indexes(),
                     progress=lambda *_: None)  # fmt: skip
    applied = apply(told, side, suggest(told, side), told.lead, centre=here.centre)
    with open_county(demo):
        written = {
            (number, kind, micros(at)): data["clocks"]
            for number, kind, at, data in IncidentEvent.objects.exclude(
                kind__in=["absorb", "attach"]
            ).values_list("incident__number", "kind", "occurred_at", "data")
            if "clocks" in data
        }
    compared = 0
    for name, timed in applied.clocks.items():
        if name == WHOLE:
            continue
        plain = ~timed.runs.turned
        for start, due in zip(timed.runs.start[plain].tolist(), timed.due[plain].tolist(),
                              strict=True):  # fmt: skip
            key = (told.numbers[told.case[start]], told.indexes.kinds.key(told.kind[start]),
                   int(told.at[start]))  # fmt: skip
            begun = [one for one in written.get(key, ()) if one["clock"] == name]
            if begun and not _corrected(told, timed, start):
                assert micros(datetime.fromisoformat(begun[0]["due_at"])) == due, (name, key)
                compared += 1
    assert compared > 3 * COUNT


def _corrected(told, timed, start) -> bool:
    row = timed.runs.start.tolist().index(start)
    last = int(timed.runs.last[row])
    return (told.category[start] != told.category[last]) or (
        told.severity[start] != told.severity[last]
    )


def test_another_rule_moves_cases_and_says_from_where_to_where(demo: str, published: str):
    rule = {
        "key": "floods",
        "label": {"zh": "防汛", "en": "Floods"},
        "when": {"categories": ["02"]},
        "lead": {"function": "emergency"},
    }
    document = yaml.safe_load(published)
    document["routing"].insert(0, rule)
    found = replayed(demo, yaml.safe_dump(document, sort_keys=False))
    moved = [one for one in map(Changed._make, found.rows) if one.units[0] != one.units[1]]
    assert moved
    assert {one.rules[1] for one in moved} == {"floods"}
    assert all(one.category.startswith("02") for one in moved)
    assert all("emergency" in one.units[1] for one in moved)
    given = {one.number for one in moved if one.given}
    assert len(given) == found.result["moved"]["cases"]
    assert found.result["labels"]["rules"]["floods"]["en"] == "Floods"


def test_a_shorter_deadline_makes_more_cases_late_with_an_interval(demo: str, published: str):
    document = yaml.safe_load(published)
    document["clocks"]["sign"]["by_severity"]["general"] = "1 hour"
    result = replayed(demo, yaml.safe_dump(document, sort_keys=False)).result
    (row,) = [one for one in result["late"]["clocks"] if one["key"] == "sign"]
    assert row["late"][1] > row["late"][0]
    assert row["difference"]["low"] > 0
    assert set(result["deadlines"]) == {"sign"}


def test_another_calendar_of_the_draft_counts_on_its_side_only(demo: str, published: str):
    always = "\n".join(
        ["key: county", "timezone: Asia/Shanghai", "week:", *(['- ["00:00-24:00"]'] * 7)]
    )
    result = replayed(demo, published, calendar=always).result
    (row,) = [one for one in result["late"]["clocks"] if one["key"] == "sign"]
    assert row["late"][1] > row["late"][0]
    with pytest.raises(AskedWrongError) as refused:
        replayed(demo, published, calendar="key: county")
    assert refused.value.code == "calendar"


def test_reading_can_be_ended_between_two_months(demo: str, published: str):
    class StoppedError(Exception):
        pass

    seen = []

    def progress(stage: str, done: int, of: int) -> None:
        seen.append((stage, done, of))
        if done == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        carry_out_replay(demo, ReplayWish(published, SINCE, UNTIL.date()), progress)
    assert [one[1] for one in seen] == [0, 1, 2]


def test_a_span_is_closed_on_both_ends(demo: str, published: str):
    with open_county(demo):
        rows, zone = (
            sorted(Incident.objects.values_list("opened_at", flat=True)),
            Surroundings().zone,
        )
        day = rows[len(rows) // 2].astimezone(zone).date()
        expected = sum(one.astimezone(zone).date() == day for one in rows)
    wish = ReplayWish(published, day, day)
    assert carry_out_replay(demo, wish, lambda *_: None).result["cases"] == expected > 0


def test_days_to_come_are_played_with_staff_from_the_countys_own_units(demo: str, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: UNTIL)
    wish = SimulationWish("storm_day", UNTIL.date() - timedelta(days=365), 14, 2, 1)
    found = carry_out_simulation(demo, wish, lambda *_: None)
    assert found["figures"]["cases"]["difference"]["value"] > 0
    assert found["labels"]["kinds"]["township_platform"]["zh"] == "乡镇平台"
    assert not any(name.startswith("use.unit:") and "office" in name for name in found["figures"])
    again = carry_out_simulation(demo, wish, lambda *_: None)
    assert again["figures"] == found["figures"]
    with pytest.raises(ScenarioError):
        carry_out_simulation(demo, SimulationWish("storm", wish.since, 14, 2, 1), lambda *_: None)
