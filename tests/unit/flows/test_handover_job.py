"""The nightly round hands over in every county, each by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.access.actor import system
from linli.accounts import actions
from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.database.context import county_context
from linli.jobs.staff import hand_over
from tests.conftest import A, B

TODAY = timezone.localdate()


@pytest.mark.django_db
def test_a_leave_that_begins_today_is_handed_over_in_every_county():
    for code in (A, B):
        with county_context(code):
            rows = []
            for name in ("away", "mate"):
                user, _ = actions.create_user(username=f"{name}{code}", name=name, by=system())
                role = actions.Appointment(user, Role.DISPATCHER, valid_from=TODAY - timedelta(9))
                rows.append(actions.grant_membership(role, by=system()))
            away, mate = rows
            actions.plan_leave(
                membership=away,
                away_from=TODAY,
                away_to=TODAY + timedelta(2),
                stand_in=mate,
                by=system(),
            )
    hand_over()
    for code in (A, B):
        with county_context(code):
            assert Membership.objects.get(user__username=f"away{code}").lent_at is not None
