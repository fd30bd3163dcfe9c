"""New divisions for a county, and today's areas for its open cases: both or neither."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from linli.access.actor import Actor
from linli.incidents.actions.replacing import replace_open
from linli.territory import actions
from linli.territory.actions import Applied
from linli.territory.divisions import DivisionList


@dataclass(frozen=True)
class Changed:
    """What was applied, and how many open cases have another area, village or township now."""

    applied: Applied
    cases: int


@transaction.atomic
def apply_divisions(incoming: DivisionList, *, on: date, by: Actor) -> Changed:
    """Apply an edition that holds from `on`. Raises InputError; then nothing was written."""
    applied = actions.apply_divisions(incoming, on=on, by=by)
    return Changed(applied, replace_open(applied.moved, on=on, by=by))
