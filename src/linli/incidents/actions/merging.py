"""Merging reports of one matter: the duplicate ends, its reporters stay with the main case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from linli.access.actor import Actor
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents.actions.record import event
from linli.incidents.actions.tasks import release
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.incidents.rules import Invalid

# What was merged into the duplicate before belongs to the main case now: no chains.
_FOLLOW = """
UPDATE incidents_incident SET merged_into_id = %s WHERE county_id = %s AND merged_into_id = %s
"""


def merge_into(
    duplicate: Incident, main_id: UUID, *, by: Actor, at: datetime, batch: Batch
) -> dict[str, Any]:
    """Point a duplicate (and what was merged into it) to the main case; both timelines say so.

    Raises Invalid where the main case is unknown, out of sight, or itself a duplicate.
    """
    main = _main(duplicate, main_id, by)
    duplicate.merged_into = main
    release(duplicate, at=at, batch=batch)
    batch.add(_FOLLOW, [main.pk, current_county(), duplicate.pk])
    main.version += 1
    batch.update(main, ["version"])
    data = {"duplicate": duplicate.number, "duplicate_id": str(duplicate.pk)}
    line = event(main, kind="absorb", by=by, at=at, from_state=main.state, data=data)
    batch.insert(line)
    return {"merged_into": main.number, "merged_into_id": str(main.pk)}


def _main(duplicate: Incident, main_id: UUID, by: Actor) -> Incident:
    if main_id == duplicate.pk:
        raise Invalid("duplicate_of", "duplicate_self")
    # Locked: two people who merge two cases into each other must not both succeed.
    rows = visible_to(by).select_for_update(of=("self",))
    main = rows.filter(pk=main_id).first()
    if main is None:
        raise Invalid("duplicate_of", "duplicate_unknown")
    if main.merged_into_id:
        raise Invalid("duplicate_of", "duplicate_merged")
    return main
