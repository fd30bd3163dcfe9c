"""Who is away in the demo and who stands in, by the actions that the office would take."""

from datetime import timedelta

from linli.access.actor import system
from linli.accounts.enums import Role
from linli.flows.demo.people import People
from linli.flows.demo.plan import DemoPlan
from linli.flows.demo.units import centre_code, login_of, platform_code, village_code
from linli.flows.demo.units import villages_with_two as with_two
from linli.flows.handover import plan_leave

Leave = tuple[Role, str, int, int, int]
"""A role and its unit; the post that is away; from and to, in days from the end of the year."""


def go_on_leave(plan: DemoPlan, people: People) -> None:
    """The first post of the unit stands in; nobody who is away has a login of the demo."""
    by = system("linli demo")
    for role, unit, number, begin, end in _leaves(plan):
        away, there = (people.memberships[login_of(role.value, unit, n)] for n in (number, 1))
        plan_leave(
            membership=away,
            away_from=plan.until + timedelta(days=begin),
            away_to=plan.until + timedelta(days=end),
            stand_in=there,
            by=by,
        )


def _leaves(plan: DemoPlan) -> list[Leave]:
    first, second, *_rest = (platform_code(one.code) for one in plan.territory.townships)
    village = village_code(min(with_two(plan.territory)))
    return [
        (Role.TOWNSHIP_OPERATOR, first, 2, -2, 9),
        (Role.GRID_WORKER, village, 2, -1, 5),
        (Role.TOWNSHIP_OPERATOR, second, 2, 6, 12),
        (Role.VERIFIER, centre_code(), 3, 3, 16),
    ]
