"""How much alike two reports are. Pure: no Django, no clock, no database."""

import math

from linli.lib.bigrams import tokens

METRES = 500.0  # two reports of one matter are rarely pinned farther apart
AT_ONE_PLACE, OF_ONE_KIND, ELSEWHERE = 0.2, 0.35, 0.6
EARTH = 6_371_000.0  # metres

Point = tuple[float | None, float | None]


def words_of(text: str) -> frozenset[str]:
    """The bigrams of a text, as the search has them."""
    return frozenset(token for token, _position in tokens(text) if len(token) > 1)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter text's words that the other has too, from 0 to 1."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def alike(like: float, metres: float | None, *, same_area: bool, same_kind: bool) -> bool:
    """Whether two reports may be of one matter: the nearer they are, the fewer words decide."""
    here = metres <= METRES if metres is not None else same_area
    if here and same_kind:
        return like >= AT_ONE_PLACE
    return like >= (OF_ONE_KIND if here or same_kind else ELSEWHERE)


def metres_between(one: Point, other: Point) -> float | None:
    """The distance of two points in WGS-84 degrees, longitude first; exact enough for a county."""
    lon, lat, lon2, lat2 = *one, *other
    if lon is None or lat is None or lon2 is None or lat2 is None:
        return None
    across = math.radians(lon2 - lon) * math.cos(math.radians((lat + lat2) / 2))
    return EARTH * math.hypot(across, math.radians(lat2 - lat))
