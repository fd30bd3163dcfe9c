"""New divisions for a county, and today's areas for its open cases: both or neither."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from linli.access.actor import Actor
from linli.accounts import actions as staff
from linli.incidents import references
from linli.incidents.actions.replacing import replace_open
from linli.organisations import actions as units
from linli.territory import actions
from linli.territory.actions import Applied
from linli.territory.divisions import DivisionList


@dataclass(frozen=True)
class Changed:
    """What was applied, and how many open cases have another area, village or township now."""

    applied: Applied
    cases: int


def apply_divisions(incoming: DivisionList, *, on: date, by: Actor) -> Changed:
    """Apply an edition that holds from `on`. Raises InputError; then nothing was written.

    Units, roles and assignments of areas that only got another code follow, then open cases.
    """
    try:
        return _apply(incoming, on=on, by=by)
    finally:
        references.forget()  # after the commit, or what was read before a rollback


@transaction.atomic
def _apply(incoming: DivisionList, *, on: date, by: Actor) -> Changed:
    applied = actions.apply_divisions(incoming, on=on, by=by)
    units.follow_areas(applied.moved, by=by)
    staff.follow_areas(applied.moved, on=on, by=by)
    references.forget()
    return Changed(applied, replace_open(applied.moved, on=on, by=by))
