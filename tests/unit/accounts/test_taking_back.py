"""What was planned about areas and is taken back leaves everything as it was before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.access.actor import system
from linli.accounts import actions, queries
from linli.accounts.actions import Appointment, assign_worker
from linli.accounts.enums import Role
from linli.accounts.models import GridAssignment, Membership
from linli.lib.errors import InputError
from tests.factories.county import small_county

TODAY = timezone.localdate()
DAYS = [TODAY + timedelta(n) for n in range(31)]


@pytest.fixture
def small(county):
    return small_county()


def _worker(name: str) -> Membership:
    user = actions.create_user(username=name, name=name, by=system())[0]
    return actions.grant_membership(Appointment(user, Role.GRID_WORKER), by=system())


def _assign(area, worker, begin: int, end: int | None = None) -> GridAssignment:
    until = None if end is None else DAYS[end]
    return assign_worker(
        area=area, worker=worker, valid_from=DAYS[begin], valid_to=until, by=system()
    )


def _remove(row: GridAssignment) -> None:
    row.refresh_from_db()
    actions.end_assignment(assignment=row, on=TODAY, by=system())


def _end(member: Membership, day: int, successor: Membership | None) -> None:
    actions.end_membership(membership=member, on=DAYS[day], successor=successor, by=system())


def _who(area, *days: int) -> str:
    """Who works it, a letter a day, `-` where nobody does."""
    found = [queries.responsible_worker(area.pk, DAYS[day]) for day in days]
    return "".join(one.membership.user.username[0] if one else "-" for one in found)


@pytest.mark.parametrize(("end", "after"), [(None, "aaaa"), (20, "aa--")])
def test_without_the_coming_worker_the_present_one_stays_as_long_as_before(small, end, after):
    _assign(small.grid, _worker("anna"), 0, end)
    coming = _assign(small.grid, _worker("bo"), 7)
    assert _who(small.grid, 0, 7, 20, 30) == "abbb"
    _remove(coming)
    assert _who(small.grid, 0, 7, 20, 30) == after


def test_one_of_several_coming_workers_leaves_no_gap(small):
    _assign(small.grid, _worker("anna"), 0)
    second = _assign(small.grid, _worker("bo"), 7)
    third = _assign(small.grid, _worker("cai"), 14)
    assert _who(small.grid, 0, 7, 14, 30) == "abcc"
    _remove(second)
    assert _who(small.grid, 0, 7, 14, 30) == "aacc"
    _remove(third)
    assert _who(small.grid, 0, 7, 14, 30) == "aaaa"


def test_an_end_that_somebody_set_is_no_worker_s_to_give_back(small):
    first = _assign(small.grid, _worker("anna"), 0)
    actions.end_assignment(assignment=first, on=DAYS[7], by=system())
    coming = _assign(small.grid, _worker("bo"), 7)
    _remove(coming)
    assert _who(small.grid, 0, 7) == "a-"


def test_whose_role_ends_does_not_go_on_beyond_it(small):
    anna = _worker("anna")
    _assign(small.grid, anna, 0)
    coming = _assign(small.grid, _worker("bo"), 7)
    _end(anna, 10, None)
    _remove(coming)
    row = GridAssignment.objects.get(area=small.grid)
    assert (row.valid_to, row.shortened, row.planned_to) == (DAYS[10], True, None)


@pytest.mark.parametrize("leave", [(2, 9), (10, 12)])
def test_whoever_stands_in_does_so_again(small, leave):
    """The leave runs over the day, or lies behind it."""
    anna, sun = _worker("anna"), _worker("sun")
    _assign(small.grid, anna, 0)
    begin, last = leave
    actions.plan_leave(
        membership=anna, away_from=DAYS[begin], away_to=DAYS[last], stand_in=sun, by=system()
    )
    before = _who(small.grid, *range(15))
    _remove(_assign(small.grid, _worker("bo"), 5))
    assert _who(small.grid, *range(15)) == before
    assert "s" in before


@pytest.mark.parametrize("day", [7, 14])
@pytest.mark.parametrize("first", ["sun", None])
def test_a_planned_end_with_another_successor_leaves_nothing_of_the_first(small, day, first):
    anna, heir = _worker("anna"), _worker("heir")
    _assign(small.grid, anna, 0)
    _end(anna, 14, _worker(first) if first else None)
    _end(anna, day, heir)
    assert _who(small.grid, 0, day - 1, day, 14, 30) == "aahhh"
    assert GridAssignment.objects.count() == 2


def test_what_was_lent_follows_the_new_plan(small):
    away, anna = _worker("zhao"), _worker("anna")
    _assign(small.grid, away, 0)
    actions.plan_leave(
        membership=away, away_from=DAYS[0], away_to=DAYS[20], stand_in=anna, by=system()
    )
    _end(anna, 14, _worker("sun"))
    _end(anna, 7, _worker("heir"))
    assert _who(small.grid, 0, 7, 14, 20, 21) == "ahhhz"


def test_the_same_plan_twice_and_a_later_one_are_refused(small):
    anna, heir = _worker("anna"), _worker("heir")
    _end(anna, 7, heir)
    for day, successor in ((7, heir), (8, heir), (8, None)):
        with pytest.raises(InputError, match=f"ends on {DAYS[7]} already"):
            _end(anna, day, successor)
