"""From what somebody says of a place to the areas that a case keeps."""

from uuid import UUID

from linli.territory.locating import locate_point
from linli.territory.models import Area, Layer, Level
from linli.territory.placement import APPROXIMATE, CHOSEN, OUTSIDE, PINNED, UNKNOWN, Place
from linli.territory.snapshots import Snapshot, snapshot

__all__ = [
    "APPROXIMATE",
    "CHOSEN",
    "OUTSIDE",
    "PINNED",
    "UNKNOWN",
    "Place",
    "place_in",
    "place_of",
    "place_on",
]


def place_of(
    longitude: float | None, latitude: float | None, crs: str, area_id: UUID | None
) -> Place:
    """Place a point (in `crs`) or a chosen area. A point decides; a chosen area fills in."""
    if longitude is not None and latitude is not None:
        found = locate_point(longitude, latitude, crs=crs)
        if found.area_id is not None or area_id is None:
            return found
        chosen = _chosen(area_id)
        return Place(
            chosen.area_id,
            chosen.township_id,
            chosen.village_id,
            found.longitude,
            found.latitude,
            chosen.quality,
        )
    return _chosen(area_id) if area_id else Place()


def place_in(area: Area) -> Place:
    """The place of an area itself, without a point."""
    return Place(
        area_id=area.pk,
        township_id=area.pk if area.level == Level.TOWNSHIP else area.township_id,
        village_id=area.pk if area.level == Level.VILLAGE else area.village_id,
        quality=CHOSEN,
    )


def place_on(map_: Snapshot, area_id: UUID) -> Place:
    """The place of an area that is on a map."""
    levels = {node.level: node.id for node in map_.path(area_id)}
    township, village = levels.get(Level.TOWNSHIP), levels.get(Level.VILLAGE)
    return Place(area_id, township, village, quality=CHOSEN)


def _chosen(area_id: UUID) -> Place:
    """From today's map in memory; an area that has no version there is read."""
    map_ = snapshot()
    if area_id in map_.nodes:
        return place_on(map_, area_id)
    rows = Area.objects.filter(layer__code=Layer.GOVERNING, valid_to__isnull=True)
    area = rows.filter(pk=area_id).first()
    return place_in(area) if area else Place(quality=OUTSIDE)
