"""The door to units, accounts, roles and assignments: asks for the right, then acts.

Accounts and the staff list need STAFF_EDIT, roles ROLE_GRANT, units UNIT_EDIT. So nobody can both
make an account and give it a role; the command line on the server can, and says so in the log.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.access.actor import Actor, can, require
from linli.access.permissions import Permission as P
from linli.accounts import actions as accounts
from linli.accounts import second_factor
from linli.accounts.actions import Appointment
from linli.accounts.enums import ADMINISTRATORS, ListKind
from linli.accounts.lists.assignments import AssignmentRow, apply_assignments
from linli.accounts.lists.staff import NewAccount, StaffRow, apply_staff
from linli.accounts.models import GridAssignment, Membership, RoleRequest, UploadedList, User
from linli.accounts.queries import members_of, roles_of
from linli.accounts.rules import check_password_reset
from linli.accounts.signing import Visitor
from linli.database.context import current_county
from linli.flows import handover
from linli.incidents.models import Incident, IncidentTask
from linli.lib.errors import InputError
from linli.organisations import actions as organisations
from linli.organisations.actions import UnitFacts
from linli.organisations.lists import UnitRow, apply_units
from linli.organisations.models import Unit
from linli.organisations.plans import Plan
from linli.organisations.rules import HAS_MEMBERS, HAS_OPEN_CASES, HAS_OPEN_WORK, check_phone
from linli.territory.models import Area

KEPT_WITH = {
    ListKind.UNITS: P.UNIT_EDIT,
    ListKind.STAFF: P.STAFF_EDIT,
    ListKind.ASSIGNMENTS: P.STAFF_EDIT,
    ListKind.ROTA: P.DUTY_EDIT,
}


def create_unit(*, facts: UnitFacts, by: Actor) -> Unit:
    require(by, P.UNIT_EDIT)
    return organisations.create_unit(facts=facts, by=by)


def edit_unit(*, unit: Unit, facts: UnitFacts, by: Actor) -> Unit:
    """A unit is closed only once nobody, no task and no open case is left in it.

    Raises InputError.
    """
    require(by, P.UNIT_EDIT)
    if unit.active and not facts.active:
        _check_empty(unit)
    return organisations.edit_unit(unit=unit, facts=facts, by=by)


def _check_empty(unit: Unit) -> None:
    if members_of(unit, today=timezone.localdate()):
        raise InputError(HAS_MEMBERS, field="active", name=unit.name)
    count = IncidentTask.objects.filter(unit=unit, is_open=True).count()
    if count:
        raise InputError(HAS_OPEN_WORK, field="active", name=unit.name, count=count)
    held = Q(platform_unit=unit) | Q(lead_unit=unit) | Q(verifier_unit=unit)
    count = Incident.objects.filter(held, is_open=True).count()
    if count:
        raise InputError(HAS_OPEN_CASES, field="active", name=unit.name, count=count)


@transaction.atomic
def import_units(*, plan: Plan[UnitRow], by: Actor, uploaded: UploadedList | None = None) -> int:
    require(by, P.UNIT_EDIT)
    _forget(uploaded)
    return apply_units(plan, by=by)


def create_account(*, username: str, name: str, email: str, by: Actor) -> tuple[User, str]:
    """The account and its temporary password, shown once."""
    require(by, P.STAFF_EDIT)
    return accounts.create_user(username=username, name=name, email=email, by=by)


def edit_account(*, user: User, name: str, email: str, by: Actor) -> None:
    require(by, P.STAFF_EDIT)
    accounts.edit_user(user=user, name=name, email=email, by=by)


def reset_password(*, user: User, by: Actor) -> str:
    require(by, P.STAFF_EDIT)
    return accounts.set_password(user=user, by=by)


def reset_second_factors(*, user: User, today: date, by: Actor) -> bool:
    """For whoever lost phone and recovery codes. Raises InputError for an administrator."""
    require(by, P.STAFF_EDIT)
    county = current_county()
    check_password_reset(
        roles_of(user.pk, today=today), kept_here=user.registered_in == county, county=county
    )
    visitor = Visitor(by.id, by.label, by.request_id, by.address)
    return second_factor.remove(user, authenticator=None, by=visitor)


def close_account(*, user: User, by: Actor) -> None:
    require(by, P.STAFF_EDIT)
    accounts.deactivate(user=user, by=by)


def reopen_account(*, user: User, by: Actor) -> str:
    require(by, P.STAFF_EDIT)
    return accounts.reactivate(user=user, by=by)


def ask_for_role(appointment: Appointment, *, by: Actor) -> RoleRequest:
    require(by, P.STAFF_EDIT)
    return accounts.ask_for_role(appointment, by=by)


def grant_role(appointment: Appointment, *, by: Actor) -> Membership:
    require(by, P.ROLE_GRANT)
    return accounts.grant_membership(appointment, by=by)


def decide_role(*, request_id: UUID, grant: bool, by: Actor) -> Membership | None:
    require(by, P.ROLE_GRANT)
    return accounts.decide_request(request_id=request_id, grant=grant, by=by)


def end_role(*, membership: Membership, on: date, successor: Membership | None, by: Actor) -> int:
    """The security administrator ends any role; who keeps the staff list any but these three."""
    if membership.role in ADMINISTRATORS or not can(by, P.STAFF_EDIT):
        require(by, P.ROLE_GRANT)
    return handover.end_role(membership=membership, on=on, successor=successor, by=by)


def plan_leave(
    *, membership: Membership, away_from: date, away_to: date, stand_in: Membership, by: Actor
) -> int:
    require(by, P.STAFF_EDIT)
    return handover.plan_leave(
        membership=membership, away_from=away_from, away_to=away_to, stand_in=stand_in, by=by
    )


def end_leave(*, membership: Membership, on: date, by: Actor) -> int:
    require(by, P.STAFF_EDIT)
    return handover.end_leave(membership=membership, on=on, by=by)


def edit_phone(*, membership: Membership, phone: str, by: Actor) -> None:
    require(by, P.STAFF_EDIT)
    check_phone(phone, field="phone")
    accounts.edit_phone(membership=membership, phone=phone, by=by)


def keep_list(
    *, kind: ListKind, file_name: str, content: bytes, owner: UUID, by: Actor
) -> UploadedList:
    """Keep an upload while its owner looks at what it would change."""
    require(by, KEPT_WITH[kind])
    return accounts.keep_list(kind=kind, file_name=file_name, content=content, owner=owner, by=by)


def assign_worker(
    *, area: Area, worker: Membership, valid_from: date, valid_to: date | None, by: Actor
) -> GridAssignment:
    require(by, P.STAFF_EDIT)
    return accounts.assign_worker(
        area=area, worker=worker, valid_from=valid_from, valid_to=valid_to, by=by
    )


def assign_contact(
    *, area: Area, name: str, phone: str, valid_from: date, valid_to: date | None, by: Actor
) -> GridAssignment:
    require(by, P.STAFF_EDIT)
    return accounts.assign_contact(
        area=area, name=name, phone=phone, valid_from=valid_from, valid_to=valid_to, by=by
    )


def end_assignment(*, assignment: GridAssignment, on: date, by: Actor) -> None:
    require(by, P.STAFF_EDIT)
    accounts.end_assignment(assignment=assignment, on=on, by=by)


@transaction.atomic
def import_staff(
    *, plan: Plan[StaffRow], by: Actor, uploaded: UploadedList | None = None
) -> list[NewAccount]:
    """The system itself grants the roles at once; a person asks for them."""
    require(by, P.STAFF_EDIT)
    _forget(uploaded)
    return apply_staff(plan, by=by, grant=by.id is None)


@transaction.atomic
def import_assignments(
    *, plan: Plan[AssignmentRow], by: Actor, uploaded: UploadedList | None = None
) -> int:
    require(by, P.STAFF_EDIT)
    _forget(uploaded)
    return apply_assignments(plan, by=by)


def _forget(uploaded: UploadedList | None) -> None:
    if uploaded is not None:
        accounts.forget_list(uploaded=uploaded)
