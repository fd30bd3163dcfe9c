"""Roles: asked for, granted, ended, lent during leave.

`by.id` None is the system itself (a command on the server), which is no member of staff.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.accounts import rules
from linli.accounts.actions.assignments import (
    end_stand_ins,
    follow_assignments,
    hand_assignments,
    leave_assignments,
    lend_assignments,
    take_back_assignments,
)
from linli.accounts.actions.duty import hand_shifts, take_back_shifts
from linli.accounts.enums import Role
from linli.accounts.models import Membership, RoleRequest, User
from linli.accounts.queries import roles_of
from linli.accounts.signing import current
from linli.audit.actions import Author, record
from linli.lib.errors import InputError, gettext_noop
from linli.organisations.models import Unit
from linli.territory.models import Area

TWICE = gettext_noop("%(name)s holds this role there already.")
CLOSED = gettext_noop("The account of %(name)s is closed.")
ENDED = gettext_noop("This role has ended already.")
PLANNED = gettext_noop(
    "This role ends on %(day)s already. To hold it longer it must be granted again from that day."
)
DECIDED = gettext_noop("Somebody has decided about this already.")
LEAVE = ["away_from", "away_to", "stand_in", "lent_at"]


@dataclass(frozen=True)
class Appointment:
    """A role for somebody, for a unit, an area or both; `valid_to` is the first day without it."""

    user: User
    role: Role
    unit: Unit | None = None
    area: Area | None = None
    phone: str = ""
    valid_from: date = field(default_factory=timezone.localdate)
    valid_to: date | None = None

    def values(self) -> dict[str, Any]:
        """The same as the fields of a membership or of a request for one."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@transaction.atomic
def grant_membership(appointment: Appointment, *, by: Author) -> Membership:
    """Grant a role in the current county. Raises InputError.

    Every open session of the user takes a new key.
    """
    _check_grant(appointment, by)
    made = Membership(**appointment.values())
    made.save(force_insert=True)
    _rights_changed(made.user)
    record(by=by, action="role.granted", subject=_subject(made), classes=_classes(made.phone))
    return made


@transaction.atomic
def ask_for_role(appointment: Appointment, *, by: Author) -> RoleRequest:
    """Ask the security administrator for a role; gives no right by itself. Raises InputError."""
    _check_shape(appointment)
    _refuse_twice(appointment)
    made = RoleRequest(**appointment.values(), asked_by=by.id, asked_at=timezone.now())
    made.save(force_insert=True)
    subject = ("role_request", made.pk, f"{made.user.username} {made.role}")
    record(by=by, action="role.asked", subject=subject, classes=_classes(made.phone))
    return made


@transaction.atomic
def decide_request(*, request_id: UUID, grant: bool, by: Author) -> Membership | None:
    """Grant or refuse what was asked for. Raises InputError."""
    row = (
        RoleRequest.objects.select_for_update(of=("self",))
        .select_related("user", "unit", "area")
        .filter(pk=request_id, decided_at__isnull=True)
        .first()
    )
    if row is None:
        raise InputError(DECIDED)
    row.decided_at, row.granted = timezone.now(), grant
    row.save(update_fields=["decided_at", "granted"])
    if not grant:
        subject = ("role_request", row.pk, f"{row.user.username} {row.role}")
        record(by=by, action="role.refused", subject=subject)
        return None
    asked = {one.name: getattr(row, one.name) for one in fields(Appointment)}
    return grant_membership(Appointment(**asked | {"role": Role(row.role)}), by=by)


@transaction.atomic
def end_membership(
    *, membership: Membership, on: date, by: Author, successor: Membership | None = None
) -> list[UUID]:
    """End a role: `on` is the first day without it. The successor takes over areas and shifts.

    Returns the ids of the areas that changed hands. Raises InputError.
    """
    membership = _locked(membership)
    planned, former = membership.valid_to, membership.successor
    if planned is not None:
        _check_plan(planned, on, anew=former != successor)
    rules.check_dates(membership.valid_from, on)
    rules.check_end(membership.role, other_holders=_others(membership))
    if successor is not None:
        successor = _locked(successor)
        _check_heir(membership, successor, on, None, field="successor")
    membership.valid_to, membership.successor, membership.handed_over_at = on, successor, None
    membership.save(update_fields=["valid_to", "successor", "handed_over_at"])
    if on <= timezone.localdate():
        _forget_leave(membership)
    if planned is not None:
        take_back_assignments(membership=membership, successor=former, on=planned)
        take_back_shifts(membership=membership, successor=former, on=planned)
    end_stand_ins(of=membership, on=on)
    areas = hand_assignments(membership=membership, successor=successor, on=on)
    if successor is not None:
        hand_shifts(membership=membership, successor=successor, on=on)
    _rights_changed(membership.user)
    record(by=by, action="role.ended", subject=_subject(membership))
    return areas


@transaction.atomic
def plan_leave(
    *,
    membership: Membership,
    away_from: date,
    away_to: date,
    stand_in: Membership,
    by: Author,
) -> list[UUID]:
    """Somebody is away from one day to another (both included) and another stands in.

    Who stands in works the same areas on those days, beside their own; afterwards the areas fall
    back by themselves. Returns the ids of these areas. Raises InputError.
    """
    membership, stand_in = _locked(membership), _locked(stand_in)
    rules.check_dates(away_from, away_to)
    _check_heir(membership, stand_in, away_from, away_to, field="stand_in")
    end_stand_ins(of=membership, on=away_from)
    membership.away_from, membership.away_to = away_from, away_to
    membership.stand_in, membership.lent_at = stand_in, None
    membership.save(update_fields=LEAVE)
    areas = lend_assignments(membership=membership, to=stand_in, begin=away_from, end=away_to)
    record(by=by, action="leave.planned", subject=_subject(membership))
    return areas


@transaction.atomic
def end_leave(*, membership: Membership, on: date, by: Author) -> None:
    """Somebody is back: `on` is the first day at work again."""
    membership = _locked(membership)
    end_stand_ins(of=membership, on=on)
    _forget_leave(membership)
    record(by=by, action="leave.ended", subject=_subject(membership))


@transaction.atomic
def edit_phone(*, membership: Membership, phone: str, by: Author) -> None:
    membership.phone = phone
    membership.save(update_fields=["phone"])
    record(by=by, action="role.phone", subject=_subject(membership), classes=["phone"])


def mark_lent(*, membership: Membership) -> None:
    """Who stands in has the open work; part of `flows.handover`, which writes the log."""
    membership.lent_at = timezone.now()
    membership.save(update_fields=["lent_at"])


def mark_handed_over(*, membership: Membership) -> None:
    """The open work went to the successor; part of `flows.handover`, which writes the log."""
    membership.handed_over_at = timezone.now()
    membership.save(update_fields=["handed_over_at"])
    _forget_leave(membership)


def _check_shape(appointment: Appointment) -> None:
    rules.check_scope(appointment.role, unit=appointment.unit, area=appointment.area)
    rules.check_dates(appointment.valid_from, appointment.valid_to)


def _check_grant(appointment: Appointment, by: Author) -> None:
    user, today = appointment.user, timezone.localdate()
    _check_shape(appointment)
    if not user.is_active:
        raise InputError(CLOSED, field="user", name=str(user))
    rules.check_grant(
        appointment.role,
        grantor_roles=roles_of(by.id, today=today) if by.id else frozenset(),
        to_oneself=by.id == user.pk,
        held=_held(user, appointment.valid_from),
    )
    _refuse_twice(appointment)


@transaction.atomic
def follow_areas(moved: Mapping[UUID, UUID], *, on: date, by: Author) -> None:
    """Roles, asked or held, and assignments of areas that only got another code go to the new.

    `moved` maps old ids to new; what had ended by `on` stays.
    """
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    rows = Membership.objects.filter(going_on).select_related("user")
    for old, area_id in moved.items():
        for held in rows.filter(area_id=old).select_for_update(of=("self",)):
            held.area_id = area_id
            held.save(update_fields=["area"])
            record(by=by, action="role.followed", subject=_subject(held))
        RoleRequest.objects.filter(decided_at__isnull=True, area_id=old).update(area_id=area_id)
    follow_assignments(moved, on=on, by=by)


@transaction.atomic
def leave_areas(reused: Collection[UUID], *, on: date, by: Author) -> None:
    """Roles and assignments left over from ended areas whose codes stand for others now end.

    Else their holders would see the matters of an area that nobody gave them.
    """
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    rows = Membership.objects.filter(going_on, area_id__in=reused).select_related("user")
    for held in rows.select_for_update(of=("self",)):
        held.valid_to = max(on, held.valid_from)
        held.save(update_fields=["valid_to"])
        _rights_changed(held.user)
        record(by=by, action="role.ended", subject=_subject(held))
    asked = RoleRequest.objects.filter(decided_at__isnull=True, area_id__in=reused)
    asked.update(decided_at=timezone.now(), granted=False)
    leave_assignments(reused, on=on, by=by)


def _held(user: User, on: date) -> Collection[str]:
    """Roles that go on at a day or later."""
    rows = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), user=user)
    return set(rows.values_list("role", flat=True))


def _refuse_twice(wanted: Appointment) -> None:
    same = {name: getattr(wanted, name) for name in ("user", "role", "unit", "area")}
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=wanted.valid_from)
    held = Membership.objects.filter(going_on, **same)
    asked = RoleRequest.objects.filter(decided_at__isnull=True, **same)
    if held.exists() or asked.exists():
        raise InputError(TWICE, field="role", name=str(wanted.user))


def _check_heir(
    membership: Membership, heir: Membership, begin: date, end: date | None, *, field: str
) -> None:
    name = str(heir.user)
    if heir.user_id == membership.user_id:
        raise InputError(rules.OWN_SUCCESSOR, field=field)
    ends = heir.valid_to is not None and (end is None or heir.valid_to <= end)
    if heir.valid_from > begin or ends or not heir.user.is_active:
        raise InputError(rules.SUCCESSOR_ENDS, field=field, name=name)
    if rules.overlaps(begin, end, heir.away_from, heir.away_to):
        raise InputError(rules.SUCCESSOR_AWAY, field=field, name=name)
    if not _stands_for(heir, membership):
        raise InputError(rules.SUCCESSOR_OTHER_ROLE, field=field, name=name)


def _check_plan(planned: date, on: date, *, anew: bool) -> None:
    """A planned end comes earlier, or with another successor; later would be a role granted."""
    if planned <= timezone.localdate():
        raise InputError(ENDED)
    if planned < on or (planned == on and not anew):
        raise InputError(PLANNED, field="on", day=planned.isoformat())


def _forget_leave(membership: Membership) -> None:
    membership.away_from = membership.away_to = None
    membership.stand_in = membership.lent_at = None
    membership.save(update_fields=LEAVE)


def _stands_for(successor: Membership, membership: Membership) -> bool:
    """A grid worker's areas come with the assignments; any other scope must be held already."""
    if not rules.alike(membership.role, successor.role):
        return False
    if membership.role == Role.GRID_WORKER:
        return True
    return (successor.unit_id, successor.area_id) == (membership.unit_id, membership.area_id)


def _others(membership: Membership) -> int:
    today = timezone.localdate()
    rows = Membership.objects.filter(current(today), role=membership.role, user__is_active=True)
    return rows.exclude(user_id=membership.user_id).count()


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_related("user").select_for_update(of=("self",))
    return rows.get(pk=membership.pk)


def _rights_changed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(rights_changed_at=timezone.now())


def _classes(phone: str) -> list[str]:
    return ["phone"] if phone else []


def _subject(membership: Membership) -> tuple[str, UUID, str]:
    return ("membership", membership.pk, f"{membership.user.username} {membership.role}")
