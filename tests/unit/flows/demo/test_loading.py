"""A small demo county in the database: its places, its people, its cases, its logins."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import numpy as np
import pytest
from django.db import connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from linli.access.actor import Actor, actor_for, system
from linli.access.roles import ROLES
from linli.accounts.enums import ADMINISTRATORS, Role
from linli.accounts.models import GridAssignment, Membership, RoleRequest, User
from linli.attachments.models import Attachment
from linli.attachments.store import FileStore
from linli.audit.models import AuditEvent
from linli.casework import tallies
from linli.casework.definitions import newest_process
from linli.counties.models import County
from linli.counties.tenancy import new
from linli.database.context import county_context
from linli.flows.counties import CountyRefusedError
from linli.flows.demo.histories import CONTACTED
from linli.flows.demo.loading import NEWS, load_demo
from linli.flows.demo.logins import USERNAMES, DemoLogin
from linli.flows.replaying import replay_county
from linli.incidents import references
from linli.incidents.contacts import open_contacts
from linli.incidents.coverage import check
from linli.incidents.detail import detail
from linli.incidents.enums import State
from linli.incidents.filters import Filter
from linli.incidents.models import (
    Category,
    Emergency,
    Incident,
    IncidentEvent,
    IncidentPlace,
    ReporterContact,
)
from linli.incidents.paging import count, page
from linli.incidents.queries import visible_to
from linli.incidents.routing import suggest
from linli.incidents.work import my_work, own_reports, watched
from linli.notifications.models import Notice
from linli.organisations.models import Unit, UnitKind
from linli.territory.locating import locate_many
from linli.territory.models import Area, AreaVersion, Level
from linli.territory.snapshots import snapshot
from tests.factories.counting import counted, recounted

UNTIL = datetime(2025, 11, 21, 7, 0, tzinfo=UTC)
COUNT = 300
MANY = (
    6_000  # enough for every state and for units that differ; `make demo` loads five times as many
)
COLUMNS = {
    "township": "township_id",
    "category": "category_id",
    "area": "area_id",
    "unit": "lead_unit_id",
}
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Loaded:
    code: str
    logins: dict[Role, DemoLogin]
    attachments: Path
    stages: list[str]

    def actor(self, role: Role) -> Actor:
        user = User.objects.get(username=self.logins[role].username)
        actor = actor_for(user, today=timezone.localdate())
        assert actor is not None
        return actor


def load(folder: Path, *, count: int = COUNT, seed: int = 20151123) -> Loaded:
    stages: list[str] = []
    code = f"t{token_hex(4)}"
    logins = load_demo(
        progress=lambda stage, *_: stages.append(stage),
        until=UNTIL,
        count=count,
        seed=seed,
        code=code,
        attachments=folder,
    )
    references.forget()
    return Loaded(code, {login.role: login for login in logins}, folder, stages)


@pytest.fixture(scope="module")
def demo(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Loaded]:
    """In one transaction, rolled back after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(tmp_path_factory.mktemp("demo"))
        transaction.set_rollback(True)


@pytest.fixture
def inside(demo: Loaded) -> Iterator[Loaded]:
    with county_context(demo.code):
        yield demo


def test_the_county_says_that_it_is_generated(inside: Loaded) -> None:
    county = County.objects.get(pk=inside.code)
    assert county.is_demo
    assert "演示数据" in county.name
    assert "(demo)" in county.name_en
    assert AreaVersion.objects.filter(source="").count() == 0
    root = snapshot().root
    assert (root.name, root.name_en) == (county.name, county.name_en)


def test_the_county_has_all_its_areas_with_shapes_and_search_keys(inside: Loaded) -> None:
    levels = Counter(Area.objects.values_list("level", flat=True))
    assert levels == {Level.COUNTY: 1, Level.TOWNSHIP: 13, Level.VILLAGE: 165, Level.GRID: 2236}
    assert not AreaVersion.objects.filter(geometry__isnull=True).exists()
    total = {
        level: sum(AreaVersion.objects.filter(area__level=level).values_list("area_m2", flat=True))
        for level in Level
    }
    for level in (Level.TOWNSHIP, Level.VILLAGE, Level.GRID):
        assert total[level] == pytest.approx(total[Level.COUNTY], rel=1e-6)
    assert Area.objects.filter(initials__contains="syp", level=Level.TOWNSHIP).exists()
    grid = Area.objects.filter(level=Level.GRID).first()
    assert grid.parent_id == grid.village_id
    assert Area.objects.get(pk=grid.village_id).township_id == grid.township_id


def test_every_grid_has_one_worker_and_a_contact(inside: Loaded) -> None:
    workers = GridAssignment.objects.filter(kind="worker")
    assert workers.values("membership").distinct().count() == 185
    own = Counter(workers.filter(stands_in_for=None).values_list("area_id", flat=True))
    assert set(own.values()) == {1}
    grids = Area.objects.filter(level=Level.GRID)
    assert all(one.pk in own or one.village_id in own for one in grids)
    heads = GridAssignment.objects.filter(kind="contact")
    assert heads.values("area").distinct().count() == 2236
    assert all(phone.startswith("0871-0000-") for phone in
               heads.values_list("contact_phone", flat=True))  # fmt: skip


def test_some_are_away_now_or_soon_and_a_colleague_stands_in(inside: Loaded) -> None:
    away = Membership.objects.filter(away_from__isnull=False).select_related("stand_in", "user")
    assert Counter(row.role for row in away) == {
        Role.TOWNSHIP_OPERATOR: 2,
        Role.GRID_WORKER: 1,
        Role.VERIFIER: 1,
    }
    now = [row for row in away if row.away_from <= UNTIL.date() <= row.away_to]
    assert {row.role for row in now} == {Role.TOWNSHIP_OPERATOR, Role.GRID_WORKER}
    assert all((row.unit_id, row.area_id) == (row.stand_in.unit_id, row.stand_in.area_id)
               for row in away if row.role != Role.GRID_WORKER)  # fmt: skip
    names = {login.username for login in inside.logins.values()}
    assert not names & {row.user.username for row in away}
    lent = GridAssignment.objects.filter(stands_in_for__isnull=False)
    (worker,) = (row for row in away if row.role == Role.GRID_WORKER)
    assert lent.count() > 1
    assert {row.membership_id for row in lent} == {worker.stand_in_id}


def test_some_matters_reach_into_another_village_and_those_of_two_townships_are_the_county_s(
    inside: Loaded,
) -> None:
    places = IncidentPlace.objects.select_related("incident__category")
    assert {row.incident.category.place for row in places} == {"several"}
    assert all(row.village_id != row.incident.village_id for row in places)
    across = [row for row in places if row.township_id != row.incident.township_id]
    assert across
    assert len(across) < len(places)
    first = IncidentEvent.objects.filter(incident_id__in=[row.incident_id for row in across])
    told = first.filter(kind="accept").values_list("actor_role", flat=True)
    assert set(told) == {Role.DISPATCHER}


def test_every_township_and_category_has_an_accepting_unit(inside: Loaded) -> None:
    for township in Area.objects.filter(level=Level.TOWNSHIP):
        for category in Category.objects.filter(parent__isnull=False):
            matter = new(Incident, process_version=1, calendar_version=1, category=category)
            matter.township_id = township.pk
            found = suggest(matter, at=UNTIL)
            assert found is not None
            assert found.unit.function == category.function
            assert found.unit.area_id in {township.pk, None}


def test_somebody_answers_for_every_grid_category_and_hour(inside: Loaded) -> None:
    found = check(newest_process("incident"), now=UNTIL)
    assert [found.words(gap, "en") for gap in found.gaps] == []
    looked = found.coverage
    assert (looked.grids, looked.places) == (2236, 2236 + 165 + 13 + 1)
    assert looked.cells == looked.places * looked.categories * 168


def test_its_own_rules_are_followed_and_on_the_timeline(inside: Loaded) -> None:
    definition = newest_process("incident")
    assert [rule.key for rule in definition.routing][-2:] == ["own_trade", "holding_centre"]
    assert len(definition.routing) == 6
    lines = IncidentEvent.objects.filter(kind="dispatch", data__has_key="rule")
    assert {line.data["rule"] for line in lines} >= {"own_trade"}


def test_units_have_deputies_and_telephones_that_ring_nowhere(inside: Loaded) -> None:
    units = Unit.objects.exclude(kind=UnitKind.COUNTY_CENTRE)
    assert units.filter(deputy__isnull=True).count() == 0
    assert units.filter(deputy=F("id")).count() == 0
    assert not Unit.objects.exclude(duty_phone__startswith="0871-0000-").exists()


def test_nobody_but_the_demo_logins_can_sign_in(inside: Loaded) -> None:
    names = {login.username for login in inside.logins.values()}
    others = User.objects.filter(memberships__county_id=inside.code).exclude(username__in=names)
    assert others.count() == 854 - 9
    assert not any(user.has_usable_password() for user in others)
    for login in inside.logins.values():
        assert User.objects.get(username=login.username).check_password(login.password)


def test_news_and_reporters_to_call_are_recent(inside: Loaded) -> None:
    since = UNTIL - timedelta(days=NEWS)
    assert Notice.objects.exists()
    assert not Notice.objects.filter(created_at__lt=since).exists()
    reachable = ReporterContact.objects.select_related("incident")
    assert {row.incident.source for row in reachable} <= CONTACTED
    assert all(row.incident.is_open or row.incident.closed_at >= since for row in reachable)
    opened = open_contacts(reachable[0].incident, by=system(), reason="回访")
    assert opened[0].phone.startswith("0871-0000-")


def test_there_is_one_login_for_every_role(inside: Loaded) -> None:
    assert set(inside.logins) == set(Role) == set(USERNAMES)
    assert len({login.password for login in inside.logins.values()}) == 12
    for role, login in inside.logins.items():
        held = Membership.objects.filter(user__username=login.username)
        assert [row.role for row in held] == [role]
        assert login.place == held[0].unit.name


def test_the_security_administrator_has_a_role_to_decide_about(inside: Loaded) -> None:
    asked = RoleRequest.objects.get(decided_at__isnull=True)
    keeper = User.objects.get(username=inside.logins[Role.SYSTEM_ADMINISTRATOR].username)
    assert (asked.role, asked.asked_by) == (Role.TOWNSHIP_OPERATOR, keeper.pk)
    assert asked.area_id == asked.unit.area_id


def test_every_stored_history_is_one_that_the_process_allows(demo: Loaded) -> None:
    found = replay_county(demo.code)
    assert found.cases == COUNT
    assert found.violations == []


def test_the_counters_equal_a_recount(inside: Loaded) -> None:
    for dimension, column in COLUMNS.items():
        rows = (
            Incident.objects.filter(**{f"{column}__isnull": False})
            .values_list(column, "state")
            .annotate(Count("id"))
        )
        told = tallies.totals("incident", dimension, by="key")
        assert sorted(told) == sorted((str(key), state, n) for key, state, n in rows)
    months = Counter(timezone.localdate(at).strftime("%Y-%m")
                     for at in Incident.objects.values_list("opened_at", flat=True))  # fmt: skip
    told = Counter()
    for month, _state, amount in tallies.totals("incident", by="month"):
        told[f"{month:%Y-%m}"] += int(amount)
    assert told == months
    assert counted() == recounted()


def test_every_point_lies_in_the_grid_that_its_case_names(inside: Loaded) -> None:
    rows = list(
        Incident.objects.filter(place_quality="pinned").values_list(
            "longitude", "latitude", "area_id"
        )
    )
    found = locate_many(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]))
    assert not found.metres.any()
    assert [found.ids[index] for index in found.index] == [row[2] for row in rows]
    elsewhere = Incident.objects.exclude(place_quality="pinned")
    assert set(elsewhere.values_list("place_quality", flat=True)) == {"chosen"}
    assert not elsewhere.exclude(area_id=F("village_id")).exists()


def test_every_picture_of_a_result_is_in_the_store(inside: Loaded) -> None:
    store = FileStore(inside.attachments)
    rows = Attachment.objects.all()
    kinds = IncidentEvent.objects.filter(pk__in=rows.values("event_id"))
    assert set(kinds.values_list("kind", flat=True)) == {"hand_in"}
    for key, digest in set(rows.values_list("store_key", "sha256")):
        with store.open(key) as file:
            assert hashlib.sha256(file.read()).hexdigest() == digest
    for key in set(rows.values_list("thumbnail_key", flat=True)):
        with store.open(key) as file:
            assert file.read(2) == b"\xff\xd8"


def test_a_batch_leaves_one_row_in_the_audit_log(inside: Loaded) -> None:
    rows = AuditEvent.objects.filter(county_id=inside.code, action="incident.generated")
    assert rows.count() == 1
    assert rows[0].subject_label.startswith("2024-000001")


@pytest.mark.parametrize("role", list(Role))
def test_lists_search_and_detail_agree_for_every_login(inside: Loaded, role: Role) -> None:
    actor = inside.actor(role)
    listed = page(actor, Filter(), size=COUNT).rows
    assert {one.pk for one in listed} == set(visible_to(actor).values_list("pk", flat=True))
    assert count(actor, Filter()).number == len(listed)
    if role in ADMINISTRATORS:
        assert listed == []
        return
    assert listed
    one = listed[-1]
    shown = detail(actor, one.number, now=timezone.now())
    assert shown is not None
    assert len(shown.lines) == one.version
    assert one in page(actor, Filter(text=one.number), size=COUNT).rows
    if not ROLES[role].countywide:
        hidden = Incident.objects.exclude(pk__in=[row.pk for row in listed]).first()
        assert detail(actor, hidden.number, now=timezone.now()) is None
        assert page(actor, Filter(text=hidden.number), size=COUNT).rows == []


def test_a_second_demo_is_refused_and_leaves_the_first(demo: Loaded) -> None:
    with pytest.raises(CountyRefusedError), transaction.atomic():
        load_demo(progress=lambda *_: None, until=UNTIL, count=10, code=demo.code,
                  attachments=demo.attachments)  # fmt: skip
    with county_context(demo.code):
        assert Incident.objects.count() == COUNT


def _content(code: str) -> str:
    """What a county holds, without ids and passwords."""
    with county_context(code):
        parts: list[object] = [
            list(Area.objects.order_by("code").values_list("code", "name", "pinyin")),
            list(AreaVersion.objects.order_by("area__code").values_list("area__code", "area_m2")),
            list(Unit.objects.order_by("name", "kind").values_list("name", "area__code")),
            list(Membership.objects.order_by("phone").values_list("role", "user__name")),
            list(
                Incident.objects.order_by("number").values_list(
                    "number", "state", "title", "text", "opened_at", "due_at", "closed_at",
                    "area__code", "category__code", "lead_unit__name", "longitude", "on_time",
                    "progress",
                )
            ),
            list(
                IncidentEvent.objects.order_by("incident__number", "case_version").values_list(
                    "kind", "occurred_at", "actor_label", "reason", "data"
                )
            ),
        ]  # fmt: skip
        assert code in str(parts[0])
        text = json.dumps(parts, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(UUIDS.sub("", text).replace(code, "").encode()).hexdigest()


@pytest.mark.slow
def test_the_same_seed_and_day_load_the_same_county(demo: Loaded, tmp_path: Path) -> None:
    again = load(tmp_path)
    assert again.logins[Role.LEADER].password != demo.logins[Role.LEADER].password
    assert again.logins[Role.LEADER].username == f"leader-{again.code}"
    assert _content(again.code) == _content(demo.code)
    other = load(tmp_path, seed=2)
    assert _content(other.code) != _content(demo.code)


@pytest.mark.slow
def test_what_is_interrupted_leaves_nothing(demo: Loaded, tmp_path: Path) -> None:
    def interrupt(stage: str, _done: int, _total: int) -> None:
        if stage == "logins":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        load_demo(progress=interrupt, until=UNTIL, count=20, code="tbroken", attachments=tmp_path)
    assert not County.objects.filter(pk="tbroken").exists()
    with county_context("tbroken"):
        assert not Incident.objects.exists()
        assert not Unit.objects.exists()


@pytest.mark.slow
def test_the_whole_demo_has_every_state_and_units_that_differ(
    db, tmp_path: Path, django_db_setup
) -> None:
    whole = load(tmp_path, count=MANY)
    found = replay_county(whole.code)
    assert (found.cases, found.violations) == (MANY, [])
    with county_context(whole.code):
        now = UNTIL
        states = Counter(Incident.objects.values_list("state", flat=True))
        assert set(states) == set(State.values)
        assert Incident.objects.filter(is_open=True, due_at__lte=now).count() >= 20
        assert tallies.totals("incident") == sorted(states.items())
        rates = _on_time_rates()
        assert len(rates) >= 30
        assert max(rates) - min(rates) > 0.15
        for role in set(Role) - ADMINISTRATORS:
            actor = whole.actor(role)
            groups = [*my_work(actor, now=now), *watched(actor, now=now)]
            if role == Role.LEADER:
                assert any(group.count for group in watched(actor, now=now))
            elif role == Role.GRID_WORKER:
                assert own_reports(actor).count or any(group.count for group in groups)
            else:
                assert any(group.count for group in my_work(actor, now=now)), role
        _one_emergency_is_under_way_and_one_ran_to_its_end()


def _one_emergency_is_under_way_and_one_ran_to_its_end() -> None:
    under_way, over = Emergency.objects.select_related("incident").order_by("-raised_at")
    assert (under_way.ended_at, under_way.incident.state) == (None, State.DISPATCHED)
    assert [one.kind for one in under_way.reports.all()] == ["first"]
    assert over.incident.state == State.CLOSED
    assert over.ended_at < over.recorded_at
    reports = list(over.reports.order_by("number"))
    assert [one.kind for one in reports] == ["first", "follow_up", "final"]
    assert all(one.sent_at <= one.due_at for one in reports)
    for emergency in (under_way, over):
        call = emergency.calls.get(user_id__isnull=False)
        assert call.user_id == emergency.taken_by, "whoever was alerted took it"
        assert emergency.raised_at == call.called_at < emergency.taken_at <= call.due_at
        lines = IncidentEvent.objects.filter(incident=emergency.incident).order_by("case_version")
        told = list(lines.values_list("occurred_at", flat=True))
        assert told == sorted(told), "everything stands at its time"
        assert told[-1] <= UNTIL


def _on_time_rates() -> list[float]:
    """Of units with at least twenty results."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT avg(on_time::int)::float FROM incidents_incident"
            " WHERE county_id = current_setting('linli.county') AND on_time IS NOT NULL"
            " GROUP BY lead_unit_id HAVING count(*) >= 20"
        )
        return [rate for (rate,) in cursor.fetchall()]
