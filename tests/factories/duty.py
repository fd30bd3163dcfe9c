"""Rotas round the clock: who is on duty for a unit, who stands behind, who leads."""

from dataclasses import dataclass
from datetime import date, time

from linli.access.actor import Actor, system
from linli.accounts.actions import ShiftFacts, add_shift
from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.organisations.models import Unit
from tests.factories.county import BEGINNING, Small


@dataclass
class OnDuty:
    """The people on the rotas of the township's platform and of the county centre."""

    officer: Actor
    deputy: Actor
    centre_officer: Actor
    centre_deputy: Actor
    leader: Actor


def round_the_clock(small: Small) -> OnDuty:
    """The platform has an officer and a deputy; the centre, which stands in for it, all three."""
    Unit.objects.filter(pk=small.platform.pk).update(deputy=small.centre)
    small.platform.refresh_from_db()
    found = OnDuty(
        officer=small.township_operator(),
        deputy=small.township_operator(),
        centre_officer=small.dispatcher(),
        centre_deputy=small.dispatcher(),
        leader=small.staff(Role.LEADER, unit=small.centre),
    )
    shift(small.platform, found.officer, deputy=found.deputy)
    shift(small.centre, found.centre_officer, deputy=found.centre_deputy, leader=found.leader)
    return found


def shift(
    unit: Unit,
    officer: Actor,
    *,
    deputy: Actor | None = None,
    leader: Actor | None = None,
    hours: tuple[int, int] = (0, 0),
    since: date = BEGINNING,
) -> None:
    """Every day in these hours."""
    seats = {"officer": officer, "deputy": deputy, "leader": leader}
    facts = ShiftFacts(
        starts=time(hours[0]),
        ends=time(hours[1]),
        weekdays=tuple(range(7)),
        valid_from=since,
        **{name: row_of(actor) if actor else None for name, actor in seats.items()},  # type: ignore[arg-type]
    )
    add_shift(unit=unit, facts=facts, by=system())


def row_of(actor: Actor) -> Membership:
    return Membership.objects.select_related("user").get(pk=actor.held[0].id)
