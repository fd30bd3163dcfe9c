"""My work: the number in the rail, the groups and the rights agree, at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from linli.access.actor import Actor, actor_for
from linli.accounts.enums import Role
from linli.accounts.models import Membership, User
from linli.incidents.emergencies.waiting import frame_of
from linli.incidents.models import Incident, IncidentTask
from linli.incidents.queries import sees, visible_to
from linli.incidents.work import (
    SHOWN,
    TELL_UP_TO,
    Group,
    my_work,
    own_reports,
    work_count,
    work_question,
)
from linli.organisations.models import Unit
from tests.factories.county import BEGINNING, Small, small_county
from tests.factories.steps import dispatched, handled_by, reported, step


@pytest.fixture
def small(county) -> Small:
    return small_county()


@pytest.fixture
def cases(small) -> list[Incident]:
    """Something in each queue, of two units."""
    reported(small)
    step(reported(small), "accept", small.township_operator())
    dispatched(small, small.water)
    dispatched(small, small.roads)
    handled_by(small, small.handler(), small.water)
    return list(Incident.objects.all())


def _again(actor: Actor) -> Actor:
    found = actor_for(User.objects.get(pk=actor.id), today=timezone.localdate())
    assert found is not None
    return found


def _grouped(actor: Actor) -> int:
    return sum(group.count for group in my_work(actor, now=timezone.now()))


@pytest.mark.parametrize(
    "role", ["township_operator", "handler", "worker", "verifier", "dispatcher"]
)
def test_the_number_of_the_rail_is_what_the_groups_hold(small, cases, role):
    actor = getattr(small, role)()
    assert work_count(actor) == _grouped(actor) == frame_of(actor, working=True).work


def test_a_group_shows_as_many_rows_as_are_asked_for_and_counts_all(small):
    operator = small.township_operator()
    numbers = {reported(small).number for _ in range(3)}

    def rows(**most: int) -> tuple[set[str], int]:
        found = my_work(operator, now=timezone.now(), **most)
        return {row.number for one in found for row in one.rows}, sum(one.count for one in found)

    few, counted = rows(most=2)
    assert (len(few), counted) == (2, 3)
    assert rows() == (numbers, 3)


def _co_handled(actor: Actor) -> Group:
    (group,) = (one for one in my_work(actor, now=timezone.now()) if one.key == "to_help")
    return group


def _helped(small: Small, *more: Unit) -> Incident:
    """Dispatched to the waterworks, with the roads' unit beside it, and more."""
    operator = small.township_operator()
    accepted = step(reported(small), "accept", operator)
    helpers = [str(unit.pk) for unit in (small.roads, *more)]
    units = {"unit": str(small.water.pk), "co_units": helpers}
    return step(accepted, "dispatch", operator, **units)


def test_a_co_handler_sees_its_own_task_until_it_is_done(small):
    helper, incident = small.handler(small.roads), _helped(small)
    assert [row.pk for row in _co_handled(helper).rows] == [incident.pk]
    assert _co_handled(small.handler(small.water)).count == 0  # it leads
    assert _co_handled(small.township_operator()).count == 0
    assert work_count(helper) == _grouped(helper) == 1
    step(incident, "co_result", helper, result="已配合")
    assert work_count(helper) == _grouped(helper) == _co_handled(helper).count == 0


def test_co_handled_cases_stand_in_the_order_of_ones_own_deadlines(small):
    helper, now = small.handler(small.roads), timezone.now()
    late, early = _helped(small), _helped(small)
    for one, hours in ((late, 9), (early, 5)):
        due_at = now + timedelta(hours=hours)
        IncidentTask.objects.filter(incident=one, lead=False).update(due_at=due_at)
    group = _co_handled(helper)
    assert [row.pk for row in group.rows] == [early.pk, late.pk]
    assert [group.tasks[row.pk].due_at - now for row in group.rows] == [
        timedelta(hours=5),
        timedelta(hours=9),
    ]


def test_who_helps_with_two_units_is_told_of_the_case_once(small):
    helper, second = small.handler(small.roads), small.village_office
    _helped(small, second)
    Membership.objects.create(
        user_id=helper.id, role=Role.UNIT_HANDLER, unit=second, valid_from=BEGINNING
    )
    helper = _again(helper)
    assert len(helper.units) == 2
    assert work_count(helper) == _grouped(helper) == 1


def test_of_more_own_reports_than_are_shown_all_are_counted(small):
    worker = small.worker()
    for _ in range(SHOWN + 2):
        last = reported(small, by=worker)
    found = own_reports(worker)
    assert (found.rows[0].pk, len(found.rows), found.count) == (last.pk, SHOWN, SHOWN + 2)


def test_who_joins_or_leaves_a_unit_has_its_work_at_once(small, cases):
    actor = small.handler()
    assert work_count(actor) == 1
    Membership.objects.create(
        user_id=actor.id, role=Role.UNIT_HANDLER, unit=small.roads, valid_from=BEGINNING
    )
    assert work_count(_again(actor)) == 2
    Membership.objects.filter(user_id=actor.id, unit=small.water).delete()
    assert work_count(_again(actor)) == 1
    assert work_count(replace(actor, permissions=frozenset())) == 0


def test_a_county_operator_of_no_unit_has_the_work_of_the_centre(small):
    step(reported(small), "report_up", small.township_operator(), reason="beyond us")
    operator = small.dispatcher()
    Membership.objects.filter(user_id=operator.id).update(role=Role.COUNTY_OPERATOR, unit=None)
    assert work_count(_again(operator)) == _grouped(_again(operator)) == 1


def test_two_people_of_one_unit_are_asked_apart(small, cases):
    first, second = small.township_operator(), small.township_operator()
    before = work_count(second)
    handled = Incident.objects.get(state="awaiting_verification")
    Incident.objects.filter(pk=handled.pk).update(handler_ids=[first.id])
    assert (work_count(first), work_count(second)) == (before - 1, before)


def test_the_most_urgent_come_first_whatever_queue_they_stand_in(small):
    operator, now = small.township_operator(), timezone.now()
    waiting = handled_by(small, small.handler(), small.water)
    late, soon, never = (reported(small) for _ in range(3))
    for one, due in ((waiting, -2), (late, -1), (soon, 3)):
        due_at = now + timedelta(hours=due)
        Incident.objects.filter(pk=one.pk).update(due_at=due_at)
    Incident.objects.filter(pk=never.pk).update(due_at=None)
    groups = {group.key: [row.pk for row in group.rows] for group in my_work(operator, now=now)}
    assert groups["overdue"] == [waiting.pk, late.pk]
    assert groups["due_soon"] == [soon.pk]
    assert groups["to_do"] == [never.pk]


def test_a_long_group_shows_its_first_and_says_how_many_there_are(small):
    made = [reported(small) for _ in range(SHOWN + 2)]
    (group,) = (one for one in my_work(small.township_operator(), now=timezone.now()) if one.rows)
    first = sorted(made, key=lambda one: (one.due_at, one.opened_at))[:SHOWN]
    assert group.count == SHOWN + 2
    assert [row.pk for row in group.rows] == [one.pk for one in first]


def test_counting_stops_at_a_limit(small, monkeypatch):
    monkeypatch.setattr("linli.incidents.work.TELL_UP_TO", 2)
    for _ in range(3):
        reported(small)
    assert work_count(small.township_operator()) == 2
    assert TELL_UP_TO == 100


def test_the_question_of_every_page_is_led_to_its_state_by_the_index(small):
    sql, values = work_question(small.township_operator())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        (((whole,),),) = cursor.fetchall()
    looks = [one for one in _nodes(whole["Plan"]) if "queue_verifier" in one.get("Index Name", "")]
    led = [one for one in looks if "state" in one["Index Cond"]]
    assert len(led) >= 2  # for more time, and to verify; drawn samples are few


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def test_the_lead_unit_sees_a_case_by_its_column_as_by_its_task(small, cases):
    handler = small.handler()
    for incident in cases:
        listed = visible_to(handler).filter(pk=incident.pk).exists()
        assert listed == sees(handler, incident) == incident.tasks.filter(unit=small.water).exists()
