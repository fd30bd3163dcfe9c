"""The places of imported incidents: by point in one batch, else by the area's name."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np

from linli.incidents.imports import ImportedIncident
from linli.lib.coordinates import to_wgs84
from linli.territory.locating import Batch, coordinate_system, locate_many
from linli.territory.models import Area, Layer, Level
from linli.territory.places import APPROXIMATE, OUTSIDE, PINNED, UNKNOWN, Place, place_in

NOT_LOOKED_UP = frozenset({"outside_bounds", "no_place"})


def places_of(incidents: Sequence[ImportedIncident], crs: str) -> list[Place]:
    """A place for each incident, in their order: on today's map, since today's units answer."""
    pinned = np.array([_has_point(item) for item in incidents], dtype=bool)
    lons = np.array([item.lon or 0.0 for item in incidents])[pinned]
    lats = np.array([item.lat or 0.0 for item in incidents])[pinned]
    batch = locate_many(lons, lats, crs=crs) if len(lons) else None
    located = iter(_located(batch, lons, lats, crs)) if batch else iter(())
    by_name = _areas_by_name() if any(item.area for item in incidents) else {}
    undrawn = {name: area for name, area in by_name.items() if not (batch and area.pk in batch.ids)}
    return [
        _or_by_name(next(located), undrawn.get(item.area)) if has_point else _by_name(item, by_name)
        for item, has_point in zip(incidents, pinned, strict=True)
    ]


def _has_point(item: ImportedIncident) -> bool:
    return item.lon is not None and item.lat is not None and not NOT_LOOKED_UP & set(item.flags)


def _by_name(item: ImportedIncident, areas: dict[str, Area]) -> Place:
    area = areas.get(item.area)
    if area is not None:
        return place_in(area)
    return Place(quality=OUTSIDE if "outside_bounds" in item.flags else UNKNOWN)


def _or_by_name(place: Place, undrawn: Area | None) -> Place:
    """A point that no drawn area holds may lie in one that is not drawn: the file names it."""
    if place.area_id or undrawn is None:
        return place
    return replace(place_in(undrawn), longitude=place.longitude, latitude=place.latitude)


def _located(batch: Batch, lons: np.ndarray, lats: np.ndarray, crs: str) -> list[Place]:
    above = _ancestors(batch)
    nowhere = OUTSIDE if batch.drawn else UNKNOWN
    east, north = to_wgs84(lons, lats, coordinate_system(crs))
    answers = zip(
        batch.index.tolist(), batch.metres.tolist(), east.tolist(), north.tolist(), strict=True
    )
    return [
        Place(*above[index], lon, lat, APPROXIMATE if metres else PINNED)
        if index >= 0
        else Place(longitude=lon, latitude=lat, quality=nowhere)
        for index, metres, lon, lat in answers
    ]


def _ancestors(batch: Batch) -> list[tuple[UUID, UUID | None, UUID | None]]:
    """For each area of the batch: itself, its township, its village."""
    then = batch.snapshot
    return [
        (area, then.above(area, Level.TOWNSHIP), then.above(area, Level.VILLAGE))
        for area in batch.ids
    ]


def _areas_by_name() -> dict[str, Area]:
    rows = Area.objects.filter(layer__code=Layer.GOVERNING, valid_to__isnull=True)
    return {area.name: area for area in rows}
