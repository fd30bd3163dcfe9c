"""Two drawn townships side by side, each with its platform, and a neighbour county in the east."""

from dataclasses import dataclass

from linli.access.actor import Actor
from linli.accounts.enums import Role
from linli.counties.tenancy import new
from linli.incidents import references
from linli.incidents.actions.placing import Spot
from linli.organisations.models import Unit, UnitKind
from linli.territory.models import Area, Layer, Level
from tests.factories.county import Small, staffed
from tests.unit.territory.conftest import draw_squares, put

WEST, EAST = Spot(102.05, 25.05), Spot(102.3, 25.1)
ACROSS, FAR = Spot(102.4005, 25.1), Spot(102.5, 25.1)


@dataclass
class Drawn:
    """`small` is the west; the points above lie in each township, just across and far off."""

    small: Small
    areas: dict[str, Area]
    east: Area
    east_platform: Unit

    def east_operator(self) -> Actor:
        return self.small.staff(Role.TOWNSHIP_OPERATOR, unit=self.east_platform, area=self.east)


def drawn_county() -> Drawn:
    """Build it in the current county."""
    areas = draw_squares()
    layer = Layer.objects.get(code=Layer.GOVERNING)
    small = staffed(layer, *(areas[key] for key in ("root", "101", "101201", "101201002")))
    east = areas["102"]
    platform = Unit.objects.create(
        code="tuan", kind=UnitKind.TOWNSHIP_PLATFORM, name="团街镇综治中心", area=east
    )
    neighbours = new(Layer, code="neighbours", name="neighbours")
    neighbours.save(force_insert=True)
    put("530129", "寻甸县", Level.COUNTY, None, (102.4, 25.0, 103.0, 26.0), layer=neighbours)
    references.forget()
    return Drawn(small, areas, east, platform)
