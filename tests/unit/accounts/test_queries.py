"""Staff lists by scope; nobody is listed across counties."""

import pytest
from django.utils import timezone

from linli.access.actor import system
from linli.accounts import actions, queries
from linli.accounts.enums import Role
from linli.accounts.models import Membership, User
from linli.database.context import county_context
from tests.conftest import A, B
from tests.factories.county import small_county

TODAY = timezone.localdate()


def _names(viewer, **more) -> set[str]:
    return {str(row.user) for row in queries.staff(viewer, today=TODAY, **more)}


def test_a_township_sees_its_own_staff(county):
    small = small_county()
    own = small.worker()
    office = small.staff(Role.VILLAGE_OPERATOR, area=small.village)
    handler = small.handler()
    viewer = small.township_operator()
    assert _names(viewer) == {own.label, office.label, viewer.label}
    assert queries.person(viewer, handler.id) is None
    assert queries.person(viewer, own.id) is not None


def test_a_head_of_unit_sees_unit_and_sub_units(county):
    small = small_county()
    station = type(small.water).objects.create(
        code="station", kind="department", name="水管站", parent=small.water
    )
    below, mate = small.handler(station), small.handler()
    small.handler(small.roads)
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    assert _names(head) == {below.label, mate.label, head.label}


def test_the_county_sees_all_and_accounts_without_a_role(county):
    small = small_county()
    worker = small.worker()
    actions.create_user(username="waiting", name="等角色", by=system())
    operator = small.staff(Role.COUNTY_OPERATOR)
    assert _names(operator) == {worker.label, operator.label, "等角色"}
    assert _names(operator, words="等") == {"等角色"}
    assert _names(operator, role=Role.GRID_WORKER) == {worker.label}


@pytest.mark.django_db
def test_nobody_is_listed_or_found_across_counties():
    with county_context(A):
        small = small_county()
        here = small.worker()
        operator = small.staff(Role.COUNTY_OPERATOR)
    with county_context(B):
        user, _ = actions.create_user(username="there", name="邻县人", by=system())
        Membership.objects.create(user=user, role=Role.LEADER, valid_from=TODAY)
        viewer = system()
        assert "邻县人" in _names(viewer)
        assert here.label not in _names(viewer)
        assert queries.person(viewer, here.id) is None
        assert queries.find_user(User.objects.get(pk=here.id).username) is None
    with county_context(A):
        assert "邻县人" not in _names(operator)
        assert queries.find_user("there") is None
        assert queries.person(operator, user.pk) is None
