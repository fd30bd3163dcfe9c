"""Under which area a new one hangs: by official code, else by where it lies, else the county."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.lib.errors import InputError, gettext_noop
from linli.territory.enums import DivisionLevel
from linli.territory.models import Level
from linli.territory.rules import LENGTH_OF_LEVEL, check_code, is_official, parent_code
from linli.territory.snapshots import Node, Snapshot

NO_PARENT = gettext_noop("The code %(code)s lies under %(parent)s, which is not known on that day.")
NO_PLACE = gettext_noop(
    "The code %(code)s is no official one and there is no outline: nothing tells where it belongs."
)
DIVISIONS = {
    Level.TOWNSHIP: DivisionLevel.TOWNSHIP,
    Level.VILLAGE: DivisionLevel.VILLAGE,
    Level.GRID: DivisionLevel.GRID,
}


@dataclass
class Parents:
    """Answers for one import; `how` counts the ways (code, inside, county)."""

    then: Snapshot
    county: str
    how: Counter[str] = field(default_factory=Counter)
    _trees: dict[int, tuple[shapely.STRtree, list[Node]]] = field(default_factory=dict)

    def code(self, written: str, level: int) -> str:
        """The code as it is kept. Raises InputError: an official code of another place or level.

        Townships and villages of a county with an official code have official codes; a grid may
        have the county's own.
        """
        if level == Level.COUNTY or not self._official(written, level):
            return written
        return check_code(written, DIVISIONS[Level(level)], parent=self.county)

    def _official(self, written: str, level: int) -> bool:
        if (
            not is_official(self.county)
            or len(self.county) != LENGTH_OF_LEVEL[DivisionLevel.COUNTY]
        ):
            return False
        grid = LENGTH_OF_LEVEL[DivisionLevel.GRID]
        return level != Level.GRID or (is_official(written) and len(written) == grid)

    def parent(self, code: str, level: int, shape: BaseGeometry) -> Node | None:
        """Raises InputError where an official code's parent is not there, or nothing tells it."""
        if level == Level.COUNTY:
            return None
        if self._official(code, level):
            found = self.then.by_code.get(parent_code(code) or "")
            if found is None:
                raise InputError(NO_PARENT, code=code, parent=parent_code(code))
            self.how["code"] += 1
            return found
        if shape.is_empty:
            raise InputError(NO_PLACE, code=code)
        inside = self._inside(level, shape)
        self.how["inside" if inside else "county"] += 1
        return inside or self.then.root

    def _inside(self, level: int, shape: BaseGeometry) -> Node | None:
        spot = shapely.point_on_surface(shape)
        for above in range(level - 1, Level.COUNTY, -1):
            tree, nodes = self._tree(above)
            hits = np.sort(tree.query(spot, predicate="intersects"))
            if len(hits):
                return nodes[int(hits[0])]
        return None

    def _tree(self, level: int) -> tuple[shapely.STRtree, list[Node]]:
        if level not in self._trees:
            nodes = sorted(
                (n for n in self.then.nodes.values() if n.level == level and n.wkb),
                key=lambda node: node.code,
            )
            shapes = shapely.from_wkb([node.wkb for node in nodes])
            self._trees[level] = (shapely.STRtree(shapes), nodes)
        return self._trees[level]


def starts(parent: Node | None, beginning: date) -> date:
    """From when a new area without a date of its own holds: as long as its parent."""
    return parent.valid_from if parent else beginning
