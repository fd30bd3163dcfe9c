"""A small county in which nothing is uncovered: somebody for every right and every hour."""

from datetime import time

from linli.access.actor import Actor
from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership
from linli.incidents import references
from linli.organisations.models import Unit
from tests.factories.county import BEGINNING, Small, small_county

AT_THE_CENTRE = (Role.COUNTY_OPERATOR, Role.DISPATCHER, Role.VERIFIER, Role.LEADER)


def covered_county() -> Small:
    """Build it in the current county."""
    small = small_county()
    cover(small)
    return small


def cover(small: Small) -> None:
    """Staff it, let the centre answer day and night, name a deputy for every unit."""
    for role in (*AT_THE_CENTRE, *AT_THE_CENTRE):
        small.staff(role, unit=small.centre)
    small.staff(Role.TOWNSHIP_OPERATOR, unit=small.platform, area=small.township)
    small.staff(Role.VILLAGE_OPERATOR, unit=small.village_office, area=small.village)
    small.staff(Role.GRID_WORKER, area=small.grid)
    for unit in (small.water, small.roads):
        small.staff(Role.UNIT_HANDLER, unit=unit)
        small.staff(Role.UNIT_HEAD, unit=unit)
    Unit.objects.exclude(pk=small.centre.pk).update(deputy=small.centre)
    Unit.objects.filter(pk=small.centre.pk).update(deputy=small.platform)
    _day_and_night(small)
    references.forget()


def _day_and_night(small: Small) -> None:
    def member(role: Role, number: int = 0) -> Membership:
        rows = Membership.objects.filter(unit=small.centre, role=role)
        return rows.order_by("id")[number]

    DutyShift.objects.create(
        unit=small.centre,
        weekdays=list(range(7)),
        starts=time(0),
        ends=time(0),
        valid_from=BEGINNING,
        officer=member(Role.DISPATCHER),
        deputy=member(Role.DISPATCHER, 1),
        leader=member(Role.LEADER),
    )


def approver(small: Small) -> Actor:
    return small.staff(Role.LEADER, unit=small.centre)
