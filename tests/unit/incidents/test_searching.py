"""A search finds what its reader sees, wants and typed, by either of its plans."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from linli.access.actor import Actor, actor_for
from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.flows.handover import plan_leave
from linli.incidents import searching
from linli.incidents.actions import Draft, report
from linli.incidents.actions.placing import Spot
from linli.incidents.filters import Filter, condition
from linli.incidents.models import Incident, IncidentPlace, IncidentTask, IncidentText
from linli.incidents.paging import page
from linli.incidents.queries import visible_to
from linli.incidents.search_text import week_of, words_of
from linli.incidents.sight import seen_by
from tests.factories.drawn import EAST, WEST, Drawn, drawn_county
from tests.factories.steps import dispatched, handled_by, reported, step

FIRE = "0201"
TODAY = timezone.localdate()


@pytest.fixture(params=["incidents_search", "incidents_search_index"])
def plan(request, monkeypatch) -> str:
    """Either function answers alone; the first one chooses."""
    monkeypatch.setattr(searching, "FUNCTION", request.param)
    return request.param


@pytest.fixture
def drawn(county) -> Drawn:
    """Cases in both townships and across, of several people, in several hands and states."""
    drawn = drawn_county()
    small, operator = drawn.small, drawn.small.township_operator()
    fire = small.category(FIRE).pk
    reported(small, spot=WEST)
    reported(small, drawn.east_operator(), spot=EAST, text="东山水管破裂")
    reported(small, category_id=fire, spot=WEST, further=(EAST,), text="松林起火，水管已断")
    reported(
        small, small.dispatcher(), category_id=fire, spot=EAST, further=(WEST,), text="水管旁起火"
    )
    step(reported(small), "not_accept", operator, reason="不属于本县")
    dispatched(small, small.roads, operator)
    done = handled_by(small, small.handler(), small.water, operator=operator)
    kind = done.verification
    step(done, "verify_pass", operator, verification_kind=kind, outcome="solved")
    moved = step(reported(small, spot=WEST), "accept", operator)
    place = {"longitude": EAST.longitude, "latitude": EAST.latitude}
    step(moved, "correct_place", small.dispatcher(), place=place, reason="报错了地点")
    draft = Draft("水管漏水", small.category().pk, "call", Spot(area_id=small.grid.pk))
    for days in (1, 25, 29):
        report(draft, by=operator, at=timezone.now() - timedelta(days=days))
    Incident.objects.filter(state="dispatched").update(due_at=timezone.now() - timedelta(1))
    Incident.objects.filter(state="accepted").update(supervised=True)
    Incident.objects.filter(is_open=False).update(sampled=True)
    return drawn


def readers(drawn: Drawn) -> Iterator[Actor]:
    small = drawn.small
    yield small.dispatcher()
    yield small.township_operator()
    yield drawn.east_operator()
    yield small.staff(Role.VILLAGE_OPERATOR, unit=small.village_office, area=small.village)
    yield small.worker()
    yield small.handler()
    yield small.handler(small.roads)
    yield small.staff(Role.UNIT_HEAD, unit=small.water, area=small.village)
    first = Membership.objects.filter(role=Role.GRID_WORKER).order_by("id")[0]
    reporter = actor_for(first.user, today=TODAY)
    assert reporter is not None
    yield reporter


def filters(drawn: Drawn) -> list[Filter]:
    small = drawn.small
    return [
        Filter(),
        Filter(group="open"),
        Filter(group="closed"),
        Filter(states=("dispatched", "closed")),
        Filter(group="open", states=("closed",)),
        Filter(township=small.township.pk),
        Filter(township=drawn.east.pk),
        Filter(village=small.village.pk),
        Filter(area=small.grid.pk),
        Filter(category=small.category(FIRE).pk),
        Filter(unit=small.water.pk),
        Filter(unit=small.roads.pk, group="open"),
        Filter(severity="general"),
        Filter(source="call"),
        Filter(overdue=True),
        Filter(supervised=True),
        Filter(sampled=True),
        Filter(unplaced=True),
        Filter(opened_from=TODAY - timedelta(26)),
        Filter(opened_to=TODAY - timedelta(26)),
        Filter(opened_from=TODAY - timedelta(28), opened_to=TODAY - timedelta(1)),
    ]


def expected(actor: Actor, wanted: Filter, word: str) -> list[UUID]:
    rows = visible_to(actor).filter(condition(wanted, now=timezone.now()), text__contains=word)
    return list(rows.order_by("-opened_at", "-id").values_list("pk", flat=True))


def found(actor: Actor, wanted: Filter, word: str, size: int) -> list[UUID]:
    """All pages of a size, each full but the last."""
    ids, after = [], None
    while True:
        part = page(actor, Filter(**{**vars(wanted), "text": word}), after=after, size=size)
        ids += [row.pk for row in part.rows]
        after = part.next
        if after is None:
            return ids
        assert len(part.rows) == size


@pytest.mark.parametrize("word", ["水管", "起火"])
def test_it_finds_what_a_plain_comparison_would(drawn, plan, word):
    seldom = 0
    for actor in readers(drawn):
        for wanted in filters(drawn):
            right = expected(actor, wanted, word)
            seldom += len(right)
            assert found(actor, wanted, word, 50) == right, (actor.label, wanted)
        assert found(actor, Filter(), word, 2) == expected(actor, Filter(), word)
        assert found(actor, Filter(), "无此词", 2) == []
    assert seldom > 20


def opened(case: Incident, *, at: datetime) -> None:
    """As if it had been reported then."""
    case.opened_at = at
    case.save(update_fields=["opened_at"])
    IncidentText.objects.filter(pk=case.pk).update(opened_at=at, tokens=words_of(case))


def test_it_goes_back_through_the_weeks_of_years(drawn, plan):
    """A word of every day, one of an earlier season with many cases, and a rare one."""
    small, now = drawn.small, timezone.now()
    draft = Draft("", small.category().pk, "call", Spot(area_id=small.grid.pk))
    for days in range(0, 800, 9):
        season = "梨园落果，" if 300 < days < 560 else ""
        rare = "崖蜜，" if days in {9, 369, 792} else ""
        case = report(replace(draft, text=f"{season}{rare}水管漏水"), by=small.dispatcher())
        opened(case, at=now - timedelta(days=days, seconds=days))
    for word in ("水管", "梨园", "崖蜜", "梨园落果"):
        for wanted in (Filter(), Filter(opened_from=TODAY - timedelta(400))):
            for actor in (small.dispatcher(), small.township_operator()):
                assert found(actor, wanted, word, 2) == expected(actor, wanted, word)


def test_the_words_of_every_text_hold_its_week(drawn):
    texts = IncidentText.objects.all()
    assert len({week_of(text.opened_at) for text in texts}) > 1
    assert all(week_of(text.opened_at) in text.tokens.split() for text in texts)


def test_the_database_tells_weeks_alike(county):
    migration = import_module("linli.incidents.migrations.0014_search_by_weeks")
    monday, moment = datetime(2026, 3, 2, tzinfo=UTC), timedelta(microseconds=1)
    times = [monday + timedelta(days=days) + moment * i for days in range(9) for i in (-1, 0, 1)]
    times += [datetime(1969, 12, 31, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {migration.WEEK} FROM unnest(%s) AS one (opened_at)", [times])
        told = [f"'{week}'" for (week,) in cursor.fetchall()]
    assert told == [week_of(at) for at in times]


def kept() -> dict[UUID, list[UUID]]:
    return dict(IncidentText.objects.values_list("id", "seen_by"))


def due() -> dict[UUID, list[UUID]]:
    """Who sees each case, by its rows."""
    keys = {}
    for one in Incident.objects.all():
        places = [one, *IncidentPlace.objects.filter(incident=one)]
        units = IncidentTask.objects.filter(incident=one).values_list("unit_id", flat=True)
        keys[one.pk] = seen_by(places, reporter=one.reporter_id, units=units)
    return keys


def test_who_sees_a_case_is_kept_beside_its_words(drawn):
    assert kept() == due()


def test_a_township_that_is_named_to_lead_changes_places_and_both_go_on_seeing_it(drawn):
    small = drawn.small
    across = Incident.objects.get(text="松林起火，水管已断")
    county = small.dispatcher()
    step(across, "accept", county)
    step(across, "send_down", county, township=str(drawn.east.pk), reason="由你镇处置")
    assert kept() == due()
    for actor in (small.township_operator(), drawn.east_operator()):
        assert across.pk in found(actor, Filter(), "松林", 50)


def test_a_report_goes_on_to_the_successor_in_searches_too(drawn):
    small = drawn.small
    worker = next(one for one in readers(drawn) if Role.GRID_WORKER in one.roles)
    mine = reported(small, worker, spot=EAST, text="只有我看得见的桥")
    heir = small.staff(Role.GRID_WORKER, area=small.village)
    assert found(worker, Filter(), "桥", 50) == [mine.pk]
    rows = {one: Membership.objects.get(user_id=one.id) for one in (worker, heir)}
    week = TODAY + timedelta(7)
    plan_leave(
        membership=rows[worker],
        away_from=TODAY,
        away_to=week,
        stand_in=rows[heir],
        by=small.dispatcher(),
    )
    assert found(heir, Filter(), "桥", 50) == [mine.pk]
    assert found(worker, Filter(), "桥", 50) == []
    assert kept() == due()


def test_the_newest_are_looked_at_and_counted(drawn):
    """Whether they fill a page decides between the plans."""
    arguments = ["'水管'", True, [], [], [], []] + [None] * 18 + [50]
    places = ", ".join(["%s", "%s", *["%s::uuid[]"] * 4, *["%s"] * 19])
    sql = f"SELECT looked, cardinality(ids) FROM incidents_search_newest({places}, %s)"
    everything = Incident.objects.count()
    said = Incident.objects.filter(text__contains="水管").count()
    with connection.cursor() as cursor:
        for look, answer in ((3, None), (1_000, (everything, said))):
            cursor.execute(sql, [*arguments, look])
            looked, wanted = cursor.fetchone()
            newest = Incident.objects.order_by("-opened_at", "-id")[:look]
            right = sum("水管" in one.text for one in newest)
            assert (looked, wanted) == (answer or (look, right or None))
