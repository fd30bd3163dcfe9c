"""Another place: areas, sight and counters follow it, and so does the platform of a township."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli.incidents import references
from linli.incidents.models import Incident
from linli.processes import Platform
from linli.territory.placement import Place
from linli.territory.snapshots import snapshot


def relocate(incident: Incident, place: Place) -> Mapping[str, Any]:
    """Put an incident at a place; returns what the timeline says: areas and centre, old and new.

    A matter that the county holds stays there; one of a township goes to the township it is in.
    """
    area, unit = incident.area_id, incident.platform_unit_id
    another_township = incident.township_id != place.township_id
    incident.area_id = place.area_id
    incident.township_id, incident.village_id = place.township_id, place.village_id
    incident.longitude, incident.latitude = place.longitude, place.latitude
    incident.place_quality = place.quality
    if another_township and incident.platform == Platform.TOWNSHIP:
        hold(incident, place.township_id)
    data: dict[str, Any] = {"moved": {"from": _area(area), "to": _area(incident.area_id)}}
    if incident.platform_unit_id != unit:
        data["centre"] = {"from": _unit(unit), "to": _unit(incident.platform_unit_id)}
    return data


def hold(incident: Incident, township_id: UUID | None) -> None:
    """Give an incident to a township's platform; to the county's where it has none."""
    platform = references.platform_of(township_id)
    incident.platform_unit_id = platform.id
    held_by = Platform.TOWNSHIP if platform.area_id else Platform.COUNTY
    incident.platform = held_by.value


def _area(area_id: UUID | None) -> dict[str, str]:
    """Id and name as of today: the timeline keeps what a reader saw."""
    node = snapshot().nodes.get(area_id) if area_id else None
    return {"id": str(area_id or ""), "name": node.name if node else ""}


def _unit(unit_id: UUID | None) -> dict[str, str]:
    unit = references.units().get(unit_id) if unit_id else None
    return {"id": str(unit_id or ""), "name": unit.name if unit else ""}
