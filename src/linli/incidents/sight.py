"""Who sees a case, kept beside its words: so a search reads only what is in its reader's sight.

`queries.visible_to` decides, also in a search. These keys say the same in advance; they change
with the places of a case, its reporter and the units that had a task.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from linli.database.batch import Batch
from linli.database.context import current_county


class Placed(Protocol):
    @property
    def township_id(self) -> UUID | None: ...
    @property
    def village_id(self) -> UUID | None: ...
    @property
    def area_id(self) -> UUID | None: ...


def seen_by(
    places: Iterable[Placed], *, reporter: UUID | None, units: Iterable[UUID] = ()
) -> list[UUID]:
    """The keys of a case with these places: areas, units, and the user who reported it."""
    keys = {reporter, *units}
    for place in places:
        keys |= {place.township_id, place.village_id, place.area_id}
    return sorted(key for key in keys if key is not None)


_FOLLOW = """
UPDATE incidents_incidenttext AS told SET seen_by = ARRAY(
    SELECT DISTINCT key FROM (
        SELECT unnest(ARRAY[township_id, village_id, area_id, reporter_id])
        FROM incidents_incident AS here
        WHERE here.county_id = told.county_id AND here.id = told.id
        UNION ALL
        SELECT unnest(ARRAY[township_id, village_id, area_id]) FROM incidents_incidentplace AS here
        WHERE here.county_id = told.county_id AND here.incident_id = told.id
        UNION ALL
        SELECT unit_id FROM incidents_incidenttask AS here
        WHERE here.county_id = told.county_id AND here.incident_id = told.id
    ) AS seen (key) WHERE key IS NOT NULL ORDER BY key)
WHERE told.county_id = %s AND told.id = ANY(%s)
"""


def follow(incident_ids: Sequence[UUID], *, batch: Batch) -> None:
    """Write the keys of cases anew, after what stands in the batch has changed their rows."""
    batch.add(_FOLLOW, [current_county(), list(incident_ids)])
