"""The small county with everybody whom the shipped process asks for: the check finds no gap."""

from datetime import time

from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership
from linli.incidents import references
from linli.organisations.models import Unit
from linli.territory import snapshots
from linli.territory.models import AreaVersion
from tests.factories.county import BEGINNING, Small


def cover(small: Small) -> Small:
    """Somebody of every role, a deputy for the platform, and a rota round the clock."""
    for role in (Role.COUNTY_OPERATOR, Role.DISPATCHER, Role.LEADER):
        small.staff(role, unit=small.centre)
    small.staff(Role.TOWNSHIP_OPERATOR, unit=small.platform, area=small.township)
    for unit in (small.water, small.roads):
        small.staff(Role.UNIT_HEAD, unit=unit)
    Unit.objects.filter(pk=small.platform.pk).update(deputy=small.centre)
    rows = Membership.objects.filter(unit=small.centre).order_by("id")
    seats = {role: rows.filter(role=role).first() for role in ("county_operator", "dispatcher")}
    DutyShift.objects.create(
        unit=small.centre,
        weekdays=list(range(7)),
        starts=time(0),
        ends=time(0),
        officer=seats["county_operator"],
        deputy=seats["dispatcher"],
        leader=rows.filter(role=Role.LEADER).first(),
        valid_from=BEGINNING,
    )
    for area in (small.township, small.village, small.grid):
        AreaVersion.objects.get_or_create(
            area=area,
            valid_from=BEGINNING,
            defaults={"parent": area.parent, "name": area.name},
        )
    snapshots.forget()
    references.forget()
    return small
