"""Writes the demo's units and staff, and who works which grid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from linli.access.actor import Actor, Held, Scope, actor_for
from linli.access.roles import ROLES
from linli.accounts.enums import AssignmentKind, Role
from linli.accounts.models import GridAssignment, Membership, User
from linli.counties.copying import copy_models
from linli.counties.tenancy import new
from linli.database.context import current_county
from linli.flows.demo.county import COUNTY_CODE
from linli.flows.demo.names import GIVEN, SURNAMES
from linli.flows.demo.places import BEGINNING, Ground
from linli.flows.demo.plan import DemoPlan
from linli.flows.demo.units import DemoStaff, DemoUnit, centre_code
from linli.incidents import references
from linli.lib.pinyin import joined, search_keys
from linli.organisations.models import Unit, UnitKind
from linli.territory.models import Area

BATCH = 500
OF_AN_AREA = frozenset({Role.TOWNSHIP_OPERATOR, Role.VILLAGE_OPERATOR})


@dataclass(frozen=True)
class People:
    """Units by planned code; actors and memberships by planned login."""

    units: Mapping[str, Unit]
    actors: Mapping[str, Actor]
    memberships: Mapping[str, Membership]


def settle_in(plan: DemoPlan, ground: Ground) -> People:
    """Write units, staff without passwords, workers of grids and heads of village groups."""
    units = _units(plan, ground)
    memberships = _staff(plan, units, ground)
    _assign(plan, ground, memberships)
    references.forget()
    actors = {one.login: _actor(one, memberships[one.login]) for one in plan.staff}
    return People(units, actors, memberships)


def local(code: str) -> str:
    """A planned code or login with the code of the county that is being loaded."""
    return code.replace(COUNTY_CODE, current_county(), 1)


def acting(people: People, login: str) -> Actor:
    """Somebody as they are when they sign in, for the live actions."""
    user = User.objects.get(pk=people.memberships[login].user_id)
    actor = actor_for(user, today=timezone.localdate())
    if actor is None:
        raise ValueError(f"{login} holds no role")
    return actor


def _units(plan: DemoPlan, ground: Ground) -> dict[str, Unit]:
    centre = Unit.objects.get(kind=UnitKind.COUNTY_CENTRE)
    units: dict[str, Unit] = {centre_code(): centre}
    for number, one in enumerate(plan.units):
        unit = units.setdefault(one.code, new(Unit))
        _fill(unit, one, units, ground)
        unit.duty_phone = invented_phone(number)
    centre.save(update_fields=["function", "name", "name_en", "pinyin", "initials", "duty_phone"])
    made = [unit for unit in units.values() if unit is not centre]
    copy_models(made)
    return units


def _fill(unit: Unit, one: DemoUnit, units: Mapping[str, Unit], ground: Ground) -> None:
    keys = search_keys(one.name)
    parent = units.get(one.parent)
    countywide = one.kind == UnitKind.DEPARTMENT and one.area == COUNTY_CODE
    unit.code, unit.kind, unit.function = local(one.code), one.kind, one.function
    unit.name, unit.name_en = one.name, one.name_en
    unit.pinyin, unit.initials = joined(keys.full, 400), joined(keys.initials, 120)
    unit.parent, unit.deputy = parent, parent
    unit.area = None if countywide else ground.areas[one.area]


def invented_phone(number: int) -> str:
    """No telephone number of Kunming begins with four noughts."""
    return f"0871-0000-{number:04}"


def _staff(plan: DemoPlan, units: Mapping[str, Unit], ground: Ground) -> dict[str, Membership]:
    now = timezone.now()
    users = [
        User(
            username=local(one.login),
            name=one.name,
            password=make_password(None),
            registered_in=current_county(),
            created_at=now,
        )
        for one in plan.staff
    ]
    User.objects.bulk_create(users, batch_size=BATCH)
    memberships = {
        one.login: new(
            Membership,
            user=user,
            role=one.role,
            unit=units[one.unit],
            area=ground.areas[one.areas[0]] if one.role in OF_AN_AREA else None,
            phone=invented_phone(1000 + number),
            valid_from=BEGINNING,
        )
        for number, (one, user) in enumerate(zip(plan.staff, users, strict=True))
    }
    copy_models(memberships.values())
    return memberships


def _assign(plan: DemoPlan, ground: Ground, memberships: Mapping[str, Membership]) -> None:
    """The first worker of a village has it whole; a second one has grids of their own."""
    workers = [one for one in plan.staff if one.role == Role.GRID_WORKER]
    by_id = {area.pk: area for area in ground.areas.values()}
    rows = [
        new(
            GridAssignment,
            area=area,
            kind=AssignmentKind.WORKER,
            membership=memberships[worker.login],
            valid_from=BEGINNING,
        )
        for worker in workers
        for area in _worked(worker, ground, by_id)
    ]
    copy_models([*rows, *_contacts(plan, ground)])


def _worked(worker: DemoStaff, ground: Ground, by_id: Mapping[UUID, Area]) -> list[Area]:
    grids = [ground.areas[code] for code in worker.areas]
    village = grids[0].village_id
    if village is None or not worker.login.endswith("-1"):
        return grids
    return [by_id[village]]


def _contacts(plan: DemoPlan, ground: Ground) -> Iterator[GridAssignment]:
    """The heads of village groups: no account, a name and a telephone."""
    rng = Random(len(plan.territory.grids))  # noqa: S311 - a demo, not a secret
    for number, grid in enumerate(plan.territory.grids):
        yield new(
            GridAssignment,
            area=ground.areas[grid.code],
            kind=AssignmentKind.CONTACT,
            contact_name=rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=2)),
            contact_phone=invented_phone(4000 + number),
            valid_from=BEGINNING,
        )


def _actor(one: DemoStaff, membership: Membership) -> Actor:
    """As `actor_for` would answer for a step in the past; nobody asks for a scope there."""
    role = Role(one.role)
    unit = membership.unit
    kind = unit.kind if unit else ""
    held = Held(membership.pk, role, membership.unit_id, kind, membership.area_id)
    return Actor(
        county=current_county(),
        id=membership.user_id,
        label=one.name,
        permissions=ROLES[role].permissions,
        scope=Scope(),
        held=(held,),
    )
