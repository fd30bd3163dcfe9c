"""First grids where none are drawn: one cell for each village point inside a boundary."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from linli.audit.actions import Author
from linli.lib.errors import InputError, gettext_noop
from linli.territory.actions.areas import AreaPlan, Target, import_areas, plan_areas
from linli.territory.geometry.shapes import AreaShape
from linli.territory.geometry.voronoi import NamedPoint, point_faults, voronoi_cells
from linli.territory.models import Level
from linli.territory.snapshots import Snapshot, snapshot

FAULTY = gettext_noop("Faults: %(count)d; nothing was made. The first: %(first)s")


def plan_grids(points: Sequence[NamedPoint], boundary: BaseGeometry, *, target: Target) -> AreaPlan:
    """What making grids would do; faults name the points that lie outside or twice."""
    points = _numbered(points, snapshot())
    faults = point_faults(points, boundary)
    if faults:
        return AreaPlan(target, faults=faults)
    return plan_areas(_cells(points, boundary), target=target)


@transaction.atomic
def generate_grids(
    points: Sequence[NamedPoint], boundary: BaseGeometry, *, target: Target, by: Author
) -> AreaPlan:
    """Make a grid around each point; together they are the boundary (WGS-84).

    A county without an outline takes the boundary for its own; villages and townships without
    one are drawn around their grids. Raises InputError.
    """
    points = _numbered(points, snapshot())
    faults = point_faults(points, boundary)
    if faults:
        raise InputError(FAULTY, count=len(faults), first=faults[0])
    root = snapshot(target.layer).root
    if root is not None and root.wkb is None:
        outline = replace(target, level=Level.COUNTY, named=False, valid_from=None, valid_to=None)
        import_areas([AreaShape(root.code, root.name, boundary)], target=outline, by=by)
    plan = import_areas(_cells(points, boundary), target=target, by=by)
    for level in (Level.VILLAGE, Level.TOWNSHIP):
        _draw_above(level, target, by)
    return plan


def _draw_above(level: Level, target: Target, by: Author) -> None:
    """Outlines of a level's undrawn areas out of what lies directly under them."""
    then = snapshot()
    shapes = []
    for node in then.nodes.values():
        parts = [child.wkb for child in then.children.get(node.id, ()) if child.wkb]
        if node.level == level and node.wkb is None and parts:
            union = shapely.union_all(shapely.from_wkb(parts))
            shapes.append(AreaShape(node.code, node.name, union))
    if shapes:
        around = replace(target, level=level, named=False, valid_from=None, valid_to=None)
        import_areas(shapes, target=around, by=by)


def _cells(points: Sequence[NamedPoint], boundary: BaseGeometry) -> list[AreaShape]:
    cells = voronoi_cells(points, boundary)
    return [AreaShape(cell.code, cell.name, cell.geometry) for cell in cells]


def _numbered(points: Sequence[NamedPoint], then: Snapshot) -> list[NamedPoint]:
    """Points that carry their village's code are its grids 001, 002, … in the list's order."""
    taken = {point.code for point in points}
    numbers: dict[str, Iterator[int]] = {}
    found = []
    for point in points:
        village, code = then.by_code.get(point.code), point.code
        if village is not None and village.level == Level.VILLAGE:
            following = numbers.setdefault(code, count(1))
            code = next(one for number in following if (one := f"{code}{number:03}") not in taken)
        found.append(replace(point, code=code))
    return found
