"""Who signs in to try the demo: one person a role, each where there is something to do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from linli.access.actor import Actor, actor_for, system
from linli.accounts.actions import (
    Appointment,
    ask_for_role,
    create_user,
    grant_membership,
    set_password,
)
from linli.accounts.actions.users import temporary_password
from linli.accounts.enums import ADMINISTRATORS, Role
from linli.accounts.models import User
from linli.database.context import current_county
from linli.flows.demo.people import People
from linli.flows.demo.places import BEGINNING
from linli.flows.demo.plan import DemoPlan
from linli.flows.demo.units import (
    DemoStaff,
    centre_code,
    is_village,
    platform_code,
)
from linli.incidents.enums import UNIT_STATES, State
from linli.organisations.models import UnitKind

USERNAMES: Mapping[Role, str] = {
    Role.COUNTY_OPERATOR: "county",
    Role.DISPATCHER: "dispatcher",
    Role.VERIFIER: "verifier",
    Role.LEADER: "leader",
    Role.TOWNSHIP_OPERATOR: "township",
    Role.VILLAGE_OPERATOR: "village",
    Role.UNIT_HANDLER: "handler",
    Role.UNIT_HEAD: "head",
    Role.GRID_WORKER: "worker",
    Role.SYSTEM_ADMINISTRATOR: "system",
    Role.SECURITY_ADMINISTRATOR: "security",
    Role.AUDIT_ADMINISTRATOR: "audit",
}
AT_WORK = frozenset(UNIT_STATES) | {State.EXTENSION_ASKED}


@dataclass(frozen=True)
class DemoLogin:
    """`place` says where this person works; the password is for this installation alone."""

    role: Role
    username: str
    password: str
    place: str


@dataclass(frozen=True)
class _Posts:
    """The units, by planned code, in which the people of one township sign in."""

    platform: str
    village: str
    station: str

    def of(self, role: Role) -> str:
        return {
            Role.TOWNSHIP_OPERATOR: self.platform,
            Role.VILLAGE_OPERATOR: self.village,
            Role.GRID_WORKER: self.village,
            Role.UNIT_HANDLER: self.station,
            Role.UNIT_HEAD: self.station,
        }.get(role, centre_code())


def open_logins(plan: DemoPlan, people: People) -> list[DemoLogin]:
    """Give one person of every role an easy name and a password."""
    posts = _busiest(plan)
    staffed = [role for role in Role if role not in ADMINISTRATORS]
    logins = [_for_staff(role, _person(plan, role, posts), people) for role in staffed]
    logins += [_administrator(Role(role), people) for role in sorted(ADMINISTRATORS)]
    _ask(plan, people, posts, logins)
    return logins


def _busiest(plan: DemoPlan) -> _Posts:
    """A township where the platform, a village and a unit all have open work."""
    leads = _open_leads(plan)
    units = {unit.code: unit for unit in plan.units}
    villages = [unit.code for unit in plan.units if is_village(unit.code)]

    def best(village: str) -> tuple[int, int]:
        station = _busiest_station(plan, units[village].parent, leads)
        return min(leads[village], 1), leads[station]

    village = max(villages, key=best)
    platform = units[village].parent
    return _Posts(platform, village, _busiest_station(plan, platform, leads))


def _open_leads(plan: DemoPlan) -> Counter[str]:
    """How many cases each unit has on its table."""
    leads: Counter[str] = Counter()
    for incident in plan.incidents:
        if incident.state in AT_WORK:
            sent = [one.fields["unit"] for one in incident.steps if "unit" in one.fields]
            leads[sent[-1]] += 1
    return leads


def _busiest_station(plan: DemoPlan, platform: str, leads: Counter[str]) -> str:
    area = platform.removesuffix(platform_code(""))
    stations = [u for u in plan.units if u.area == area and u.kind == UnitKind.DEPARTMENT]
    return max(stations, key=lambda unit: leads[unit.code]).code


def _person(plan: DemoPlan, role: Role, posts: _Posts) -> DemoStaff:
    unit = posts.of(role)
    return next(one for one in plan.staff if one.role == role and one.unit == unit)


def _for_staff(role: Role, person: DemoStaff, people: People) -> DemoLogin:
    membership = people.memberships[person.login]
    user: User = membership.user
    user.username = _free(USERNAMES[role])
    user.save(update_fields=["username"])
    password = set_password(user=user, by=_by(), password=temporary_password())
    return DemoLogin(role, user.username, password, people.units[person.unit].name)


def _administrator(role: Role, people: People) -> DemoLogin:
    centre = people.units[centre_code()]
    user, password = create_user(
        username=_free(USERNAMES[role]),
        name=str(role.label),
        by=_by(),
        password=temporary_password(),
    )
    grant_membership(Appointment(user, role, centre, valid_from=BEGINNING), by=_by())
    return DemoLogin(role, user.username, password, centre.name)


def _ask(plan: DemoPlan, people: People, posts: _Posts, logins: Iterable[DemoLogin]) -> None:
    """Leave the security administrator a role to decide about."""
    keeper = next(one for one in logins if one.role == Role.SYSTEM_ADMINISTRATOR)
    by = actor_for(User.objects.get(username=keeper.username), today=timezone.localdate())
    person = next(
        one for one in plan.staff if one.unit == posts.platform and one.role == Role.UNIT_HANDLER
    )
    if by is not None:
        user, unit = people.memberships[person.login].user, people.units[posts.platform]
        ask_for_role(Appointment(user, Role.TOWNSHIP_OPERATOR, unit, unit.area), by=by)


def _free(name: str) -> str:
    taken = User.objects.filter(username=name).exists()
    return f"{name}-{current_county()}" if taken else name


def _by() -> Actor:
    return system("linli demo")
