"""Divisions change under open cases, which find today's areas; closed ones keep their own."""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.access.actor import actor_for, system
from linli.accounts.enums import Role
from linli.accounts.models import GridAssignment, Membership, User
from linli.audit.models import AuditEvent
from linli.casework import tallies
from linli.casework.views import save_view, views_of
from linli.flows import divisions
from linli.flows.divisions import apply_divisions
from linli.incidents.actions import replacing
from linli.incidents.actions.placing import Spot
from linli.incidents.models import Incident, IncidentEvent, IncidentPlace
from linli.incidents.queries import visible_to
from linli.jobs import tasks
from linli.notifications.models import Notice
from linli.organisations.models import Unit, UnitKind
from linli.territory.divisions import DivisionList
from linli.territory.models import Area
from linli.territory.rules import DivisionRow
from tests.factories.counting import counted, recounted
from tests.factories.drawn import EAST, WEST, Drawn, drawn_county
from tests.factories.steps import attached, dispatched, reported, step

ON = date(2020, 6, 30)
TOWNS = (("530128101", "茂山镇"), ("530128102", "团街镇"))


@pytest.fixture
def drawn(county) -> Drawn:
    return drawn_county()


def _apply(*rows: tuple[str, str], on: date = ON):
    edition = DivisionList(tuple(DivisionRow(*row) for row in rows), (), ())
    return apply_divisions(edition, on=on, by=system("test"))


def _moved(case: Incident) -> dict[str, str]:
    data = IncidentEvent.objects.get(incident=case, kind="area_changed").data
    return {"on": data["on"], **{end: data["moved"][end]["name"] for end in ("from", "to")}}


@pytest.mark.parametrize("at_once", [1, replacing.AT_ONCE])
def test_a_village_that_moved_takes_its_open_cases_along(drawn, monkeypatch, at_once):
    monkeypatch.setattr(replacing, "AT_ONCE", at_once)
    small = drawn.small
    village, grid = drawn.areas["101201"], small.grid
    in_village, too = (reported(small, spot=Spot(area_id=village.pk)) for _ in range(2))
    in_grid = step(reported(small, spot=WEST), "accept", small.township_operator())
    elsewhere = reported(small, spot=EAST)
    closed = step(reported(small, spot=WEST), "not_accept", small.township_operator(), reason="x")
    changed = _apply(*TOWNS, ("530128102205", "甲甸村"), ("530128102201", "治安村"))
    new = Area.objects.get(code="530128102205")
    assert (list(changed.applied.moved.items()), changed.cases) == ([(village.pk, new.pk)], 3)
    for case in (in_village, too, in_grid, elsewhere, closed):
        case.refresh_from_db()
    assert (in_village.area_id, in_village.village_id) == (new.pk, new.pk)
    assert (too.area_id, too.platform_unit_id) == (new.pk, drawn.east_platform.pk)
    assert (in_grid.area_id, in_grid.village_id) == (grid.pk, new.pk)
    for case in (in_village, in_grid):
        assert case.township_id == drawn.east.pk
        assert (case.platform, case.platform_unit_id) == ("township", drawn.east_platform.pk)
    assert _moved(in_village) == {"on": "2020-06-30", "from": "甲甸村", "to": "甲甸村"}
    assert (in_grid.longitude, in_grid.place_quality) == (WEST.longitude, "pinned")
    assert (closed.area_id, closed.township_id, closed.village_id) == (
        *(grid.pk, small.township.pk),
        village.pk,
    )
    assert not IncidentEvent.objects.filter(incident=elsewhere, kind="area_changed").exists()
    told = Notice.objects.filter(message="arrived.area_changed")
    assert {notice.unit_id for notice in told} == {drawn.east_platform.pk}
    assert counted() == recounted()
    tallies.fold()
    assert counted() == recounted()
    assert step(in_grid, "dispatch", drawn.east_operator(), unit=str(small.water.pk)).version == 4


def test_a_village_that_ended_leaves_its_cases_to_the_point_or_to_what_lies_above(drawn):
    small = drawn.small
    words = reported(small, spot=Spot(area_id=drawn.areas["102201"].pk))
    point = reported(small, spot=EAST)
    changed = _apply(*TOWNS, ("530128101201", "甲甸村"))
    assert changed.cases == 2
    for case in (words, point):
        case.refresh_from_db()
        assert (case.area_id, case.township_id) == (drawn.east.pk, drawn.east.pk)
        assert (case.village_id, case.platform_unit_id) == (None, drawn.east_platform.pk)
    assert _moved(words)["to"] == "团街镇"
    assert counted() == recounted()


def test_a_grid_whose_village_ended_stays_in_its_township(drawn):
    case = reported(drawn.small, spot=WEST)
    changed = _apply(*TOWNS, ("530128102201", "治安村"))
    assert changed.applied.orphans
    assert changed.cases == 1
    case.refresh_from_db()
    assert (case.area_id, case.village_id) == (drawn.small.grid.pk, None)
    assert (case.township_id, case.platform) == (drawn.small.township.pk, "township")
    assert case.platform_unit_id == drawn.small.platform.pk
    assert counted() == recounted()


def test_a_township_that_ended_leaves_its_cases_to_the_county(drawn):
    case = reported(drawn.small, spot=Spot(area_id=drawn.east.pk))
    _apply(TOWNS[0], ("530128101201", "甲甸村"))
    case.refresh_from_db()
    assert (case.area_id, case.township_id) == (drawn.areas["root"].pk, None)
    assert (case.platform, case.platform_unit_id) == ("county", drawn.small.centre.pk)
    assert counted() == recounted()


def test_a_township_that_only_got_another_code_keeps_what_it_holds(drawn):
    case = reported(drawn.small, spot=Spot(area_id=drawn.east.pk))
    changed = _apply(TOWNS[0], ("530128101201", "甲甸村"), ("530128202", "团街镇"))
    case.refresh_from_db()
    assert case.township_id == changed.applied.moved[drawn.east.pk]
    assert (case.platform, case.platform_unit_id) == ("township", drawn.east_platform.pk)
    line = IncidentEvent.objects.get(incident=case, kind="area_changed")
    assert "centre" not in line.data


def test_staff_of_an_area_with_another_code_go_on_there(drawn):
    """A township and a village get new codes: the operator still finds, accepts and gets cases."""
    small = drawn.small
    operator, worker = drawn.east_operator(), small.staff(Role.GRID_WORKER, area=small.village)
    ended = small.staff(Role.TOWNSHIP_OPERATOR, unit=drawn.east_platform, area=drawn.east)
    Membership.objects.filter(user_id=ended.id).update(valid_to=ON)
    lent = GridAssignment.objects.get()
    stand_in = GridAssignment.objects.create(
        area=lent.area, kind=lent.kind, contact_name="杨六", valid_from=ON, stands_in_for=lent
    )
    case = reported(small, spot=EAST)
    edition = (TOWNS[0], ("530128101205", "甲甸村"), ("530128202", "团街镇"))
    moved = _apply(*edition).applied.moved
    town, village = moved[drawn.east.pk], moved[small.village.pk]
    operator = actor_for(User.objects.get(pk=operator.id), today=date(2026, 1, 5))
    assert operator.scope.townships == {town}
    assert visible_to(operator).get() == case
    fresh = reported(small, spot=Spot(area_id=town))
    assert (fresh.platform, fresh.platform_unit_id) == ("township", drawn.east_platform.pk)
    assert step(fresh, "accept", operator).state == "accepted"
    assert Membership.objects.get(user_id=ended.id).area_id == drawn.east.pk
    assert Membership.objects.get(user_id=worker.id).area_id == village
    old = list(GridAssignment.objects.filter(area=small.village).values_list("pk", "valid_to"))
    assert old == [(lent.pk, ON)]
    now = GridAssignment.objects.get(area_id=village, stands_in_for=None)
    assert (now.membership_id, now.valid_from, now.valid_to) == (lent.membership_id, ON, None)
    assert GridAssignment.objects.get(stands_in_for=now).contact_name == stand_in.contact_name
    kinds = ("unit.followed", "role.followed", "area.assignment_followed")
    rows = AuditEvent.objects.filter(county_id=operator.county, action__in=kinds)
    acts = Counter(rows.values_list("action", flat=True))
    assert acts == Counter(dict(zip(kinds, (2, 2, 2), strict=True)))


LATER = date(2023, 6, 30)


def test_who_is_left_over_from_an_ended_area_gets_nothing_of_the_one_with_its_code(drawn):
    small, village = drawn.small, drawn.areas["102201"]
    operator, worker = drawn.east_operator(), small.staff(Role.GRID_WORKER, area=village)
    _apply(TOWNS[0], ("530128101201", "甲甸村"))
    drawn.east_platform.refresh_from_db()
    assert drawn.east_platform.area_id == drawn.east.pk, "somebody has to look at it"
    changed = _apply(
        TOWNS[0], ("530128101201", "甲甸村"), ("530128102", "新乡"), ("530128102201", "新村"),
        on=LATER,
    )  # fmt: skip
    assert set(changed.applied.reused) == {drawn.east.pk, village.pk}
    drawn.east_platform.refresh_from_db()
    assert drawn.east_platform.area_id == drawn.areas["root"].pk
    ends = Membership.objects.filter(user_id__in=(operator.id, worker.id))
    assert set(ends.values_list("valid_to", flat=True)) == {LATER}
    assert GridAssignment.objects.get(area=village).valid_to == LATER
    fresh = reported(small, spot=Spot(area_id=village.pk))
    assert (fresh.platform, fresh.platform_unit_id) == ("county", small.centre.pk)
    for one in (operator, worker):
        assert actor_for(User.objects.get(pk=one.id), today=date(2026, 1, 5)) is None
    acts = AuditEvent.objects.filter(county_id=operator.county).values_list("action", flat=True)
    found = Counter(acts)
    wanted = ("unit.displaced", "role.ended", "area.assignment_ended")
    assert [found[act] for act in wanted] == [1, 2, 1]


def test_an_area_that_comes_back_under_its_name_has_its_people_again(drawn):
    operator = drawn.east_operator()
    _apply(TOWNS[0], ("530128101201", "甲甸村"))
    changed = _apply(*TOWNS, ("530128101201", "甲甸村"), on=LATER)
    assert changed.applied.reused == {}
    fresh = reported(drawn.small, spot=Spot(area_id=drawn.east.pk))
    assert fresh.platform_unit_id == drawn.east_platform.pk
    assert step(fresh, "accept", operator).state == "accepted"


def test_no_area_has_two_platforms_where_an_old_code_is_used_again(drawn):
    """Ended, set up anew under another code with a platform of its own, then back to the first."""
    _apply(TOWNS[0], ("530128101201", "甲甸村"))
    edition = (TOWNS[0], ("530128101201", "甲甸村"), ("530128202", "团街镇"))
    _apply(*edition, on=LATER)
    anew = Area.objects.get(code="530128202")
    platform = Unit.objects.create(
        code="tuan2", kind=UnitKind.TOWNSHIP_PLATFORM, name="团街镇综治中心", area=anew
    )
    _apply(*TOWNS, ("530128101201", "甲甸村"), on=date(2024, 1, 1))
    there = Unit.objects.filter(area=drawn.east, active=True, kind=UnitKind.TOWNSHIP_PLATFORM)
    assert list(there) == [platform]
    fresh = reported(drawn.small, spot=Spot(area_id=drawn.east.pk))
    assert fresh.platform_unit_id == platform.pk


def test_the_office_of_a_moved_village_stands_below_its_new_township(drawn):
    small = drawn.small
    above = {"parent": small.platform, "deputy": small.platform}
    Unit.objects.filter(pk=small.village_office.pk).update(**above)
    lent = Unit.objects.create(
        code="x", kind=UnitKind.BODY, name="护村队", area=small.village, parent=small.water
    )
    _apply(*TOWNS, ("530128102205", "甲甸村"), ("530128102201", "治安村"))
    office = Unit.objects.get(pk=small.village_office.pk)
    assert office.area.code == "530128102205"
    assert (office.parent_id, office.deputy_id) == (drawn.east_platform.pk,) * 2
    lent.refresh_from_db()
    assert lent.parent_id == small.water.pk, "a county unit stays above it"


def test_a_saved_view_names_the_new_area(drawn):
    operator = drawn.east_operator()
    query = f"group=open&township={drawn.east.pk}"
    save_view(page="incidents", name="本镇", query=query, by=operator)
    save_view(page="incidents", name="全部", query="group=open", by=operator)
    moved = _apply(TOWNS[0], ("530128101201", "甲甸村"), ("530128202", "团街镇")).applied.moved
    kept = {view.name: view.query for view in views_of(operator, page="incidents")}
    assert kept["本镇"] == f"group=open&township={moved[drawn.east.pk]}"
    assert kept["全部"] == "group=open"


def test_a_waiting_verification_and_further_places_follow(drawn):
    small, handler = drawn.small, drawn.small.handler()
    drawn.east_operator()
    waiting = step(dispatched(small, small.water, spot=WEST), "sign_for", handler)
    waiting = step(waiting, "hand_in", handler, result="好了", evidence=attached(handler))
    assert waiting.verifier_unit_id == small.platform.pk
    kind = small.category("0201").pk
    fire = reported(small, category_id=kind, spot=EAST, further=(Spot(area_id=small.village.pk),))
    _apply(*TOWNS, ("530128102205", "甲甸村"), ("530128102201", "治安村"))
    waiting.refresh_from_db()
    assert waiting.verifier_unit_id == drawn.east_platform.pk
    place = IncidentPlace.objects.get(incident=fire)
    new = Area.objects.get(code="530128102205")
    assert (place.area_id, place.township_id) == (new.pk, drawn.east.pk)


def test_nothing_to_do_writes_nothing_and_histories_replay(drawn):
    reported(drawn.small, spot=WEST)
    changed = _apply(*TOWNS, ("530128101201", "甲甸村"), ("530128102201", "治安村委会"))
    assert changed.cases == 0
    assert not IncidentEvent.objects.filter(kind="area_changed").exists()


def test_open_cases_are_locked_in_one_order_and_an_ended_area_is_read_once(drawn, monkeypatch):
    monkeypatch.setattr(replacing, "AT_ONCE", 2)
    small = drawn.small
    spots = (Spot(area_id=drawn.areas["101201"].pk), Spot(area_id=drawn.areas["102201"].pk))
    cases = [reported(small, spot=spots[turn % 2]).pk for turn in range(6)]
    with CaptureQueriesContext(connection) as sent:
        assert _apply(*TOWNS).cases == len(cases)
    lines = IncidentEvent.objects.filter(kind="area_changed").order_by("pk")
    assert list(lines.values_list("incident_id", flat=True)) == sorted(cases)
    parents = 'SELECT "territory_area"."parent_id" AS "parent_id" FROM'
    assert len([one for one in sent if one["sql"].startswith(parents)]) == 2


def test_a_further_place_of_an_ended_village_follows_its_point(drawn):
    """One without a point goes to the township above instead."""
    small = drawn.small
    kind = small.category("0201").pk
    fire = reported(
        small, category_id=kind, spot=EAST, further=(WEST, Spot(area_id=small.village.pk))
    )
    pinned, chosen = IncidentPlace.objects.filter(incident=fire).order_by("longitude")
    for place in (pinned, chosen):
        IncidentPlace.objects.filter(pk=place.pk).update(
            area=drawn.areas["102201"], township_id=drawn.east.pk
        )
    _apply(*TOWNS, ("530128101201", "甲甸村"))
    for place in (pinned, chosen):
        place.refresh_from_db()
    assert (pinned.area_id, pinned.township_id) == (small.grid.pk, small.township.pk)
    assert (chosen.area_id, chosen.township_id) == (drawn.east.pk, drawn.east.pk)


def test_what_was_reported_on_the_old_map_meanwhile_is_placed_by_the_job_that_follows(drawn):
    """Another process still has the old map in memory when the edition is committed."""
    small = drawn.small
    case, other = (reported(small, spot=Spot(area_id=small.village.pk)) for _ in range(2))
    old = (case.area_id, case.township_id, case.village_id, case.platform_unit_id)
    changed = _apply(*TOWNS, ("530128102205", "甲甸村"), ("530128102201", "治安村"))
    assert changed.cases == 2
    names = ("area_id", "township_id", "village_id", "platform_unit_id")
    Incident.objects.filter(pk=case.pk).update(**dict(zip(names, old, strict=True)))
    (job,) = ProcrastinateJob.objects.filter(task_name=divisions.AGAIN)
    assert job.scheduled_at >= timezone.now() + timedelta(seconds=20)
    tasks.replace_open_again(**job.args)
    case.refresh_from_db()
    new = changed.applied.moved[small.village.pk]
    assert (case.area_id, case.township_id) == (new, drawn.east.pk)
    assert case.platform_unit_id == drawn.east_platform.pk
    assert IncidentEvent.objects.filter(incident=other, kind="area_changed").count() == 1


def test_a_change_that_is_rolled_back_takes_its_job_along(drawn):
    with suppress(ZeroDivisionError), transaction.atomic():
        _apply(*TOWNS)
        assert ProcrastinateJob.objects.filter(task_name=divisions.AGAIN).exists()
        raise ZeroDivisionError
    assert not ProcrastinateJob.objects.filter(task_name=divisions.AGAIN).exists()
