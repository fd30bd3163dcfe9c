"""What a case keeps of its place."""

from dataclasses import dataclass
from uuid import UUID

CHOSEN, PINNED, APPROXIMATE, OUTSIDE, UNKNOWN = "chosen", "pinned", "approximate", "outside", ""


@dataclass(frozen=True)
class Place:
    """The deepest known area with its ancestors, and how it was found (`quality`).

    Degrees are WGS-84. `neighbour` names whose it is where it is not ours.
    """

    area_id: UUID | None = None
    township_id: UUID | None = None
    village_id: UUID | None = None
    longitude: float | None = None
    latitude: float | None = None
    quality: str = UNKNOWN
    neighbour: str = ""
