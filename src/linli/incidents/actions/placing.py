"""Where a matter is, as a report or a correction says it: ours, or refused."""

from dataclasses import dataclass
from uuid import UUID

from linli.incidents.rules import Invalid
from linli.territory.places import OUTSIDE, Place, place_of


@dataclass(frozen=True)
class Spot:
    """Where a matter is: a point (WGS-84 unless `crs` says otherwise), an area, or words."""

    longitude: float | None = None
    latitude: float | None = None
    crs: str = "wgs84"
    area_id: UUID | None = None
    text: str = ""

    @property
    def empty(self) -> bool:
        return self.longitude is None and self.area_id is None


NOWHERE = Spot()


def placed(spot: Spot, *, field: str = "place") -> Place:
    """The place of a spot in this county; one just across the border counts as approximate.

    Raises Invalid at `field` for a point that is not ours and for an area that does not exist,
    InputError for what are no coordinates.
    """
    place = place_of(spot.longitude, spot.latitude, spot.crs, spot.area_id)
    if place.quality != OUTSIDE:
        return place
    if spot.area_id is not None:
        raise Invalid(field, "area_unknown")
    if place.neighbour:
        raise Invalid(field, "place_of_neighbour", neighbour=place.neighbour)
    raise Invalid(field, "place_outside")
