"""From points to areas within one layer on one day: the deepest area that holds the point.

Outside all of them the nearest within a tolerance counts, said to be approximate. The county's
own outline comes last: it says that a point is ours where no township, village or grid does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.lib.coordinates import FloatArray
from linli.territory.geometry.locator import DEFAULT_TOLERANCE, Locator
from linli.territory.geometry.shapes import AreaShape, IntArray

COUNTY_LEVEL = 0
NOWHERE = -1
Drawn = tuple[UUID, str, str, int, bytes]  # id, code, name, level, WKB


@dataclass(frozen=True)
class Found:
    """For each point the number of its area in `Finder.ids` (-1 nowhere) and metres outside it."""

    index: IntArray
    metres: FloatArray


@dataclass(frozen=True)
class _Level:
    locator: Locator
    first: int  # number of its first area in `ids`


class Finder:
    def __init__(self, areas: Sequence[Drawn]) -> None:
        self.ids: list[UUID] = []
        self._inner: list[_Level] = []
        self._county: list[_Level] = []
        for level in sorted({area[3] for area in areas}, reverse=True):
            here = sorted((area for area in areas if area[3] == level), key=lambda area: area[1])
            shapes = shapely.from_wkb([area[4] for area in here])
            locator = Locator.build(
                [AreaShape(a[1], a[2], s) for a, s in zip(here, shapes, strict=True)]
            )
            made = _Level(locator, len(self.ids))
            (self._county if level == COUNTY_LEVEL else self._inner).append(made)
            self.ids += [area[0] for area in here]

    @property
    def empty(self) -> bool:
        return not self.ids

    def find(
        self, lons: FloatArray, lats: FloatArray, tolerance: float = DEFAULT_TOLERANCE
    ) -> Found:
        """WGS-84 degrees, one-dimensional; NaN is nowhere. `tolerance` in metres."""
        index = np.full(len(lons), NOWHERE, dtype=np.int64)
        metres = np.zeros(len(lons))
        for levels in (self._inner, self._county):
            for level in levels:
                left = np.flatnonzero(index == NOWHERE)
                _settle(index, left, level, level.locator.locate(lons[left], lats[left]))
            for level in levels if tolerance > 0 else []:
                left = np.flatnonzero(index == NOWHERE)
                near, away = level.locator.nearest(lons[left], lats[left], tolerance)
                metres[left[near != NOWHERE]] = away[near != NOWHERE]
                _settle(index, left, level, near)
        return Found(index, metres)


def _settle(index: IntArray, left: NDArray[np.intp], level: _Level, answer: IntArray) -> None:
    hit = answer != NOWHERE
    index[left[hit]] = answer[hit] + level.first
