"""Reports of the same matter: near in place, time and words. Offered; a person decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.access.actor import Actor
from linli.incidents.likeness import alike, likeness, metres_between, words_of
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.territory.placement import Place

WITHIN = timedelta(days=30)
LOOKED_AT = 200
OFFERED = 5


@dataclass(frozen=True)
class Near:
    """A matter that may be the same; `metres` is None where either has no point."""

    incident: Incident
    likeness: float
    metres: float | None


def near_case(actor: Actor, incident: Incident, *, now: datetime | None = None) -> list[Near]:
    """Open matters within sight that may be the same as a case, the likest first."""
    names = ("area_id", "township_id", "village_id", "longitude", "latitude")
    found = near(
        actor,
        text=f"{incident.title} {incident.text}",
        category_id=incident.category_id,
        place=Place(**{name: getattr(incident, name) for name in names}),
        now=now,
    )
    return [one for one in found if one.incident.pk != incident.pk]


def near(
    actor: Actor, *, text: str, category_id: UUID, place: Place, now: datetime | None = None
) -> list[Near]:
    """Open matters within sight that may be the same as a report, the likest first."""
    if place.township_id is None:
        return []
    since = (now or timezone.now()) - WITHIN
    rows = visible_to(actor).filter(
        township_id=place.township_id, is_open=True, opened_at__gte=since
    )
    words = words_of(text)
    found = []
    for row in rows.order_by("-opened_at", "-id")[:LOOKED_AT]:
        metres = metres_between((place.longitude, place.latitude), (row.longitude, row.latitude))
        like = likeness(words, words_of(f"{row.title} {row.text}"))
        same_area = place.area_id is not None and place.area_id == row.area_id
        if alike(like, metres, same_area=same_area, same_kind=row.category_id == category_id):
            found.append(Near(row, like, metres))
    return sorted(found, key=lambda one: -one.likeness)[:OFFERED]
