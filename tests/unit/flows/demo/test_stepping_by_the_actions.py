"""The same planned steps once through the loader, once through the live actions: equal rows."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor, actor_for
from linli.attachments.models import Attachment
from linli.attachments.store import FileStore
from linli.casework import tallies
from linli.database.context import county_context
from linli.flows.counties import create_county
from linli.flows.demo import DemoPlan, PlannedIncident, PlannedStep, generate
from linli.flows.demo.loading import load_incidents
from linli.flows.demo.people import People, settle_in
from linli.flows.demo.places import Ground, draw, further_of, lay_out, places_of
from linli.incidents import rules
from linli.incidents.actions import Draft, effects, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.enums import State
from linli.incidents.models import (
    Category,
    Evaluation,
    Incident,
    IncidentEvent,
    IncidentPlace,
    IncidentTask,
    IncidentText,
)
from linli.notifications.models import Notice

pytestmark = pytest.mark.slow

UNTIL = datetime(2025, 11, 21, 7, 0, tzinfo=UTC)
DIMENSIONS = ("total", "township", "category", "area", "unit")
CLOCK_TIME = {
    "recorded_at"
}  # the actions note when they were told; the loader tells as it happened
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def plan() -> DemoPlan:
    return generate(UNTIL, count=4000, seed=7)


@pytest.fixture(scope="module")
def chosen(plan: DemoPlan) -> list[PlannedIncident]:
    """Cases in every state and with every step that the generator knows, cut where they rest."""
    picked: dict[int, PlannedIncident] = {}
    for key in sorted({step.transition_key for one in plan.incidents for step in one.steps}):
        with_step = [one for one in plan.incidents if key in _keys(one)]
        for one in with_step[:1]:
            picked.setdefault(one.index, one)
        # Cut right after the step, so that every state is one in which a case may rest.
        whole = next((one for one in with_step if one.index not in picked), with_step[0])
        picked.setdefault(whole.index, _cut(whole, _keys(whole).index(key) + 1))
    for platform in ("township", "county"):  # of those that reach into another village
        reaching = [one for one in plan.incidents if one.further and one.platform == platform]
        picked |= {one.index: one for one in reaching[:2]}
    mains = [one.duplicate_of for one in picked.values() if one.duplicate_of is not None]
    by_index = {one.index: one for one in plan.incidents}
    return sorted(
        {**{main: by_index[main] for main in mains}, **picked}.values(), key=lambda one: one.index
    )


def _keys(incident: PlannedIncident) -> list[str]:
    return [step.transition_key for step in incident.steps]


def _cut(incident: PlannedIncident, length: int) -> PlannedIncident:
    steps = incident.steps[:length]
    merged = any(step.transition_key == "merge" for step in steps)
    return replace(incident, steps=steps, duplicate_of=incident.duplicate_of if merged else None)


@dataclass
class Place:
    """A county with territory and people, and what its ids stand for."""

    code: str
    ground: Ground
    people: People

    def names(self) -> dict[str, str]:
        named = {str(area.pk): f"area {code}" for code, area in self.ground.areas.items()}
        named |= {str(unit.pk): f"unit {code}" for code, unit in self.people.units.items()}
        named |= {str(actor.id): f"user {login}" for login, actor in self.people.actors.items()}
        named |= {str(row.pk): f"category {row.code}" for row in Category.objects.all()}
        return named | {
            str(pk): f"case {number}" for pk, number in Incident.objects.values_list("pk", "number")
        }


def settled(plan: DemoPlan, shapes: dict[str, object]) -> Place:
    """A fresh county; call outside a context."""
    code = f"t{token_hex(4)}"
    create_county(code=code, name=plan.name, is_demo=True)
    with county_context(code):
        ground = lay_out(plan.territory, shapes)
        return Place(code, ground, settle_in(plan, ground))


@pytest.fixture(scope="module")
def loaded_and_acted(
    plan: DemoPlan,
    chosen: list[PlannedIncident],
    tmp_path_factory,
    django_db_setup,
    django_db_blocker,
) -> Iterator[tuple[Place, Place]]:
    """Two counties in one transaction, rolled back after the last test of this file."""
    shapes = draw(plan.territory)
    store = FileStore(tmp_path_factory.mktemp("demo") / "attachments")
    with django_db_blocker.unblock(), transaction.atomic():
        loaded, acted = settled(plan, shapes), settled(plan, shapes)
        with county_context(loaded.code):
            beginning = datetime(2000, 1, 1, tzinfo=UTC)
            load_incidents(
                chosen, loaded.ground, loaded.people, store, lambda *_: None, since=beginning
            )
        with county_context(acted.code), pytest.MonkeyPatch.context() as patch:
            patch.setattr(rules, "LATE_ENTRY_MAX", timedelta(days=3000))  # the plan is a year long
            _act(acted, chosen, patch)
        yield loaded, acted
        transaction.set_rollback(True)


def _act(county: Place, chosen: Iterable[PlannedIncident], monkeypatch) -> None:
    """Take every step through the actions, all cases together in the order of time."""
    chosen = list(chosen)
    spots = dict(zip([one.index for one in chosen], places_of(chosen, county.ground), strict=True))
    moments = sorted(
        (step.at, number > 0, one.index, number, one, step)
        for one in chosen
        for number, step in enumerate(one.steps)
    )
    ids: dict[int, UUID] = {}
    actors: dict[str, Actor] = {}
    for at, later, index, _number, planned, step in moments:
        by = actors.setdefault(step.actor, _actor(county, step.actor))
        if not later:
            draft = _draft(planned, spots[index], further_of(planned, county.ground))
            ids[index] = report(draft, by=by, at=at).pk
            continue
        monkeypatch.setattr(effects, "draw_sample", lambda _, drawn=planned.sampled: drawn)  # a lot
        take_step(ids[index], step.transition_key, _fields(county, step, ids, by), version=None,
                  by=by, at=at)  # fmt: skip


def _actor(county: Place, login: str) -> Actor:
    actor = actor_for(county.people.memberships[login].user, today=date(2025, 11, 21))
    assert actor is not None
    return actor


def _draft(planned: PlannedIncident, spot, further) -> Draft:
    placed = Spot(spot.longitude, spot.latitude, text=planned.place_text)
    return Draft(
        text=planned.text,
        title=planned.title,
        category_id=Category.objects.get(code=planned.category).pk,
        severity=planned.severity,
        source=planned.steps[0].fields["source"],
        spot=placed if planned.grid else Spot(area_id=spot.area_id),
        further=tuple(Spot(area_id=one.area_id) for one in further),
    )


def _fields(county: Place, step: PlannedStep, ids: dict[int, UUID], by: Actor) -> dict[str, object]:
    given: dict[str, object] = dict(step.fields)
    for word in ("reason", "result", "text"):
        if step.reason and word in _asked(step.transition_key):
            given[word] = step.reason
            break
    units = county.people.units
    if "unit" in given:
        given["unit"] = str(units[step.fields["unit"]].pk)
    if "co_units" in given:
        given["co_units"] = [str(units[step.fields["co_units"]].pk)]
    if "evidence" in given:
        given["evidence"] = [str(_uploaded(by)) for _ in range(int(step.fields["evidence"]))]
    if "duplicate_of" in given:
        given["duplicate_of"] = str(ids[int(step.fields["duplicate_of"])])
    return given


def _asked(transition: str) -> set[str]:
    from linli.flows.demo.course import shipped_process

    return {str(name) for name in shipped_process().transitions[transition].fields}


def _uploaded(by: Actor) -> UUID:
    row = Attachment.objects.create(
        subject_kind="waiting", kind="photo", media_type="image/png", file_name="x.png", size=1,
        sha256="0" * 64, store_key="0" * 32, created_at=UNTIL, created_by=by.id,
    )  # fmt: skip
    return row.pk


# What the database holds, with ids replaced by what they stand for.


def rows_of(county: Place, model, *order: str, without: Iterable[str] = ("id",)) -> list[dict]:
    with county_context(county.code):
        names = county.names()
        left_out = {"county_id", *CLOCK_TIME, *without}
        return [
            {name: _plain(value, names) for name, value in row.items() if name not in left_out}
            for row in model.objects.order_by(*order).values()
        ]


def _plain(value: object, names: dict[str, str]) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)
    return UUIDS.sub(lambda found: names.get(found[0], "a file"), text)


def _sorted_ids(rows: list[dict]) -> list[dict]:
    """Handlers are kept in the order of their ids, which is chance."""
    for row in rows:
        row["handler_ids"] = sorted(json.loads(row["handler_ids"]))
        progress = json.loads(row["progress"])
        progress["handling_units"] = sorted(progress["handling_units"])
        row["progress"] = progress
    return rows


def _numbers_are_the_same(loaded: Place, acted: Place) -> Iterator[bool]:
    for county in (loaded, acted):
        with county_context(county.code):
            yield set(Incident.objects.values_list("number", flat=True))


def test_the_loader_writes_what_the_actions_write(loaded_and_acted, chosen) -> None:
    loaded, acted = loaded_and_acted
    assert {one.state for one in chosen} == set(State.values)
    assert len(chosen) >= 50
    by_loader, by_actions = _numbers_are_the_same(loaded, acted)
    assert by_loader == by_actions

    rungs = ("rungs_taken", "next_rung_at")  # the loader counts those of the past as taken
    mine, theirs = (
        _sorted_ids(rows_of(one, Incident, "number", without=("id", *rungs)))
        for one in loaded_and_acted
    )
    with county_context(loaded.code):
        counting = Incident.objects.exclude(progress__has_key="stopped")
        assert not counting.filter(next_rung_at__lt=timezone.now()).exists()
        assert Incident.objects.filter(next_rung_at__isnull=False, is_open=True).exists()
    assert len(mine) == len(chosen)
    for my, their in zip(mine, theirs, strict=True):
        assert my == their

    events = [
        rows_of(one, IncidentEvent, "incident__number", "case_version") for one in loaded_and_acted
    ]
    for my, their in zip(*events, strict=True):
        assert my == their

    order = ("incident__number", "assigned_at", "unit__name")
    tasks = [rows_of(one, IncidentTask, *order) for one in loaded_and_acted]
    assert tasks[0] == tasks[1]
    assert {row["state"] for row in tasks[0]} >= {
        '"assigned"',
        '"signed"',
        '"done"',
        '"taken_back"',
    }
    judged = [rows_of(one, Evaluation, "incident__number", "at") for one in loaded_and_acted]
    assert judged[0] == judged[1] != []
    places = [rows_of(one, IncidentPlace, "incident__number") for one in loaded_and_acted]
    assert places[0] == places[1]
    assert len(places[0]) >= 4
    words = [rows_of(one, IncidentText, "opened_at", "tokens") for one in loaded_and_acted]
    assert words[0] == words[1]


def test_the_counters_are_those_of_the_actions(loaded_and_acted) -> None:
    found = []
    for county in loaded_and_acted:
        with county_context(county.code):
            names = county.names()
            found.append([
                sorted((names.get(key, key), *rest) for key, *rest in
                       tallies.measures("incident", dimension, by="key"))
                for dimension in DIMENSIONS
            ])  # fmt: skip
    assert found[0] == found[1]
    assert all(found[0])


def test_the_same_people_have_something_to_take_notice_of(loaded_and_acted) -> None:
    found = []
    for county in loaded_and_acted:
        with county_context(county.code):
            names = county.names()
            unread = Notice.objects.filter(read_at__isnull=True).values_list(
                "subject_label", "message", "user_id", "unit_id"
            )
            found.append(
                sorted((number, message, names[str(user or unit)])
                       for number, message, user, unit in unread)
            )  # fmt: skip
    assert found[0] == found[1]
    told = {message.partition(".")[0] for _, message, _ in found[0]}
    assert told >= {"unit", "platform", "county", "reporter"}


def test_every_result_has_its_files_where_the_actions_have_them(loaded_and_acted) -> None:
    found = []
    for county in loaded_and_acted:
        with county_context(county.code):
            lines = {
                pk: (number, version)
                for pk, number, version in IncidentEvent.objects.values_list(
                    "pk", "incident__number", "case_version"
                )
            }
            files = Attachment.objects.filter(subject_kind="incident").values_list(
                "event_id", "subject_id", "created_by"
            )
            names = county.names()
            found.append(
                sorted((*lines[event], names[str(case)], names[str(by)])
                       for event, case, by in files)
            )  # fmt: skip
    assert found[0] == found[1] != []


def test_an_actor_in_memory_is_the_one_who_would_sign_in(loaded_and_acted, plan) -> None:
    county, _ = loaded_and_acted
    with county_context(county.code):
        by_role = {one.role: one.login for one in plan.staff}
        for login in by_role.values():
            real, mine = _actor(county, login), county.people.actors[login]
            assert (real.id, real.label, real.permissions, real.held) == (
                mine.id, mine.label, mine.permissions, mine.held,
            )  # fmt: skip
