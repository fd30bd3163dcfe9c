"""Roles are asked for, granted and ended; areas change hands with them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError, actor_for, system
from linli.accounts import actions, queries
from linli.accounts.actions import Appointment
from linli.accounts.enums import Role
from linli.accounts.models import GridAssignment, Membership, User
from linli.audit.models import AuditEvent
from linli.flows import staff as flow
from linli.lib.errors import InputError
from tests.factories.county import small_county

TODAY = timezone.localdate()
TOMORROW, WEEK = TODAY + timedelta(1), TODAY + timedelta(7)


@pytest.fixture
def small(county):
    return small_county()


@pytest.fixture
def security(small):
    return small.staff(Role.SECURITY_ADMINISTRATOR)


def _user(name: str = "zhao") -> User:
    return actions.create_user(username=name, name=name, by=system())[0]


def _grant(user, role, by, **more):
    return flow.grant_role(Appointment(user, role, **more), by=by)


def _worker(small, name: str, *areas) -> Membership:
    row = actions.grant_membership(Appointment(_user(name), Role.GRID_WORKER), by=system())
    for area in areas:
        actions.assign_worker(area=area, worker=row, valid_from=TODAY, by=system())
    return row


def _who(area, day: date) -> str | None:
    found = queries.responsible_worker(area.pk, day)
    return found.membership.user.username if found else None


def test_the_security_administrator_grants_and_the_log_says_so(security):
    row = _grant(_user(), Role.LEADER, security)
    event = AuditEvent.objects.get(county_id=row.county_id, subject_id=row.pk)
    assert (event.action, event.actor_id) == ("role.granted", security.id)
    row.user.refresh_from_db()
    assert row.user.rights_changed_at is not None


@pytest.mark.parametrize("role", [r for r in Role if r != Role.SECURITY_ADMINISTRATOR])
def test_nobody_else_grants(small, role):
    actor = small.staff(role, unit=small.water, area=small.township)
    with pytest.raises(PermissionRefusedError):
        _grant(_user(), Role.LEADER, actor)


def test_the_security_administrator_does_not_grant_to_themselves(security):
    own = User.objects.get(pk=security.id)
    with pytest.raises(InputError):
        _grant(own, Role.LEADER, security)


def test_an_administrator_gets_no_second_role(small, security):
    keeper = small.staff(Role.SYSTEM_ADMINISTRATOR)
    with pytest.raises(InputError):
        _grant(User.objects.get(pk=keeper.id), Role.LEADER, security)


def test_the_same_role_is_not_granted_twice(small, security):
    user = _user()
    _grant(user, Role.UNIT_HANDLER, security, unit=small.water)
    with pytest.raises(InputError):
        _grant(user, Role.UNIT_HANDLER, security, unit=small.water)
    _grant(user, Role.UNIT_HANDLER, security, unit=small.roads)


def test_who_keeps_the_staff_list_asks_and_the_security_administrator_decides(small, security):
    operator, user = small.staff(Role.COUNTY_OPERATOR), _user()
    wanted = Appointment(user, Role.UNIT_HEAD, small.water, phone="0871-1", valid_to=WEEK)
    asked = flow.ask_for_role(wanted, by=operator)
    assert actor_for(user, today=TODAY) is None, "asking gives no right"
    with pytest.raises(PermissionRefusedError):
        flow.decide_role(request_id=asked.pk, grant=True, by=operator)
    row = flow.decide_role(request_id=asked.pk, grant=True, by=security)
    assert (row.unit, row.phone) == (small.water, "0871-1")
    assert (row.valid_from, row.valid_to) == (TODAY, WEEK)
    with pytest.raises(InputError):
        flow.decide_role(request_id=asked.pk, grant=True, by=security)


def test_a_refused_request_grants_nothing(small, security):
    user = _user()
    asked = actions.ask_for_role(Appointment(user, Role.LEADER), by=system())
    assert flow.decide_role(request_id=asked.pk, grant=False, by=security) is None
    assert not Membership.objects.filter(user=user).exists()


def test_nobody_decides_about_their_own_request(small, security):
    own = User.objects.get(pk=security.id)
    asked = actions.ask_for_role(Appointment(own, Role.LEADER), by=system())
    with pytest.raises(InputError):
        flow.decide_role(request_id=asked.pk, grant=True, by=security)


def test_the_keeper_of_the_staff_list_ends_roles_but_no_administrators(small, security):
    operator = small.staff(Role.COUNTY_OPERATOR)
    row = _grant(_user(), Role.LEADER, security, valid_from=TODAY - timedelta(1))
    flow.end_role(membership=row, on=TODAY, successor=None, by=operator)
    assert actor_for(row.user, today=TODAY) is None
    other = Membership.objects.get(user_id=security.id)
    with pytest.raises(PermissionRefusedError):
        flow.end_role(membership=other, on=TODAY, successor=None, by=operator)


def test_the_last_security_administrator_is_not_ended(security):
    row = Membership.objects.get(user_id=security.id)
    with pytest.raises(InputError):
        actions.end_membership(membership=row, on=TODAY, by=system())


def test_a_successor_has_the_areas_from_the_day_on(small):
    leaver, heir = _worker(small, "old", small.grid, small.village), _worker(small, "new")
    actions.end_membership(membership=leaver, on=WEEK, successor=heir, by=system())
    assert [_who(small.grid, day) for day in (TODAY, WEEK - timedelta(1), WEEK)] == [
        "old",
        "old",
        "new",
    ]
    assert _who(small.village, WEEK) == "new"


def test_without_a_successor_the_area_falls_to_the_parents_worker(small):
    leaver = _worker(small, "own", small.grid)
    _worker(small, "village", small.village)
    actions.end_membership(membership=leaver, on=TOMORROW, by=system())
    assert _who(small.grid, TODAY) == "own"
    assert _who(small.grid, TOMORROW) == "village"
    found = queries.responsible_worker(small.grid.pk, TOMORROW)
    assert found.inherited
    assert found.area_id == small.village.pk


def test_a_grid_without_anybody_above_it_has_nobody(small):
    assert queries.responsible_worker(small.grid.pk, TODAY) is None


def test_during_leave_the_successor_works_the_areas_and_gives_them_back(small):
    away, stand_in = _worker(small, "away", small.grid), _worker(small, "stand_in", small.village)
    actions.plan_leave(
        membership=away, away_from=TOMORROW, away_to=WEEK, stand_in=stand_in, by=system()
    )
    days = [TODAY, TOMORROW, WEEK, WEEK + timedelta(1)]
    assert [_who(small.grid, day) for day in days] == ["away", "stand_in", "stand_in", "away"]
    scope = actor_for(stand_in.user, today=TOMORROW).scope
    assert small.grid.pk in scope.areas
    assert small.grid.pk not in actor_for(stand_in.user, today=WEEK + timedelta(1)).scope.areas


def test_who_is_back_early_has_the_areas_at_once(small):
    away, stand_in = _worker(small, "away", small.grid), _worker(small, "stand_in")
    actions.plan_leave(
        membership=away, away_from=TODAY, away_to=WEEK, stand_in=stand_in, by=system()
    )
    assert _who(small.grid, TODAY) == "stand_in"
    actions.end_leave(membership=away, on=TODAY, by=system())
    assert _who(small.grid, TODAY) == "away"
    assert not GridAssignment.objects.filter(stands_in_for__isnull=False).exists()


def test_a_stand_in_who_leaves_passes_on_what_was_lent(small):
    away, first = _worker(small, "away", small.grid), _worker(small, "first")
    second = _worker(small, "second")
    actions.plan_leave(membership=away, away_from=TODAY, away_to=WEEK, stand_in=first, by=system())
    actions.end_membership(membership=first, on=TOMORROW, successor=second, by=system())
    after = WEEK + timedelta(1)
    assert [_who(small.grid, d) for d in (TODAY, TOMORROW, after)] == ["first", "second", "away"]


def test_a_stand_in_who_is_away_lends_on_what_was_lent(small):
    away = _worker(small, "away", small.grid)
    stand_in, third = _worker(small, "stand_in"), _worker(small, "third")
    lent = {"away_from": TODAY, "away_to": WEEK, "by": system()}
    actions.plan_leave(membership=away, stand_in=stand_in, **lent)
    days = {"away_from": TODAY, "away_to": TOMORROW, "by": system()}
    actions.plan_leave(membership=stand_in, stand_in=third, **days)
    later = TOMORROW + timedelta(1)
    assert [_who(small.grid, day) for day in (TODAY, TOMORROW, later)] == [
        "third",
        "third",
        "stand_in",
    ]
    actions.end_leave(membership=away, on=TOMORROW, by=system())
    assert [_who(small.grid, day) for day in (TODAY, TOMORROW, later)] == [
        "third",
        "away",
        "away",
    ]


def test_who_is_away_does_not_stand_in(small):
    one, two = _worker(small, "one"), _worker(small, "two")
    actions.plan_leave(membership=two, away_from=TODAY, away_to=WEEK, stand_in=one, by=system())
    with pytest.raises(InputError) as refused:
        actions.plan_leave(membership=one, away_from=WEEK, away_to=WEEK, stand_in=two, by=system())
    assert refused.value.params["field"] == "stand_in"


def test_leave_never_widens_a_right(small):
    """A handler of another unit cannot stand in: that would be a role nobody granted."""

    def handler(name, unit):
        appointment = Appointment(_user(name), Role.UNIT_HANDLER, unit)
        return actions.grant_membership(appointment, by=system())

    away, other = handler("away", small.water), handler("other", small.roads)
    with pytest.raises(InputError):
        actions.plan_leave(
            membership=away, away_from=TODAY, away_to=WEEK, stand_in=other, by=system()
        )
    mate = handler("mate", small.water)
    assert queries.successors(away, today=TODAY) == [mate]
    actions.plan_leave(membership=away, away_from=TODAY, away_to=WEEK, stand_in=mate, by=system())


def test_a_new_worker_ends_the_former_one_on_that_day(small):
    _worker(small, "old", small.grid)
    new = _worker(small, "new")
    actions.assign_worker(area=small.grid, worker=new, valid_from=WEEK, by=system())
    assert [_who(small.grid, day) for day in (TODAY, WEEK)] == ["old", "new"]


def test_only_a_grid_worker_is_assigned(small):
    leader = actions.grant_membership(Appointment(_user(), Role.LEADER), by=system())
    with pytest.raises(InputError):
        actions.assign_worker(area=small.grid, worker=leader, valid_from=TODAY, by=system())


def test_a_village_group_head_is_a_contact_of_the_grids_below_too(small):
    actions.assign_contact(
        area=small.village, name="李组长", phone="13800000000", valid_from=TODAY, by=system()
    )
    assert [row.contact_name for row in queries.contacts(small.grid.pk, TODAY)] == ["李组长"]
    assert _who(small.grid, TODAY) is None, "a contact is no worker"
