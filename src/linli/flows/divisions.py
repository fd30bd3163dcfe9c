"""New divisions for a county, and today's areas for its open cases: both or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from linli.access.actor import Actor
from linli.accounts import actions as staff
from linli.casework import views
from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.actions.replacing import replace_open
from linli.organisations import actions as units
from linli.territory import actions
from linli.territory.actions import Applied
from linli.territory.divisions import DivisionList

AGAIN = "replace_open_again"
# A request that begins after the commit sees the new map; one under way then, and jobs for some
# seconds (`snapshots.FRESH_FOR`), still write by the old one. That is done by then.
LATER = 30  # seconds


@dataclass(frozen=True)
class Changed:
    """What was applied, and how many open cases have another area, village or township now."""

    applied: Applied
    cases: int


def apply_divisions(incoming: DivisionList, *, on: date, by: Actor) -> Changed:
    """Apply an edition that holds from `on`. Raises InputError; then nothing was written.

    Units, roles, assignments and saved views of areas that only got another code follow, then open
    cases. Those of an ended area whose code stands for another one now do not stay there.
    """
    try:
        return _apply(incoming, on=on, by=by)
    finally:
        references.forget()  # after the commit, or what was read before a rollback


@transaction.atomic
def _apply(incoming: DivisionList, *, on: date, by: Actor) -> Changed:
    applied = actions.apply_divisions(incoming, on=on, by=by)
    units.make_way(applied.reused, by=by)
    staff.leave_areas(applied.reused, on=on, by=by)
    units.follow_areas(applied.moved, by=by)
    staff.follow_areas(applied.moved, on=on, by=by)
    views.follow_areas(applied.moved)
    references.forget()
    cases = replace_open(applied.moved, on=on, by=by)
    _look_again(applied.moved, on)
    return Changed(applied, cases)


def _look_again(moved: Mapping[UUID, UUID], on: date) -> None:
    """A job that goes with this transaction places what was reported on the old map meanwhile."""
    pairs = {str(old): str(new) for old, new in moved.items()}
    job = app.configure_task(AGAIN, schedule_in={"seconds": LATER})
    job.defer(county=current_county(), moved=pairs, on=on.isoformat())


def look_again(moved: Mapping[str, str], on: str, *, by: Actor) -> int:
    """What that job does, in the county it names."""
    pairs = {UUID(old): UUID(new) for old, new in moved.items()}
    return replace_open(pairs, on=date.fromisoformat(on), by=by)
