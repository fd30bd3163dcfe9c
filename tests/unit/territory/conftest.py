"""A made-up county of four square villages in two townships, drawn degree by degree."""

from datetime import date

import pytest
import shapely

from linli.counties.tenancy import new
from linli.territory import snapshots
from linli.territory.actions.writing import hung_under
from linli.territory.models import Area, AreaVersion, Layer, Level

BEGINNING = date(2016, 12, 31)


def put(code, name, level, parent, box, *, layer=None, since=BEGINNING, until=None):
    """An area with one version; `box` is west, south, east, north or None."""
    layer = layer or Layer.objects.get(code=Layer.GOVERNING)
    township, village = hung_under(parent)
    area = Area.objects.create(
        layer=layer,
        level=level,
        code=code,
        name=name,
        parent=parent,
        township_id=township,
        village_id=village,
        valid_from=since,
    )
    wkb = shapely.to_wkb(shapely.box(*box)) if box else None
    new(
        AreaVersion,
        area=area,
        parent=parent,
        name=name,
        valid_from=since,
        valid_to=until,
        geometry=wkb,
    ).save(force_insert=True)
    snapshots.touch(layer)
    return area


@pytest.fixture
def squares(county) -> dict[str, Area]:
    return draw_squares()


def draw_squares() -> dict[str, Area]:
    """Townships west (101) and east (102), a village in each, two grids in the western one."""
    root = Area.objects.get(level=Level.COUNTY)
    west = put("530128101", "茂山镇", Level.TOWNSHIP, root, None)
    east = put("530128102", "团街镇", Level.TOWNSHIP, root, None)
    village = put("530128101201", "甲甸村", Level.VILLAGE, west, (102.0, 25.0, 102.2, 25.2))
    other = put("530128102201", "治安村", Level.VILLAGE, east, (102.2, 25.0, 102.4, 25.2))
    north = put("530128101201001", "北网格", Level.GRID, village, (102.0, 25.1, 102.2, 25.2))
    south = put("530128101201002", "南网格", Level.GRID, village, (102.0, 25.0, 102.2, 25.1))
    areas = (root, west, east, village, other, north, south)
    return {area.code[6:] or "root": area for area in areas}
