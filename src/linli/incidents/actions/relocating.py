"""Another place: areas, sight and counters follow it, and so does the platform of a township."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.models import Incident, IncidentPlace
from linli.incidents.rules import Invalid
from linli.processes import Platform
from linli.territory.models import Area
from linli.territory.placement import CHOSEN, PINNED, Place
from linli.territory.snapshots import snapshot

_NOTHING: Mapping[UUID, UUID] = {}


def relocate(
    incident: Incident, place: Place, *, renamed: Mapping[UUID, UUID] = _NOTHING
) -> Mapping[str, Any]:
    """Put an incident at a place; returns what the timeline says: areas and centre, old and new.

    A matter that the county holds stays there; one of a township goes to the township it is in.
    A township that only got another code (`renamed`: old id -> new id) keeps what it holds.
    """
    area, unit, township = incident.area_id, incident.platform_unit_id, incident.township_id
    another_township = place.township_id != (township and renamed.get(township, township))
    incident.area_id = place.area_id
    incident.township_id, incident.village_id = place.township_id, place.village_id
    incident.longitude, incident.latitude = place.longitude, place.latitude
    incident.place_quality = place.quality
    if another_township and incident.platform == Platform.TOWNSHIP:
        hold(incident, place.township_id)
    data: dict[str, Any] = {"moved": {"from": _area(area), "to": _area(incident.area_id)}}
    if incident.platform_unit_id != unit:
        data["centre"] = {"from": named_unit(unit), "to": named_unit(incident.platform_unit_id)}
    return data


def touched_townships(incident: Incident) -> tuple[UUID | None, ...]:
    """The townships of its further places."""
    rows = IncidentPlace.objects.filter(incident=incident).order_by("id")
    return tuple(rows.values_list("township_id", flat=True))


def lead_with(incident: Incident, township_id: UUID, *, batch: Batch) -> Mapping[str, Any]:
    """Let a township that the matter touches lead: its place and the first one change roles.

    Returns what the timeline says: the township, and what `relocate` does.
    """
    data = {"lead": _area(township_id)}
    if township_id == incident.township_id:
        hold(incident, township_id)
        return data
    rows = IncidentPlace.objects.filter(incident=incident, township_id=township_id)
    other = rows.order_by("id").first()
    if other is None:
        raise Invalid("township", "area_unknown")
    place = Place(
        area_id=other.area_id,
        township_id=township_id,
        village_id=other.village_id,
        longitude=other.longitude,
        latitude=other.latitude,
        quality=CHOSEN if other.longitude is None else PINNED,
    )
    text = other.place_text
    if incident.area_id is not None:
        names = ["township_id", "village_id", "longitude", "latitude", "place_text"]
        for name in ("area_id", *names):
            setattr(other, name, getattr(incident, name))
        batch.update(other, ["area", *names])
    incident.place_text = text
    return {**data, **relocate(incident, place)}


def hold(incident: Incident, township_id: UUID | None) -> None:
    """Give an incident to a township's platform; to the county's where it has none."""
    platform = references.platform_of(township_id)
    incident.platform_unit_id = platform.id
    held_by = Platform.TOWNSHIP if platform.area_id else Platform.COUNTY
    incident.platform = held_by.value


def _area(area_id: UUID | None) -> dict[str, str]:
    """Id and name as of today: the timeline keeps what a reader saw."""
    if area_id is None:
        return {"id": "", "name": ""}
    node = snapshot().nodes.get(area_id)
    known = node or Area.objects.only("name").get(pk=area_id)  # it may have ended
    return {"id": str(area_id), "name": known.name}


def named_unit(unit_id: UUID | None) -> dict[str, str]:
    """Id and name as of today, as for an area."""
    unit = references.every_unit().get(unit_id) if unit_id else None
    return {"id": str(unit_id or ""), "name": unit.name if unit else ""}
