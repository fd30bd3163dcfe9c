"""Writes the demo's territory: townships, villages and grids with cells cut from their points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.counties.copying import copy_models
from linli.counties.tenancy import new
from linli.flows.demo.county import DemoArea, DemoTerritory
from linli.flows.demo.plan import PlannedIncident
from linli.lib.pinyin import joined, search_keys, sort_key
from linli.territory.geometry.tiling import square_metres
from linli.territory.geometry.voronoi import NamedPoint, voronoi_cells
from linli.territory.models import Area, AreaVersion, Layer, Level
from linli.territory.places import PINNED, Place, place_in
from linli.territory.snapshots import touch

BEGINNING = date(2015, 1, 1)
SOURCE = "generated for demonstration"
HALVINGS = 6

Shapes = dict[str, Any]  # code -> polygon
Cells = NDArray[np.object_]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """The areas by their planned codes, and the plan of them with its shapes."""

    areas: Mapping[str, Area]
    territory: DemoTerritory
    shapes: Shapes


def draw(territory: DemoTerritory) -> Shapes:
    """A polygon for every area: grids are Voronoi cells, the rest is what they add up to."""
    boundary = shapely.Polygon(territory.boundary)
    points = [NamedPoint(one.code, one.name, one.lon, one.lat) for one in territory.grids]
    shapes = {cell.code: cell.geometry for cell in voronoi_cells(points, boundary)}
    shapes |= _together(territory.villages, territory.grids, shapes)
    return shapes | _together(territory.townships, territory.villages, shapes)


def _together(parents: Sequence[DemoArea], children: Sequence[DemoArea], shapes: Shapes) -> Shapes:
    parts: dict[str, list[Any]] = {one.code: [] for one in parents}
    for child in children:
        parts[child.parent].append(shapes[child.code])
    return {code: shapely.union_all(found) for code, found in parts.items()}


def lay_out(territory: DemoTerritory, shapes: Shapes) -> Ground:
    """Write the areas under the county that is there already."""
    layer = Layer.objects.get(governing=True)
    root = Area.objects.get(layer=layer, level=Level.COUNTY)
    areas = _areas(layer, root, territory)
    copy_models(areas.values())
    copy_models(_version(area, shapes[code]) for code, area in areas.items())
    outline = shapely.Polygon(territory.boundary)
    AreaVersion.objects.filter(area=root).update(**_drawn(outline), source=SOURCE)
    touch(layer)
    return Ground({**areas, territory.townships[0].parent: root}, territory, shapes)


def _areas(layer: Layer, root: Area, territory: DemoTerritory) -> dict[str, Area]:
    found: dict[str, Area] = {}
    for one in (*territory.townships, *territory.villages, *territory.grids):
        above = found.get(one.parent, root)
        area = new(
            Area,
            layer=layer,
            level=one.level,
            code=one.code,
            standard_code=one.code if one.level == Level.TOWNSHIP else "",
            name_en=one.name_en,
            parent=above,
            township_id=above.pk if above.level == Level.TOWNSHIP else above.township_id,
            village_id=above.pk if above.level == Level.VILLAGE else None,
            valid_from=BEGINNING,
        )
        found[one.code] = _named(area, one.name)
    return found


def _named(area: Area, name: str) -> Area:
    keys = search_keys(name)
    area.name, area.sort_key = name, sort_key(name).replace("\x00", " ")[:400]
    area.pinyin, area.initials = joined(keys.full, 400), joined(keys.initials, 120)
    return area


def _version(area: Area, shape: Any) -> AreaVersion:
    return new(
        AreaVersion,
        area=area,
        parent_id=area.parent_id,
        name=area.name,
        name_en=area.name_en,
        valid_from=BEGINNING,
        source=SOURCE,
        **_drawn(shape),
    )


def _drawn(shape: Any) -> dict[str, Any]:
    return {"geometry": shapely.to_wkb(shape), "area_m2": round(square_metres(shape), 1)}


def places_of(incidents: Sequence[PlannedIncident], ground: Ground) -> list[Place]:
    """Where each incident lies, as it would be found by its point or its village."""
    placed = [one for one in incidents if one.grid]
    points = iter(_inside(placed, ground).tolist())
    return [
        _pinned(ground.areas[one.grid], next(points))
        if one.grid
        else place_in(ground.areas[one.village])
        for one in incidents
    ]


def further_of(incident: PlannedIncident, ground: Ground) -> tuple[Place, ...]:
    """The other grids that it touches, as somebody would choose them."""
    return tuple(place_in(ground.areas[code]) for code in incident.further)


def _pinned(grid: Area, point: tuple[float, float]) -> Place:
    lon, lat = point
    return Place(grid.pk, grid.township_id, grid.village_id, lon, lat, PINNED)


def _inside(incidents: Sequence[PlannedIncident], ground: Ground) -> Points:
    """The points of incidents; one beyond its grid's border is drawn in towards the centre."""
    grids = {one.code: one for one in ground.territory.grids}
    cells: Cells = np.array([ground.shapes[one.grid] for one in incidents], dtype=object)
    shapely.prepare(cells)
    points = np.array([(one.lon, one.lat) for one in incidents], dtype=float).reshape(-1, 2)
    centres = np.array([(grids[one.grid].lon, grids[one.grid].lat) for one in incidents])
    for step in range(HALVINGS):
        out = ~shapely.contains_xy(cells, points[:, 0], points[:, 1])
        if not out.any():
            break
        share = 0.5 if step < HALVINGS - 1 else 0.0
        points[out] = np.round(centres[out] + (points[out] - centres[out]) * share, 6)
    return points
