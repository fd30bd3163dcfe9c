"""The door to duty rotas: asks for the right and whose rota it is, then acts.

DUTY_EDIT reaches as far as the role that gives it: a head's unit and those below it, a township's
units and villages, the whole county.
"""

from datetime import date

from django.db import transaction

from linli.access.actor import Actor, Held, PermissionRefusedError, can, require
from linli.access.permissions import Permission as P
from linli.access.roles import ROLES
from linli.accounts import actions as accounts
from linli.accounts.actions.duty import ShiftFacts
from linli.accounts.lists.rota import RotaRow, apply_rota, plan_rota
from linli.accounts.models import DutyShift, UploadedList
from linli.organisations.models import Unit
from linli.organisations.plans import Plan
from linli.organisations.queries import unit as find_unit


def may_edit(actor: Actor, unit: Unit) -> bool:
    """Whether somebody keeps the rota of a unit."""
    if not can(actor, P.DUTY_EDIT):
        return False
    keeping = [held for held in actor.held if P.DUTY_EDIT in ROLES[held.role].permissions]
    return actor.id is None or any(_reaches(held, unit) for held in keeping)


def add_shift(*, unit: Unit, facts: ShiftFacts, by: Actor) -> DutyShift:
    """Raises InputError, PermissionRefusedError."""
    _require(by, unit)
    return accounts.add_shift(unit=unit, facts=facts, by=by)


def change_shift(*, shift: DutyShift, facts: ShiftFacts, on: date, by: Actor) -> DutyShift:
    """Raises InputError, PermissionRefusedError."""
    _require(by, shift.unit)
    return accounts.change_shift(shift=shift, facts=facts, on=on, by=by)


def end_shift(*, shift: DutyShift, on: date, by: Actor) -> None:
    """Raises InputError, PermissionRefusedError."""
    _require(by, shift.unit)
    accounts.end_shift(shift=shift, on=on, by=by)


def plan_list(content: bytes, *, by: Actor) -> Plan[RotaRow]:
    """What an office's list would add, as far as `by` keeps the rotas. Raises InputError."""
    require(by, P.DUTY_EDIT)
    return plan_rota(content, may_edit=lambda unit: may_edit(by, unit), own=own_unit(by))


@transaction.atomic
def import_rota(*, plan: Plan[RotaRow], by: Actor, uploaded: UploadedList | None = None) -> int:
    """Raises InputError, PermissionRefusedError."""
    for change in plan.effective:
        _require(by, change.facts.unit)
    if uploaded is not None:
        accounts.forget_list(uploaded=uploaded)
    return apply_rota(plan, by=by)


def own_unit(actor: Actor) -> Unit | None:
    """The one unit whose rota somebody keeps by a role in it: a list need not name it."""
    keeping = {
        held.unit_id
        for held in actor.held
        if held.unit_id and P.DUTY_EDIT in ROLES[held.role].permissions
    }
    return find_unit(keeping.pop()) if len(keeping) == 1 else None


def _require(by: Actor, unit: Unit) -> None:
    if not may_edit(by, unit):
        raise PermissionRefusedError(P.DUTY_EDIT)


def _reaches(held: Held, unit: Unit) -> bool:
    if ROLES[held.role].countywide or held.unit_id in {unit.pk, unit.parent_id} - {None}:
        return True
    if held.area_id is None or unit.area is None:
        return False
    return held.area_id in {unit.area_id, unit.area.township_id, unit.area.village_id}
