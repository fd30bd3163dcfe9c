"""A small county for tests: a township with a village and a grid, units, staff of every role."""

from dataclasses import dataclass
from datetime import date

from linli.access.actor import Actor, actor_for
from linli.accounts.enums import AssignmentKind, Role
from linli.accounts.models import GridAssignment, Membership, User
from linli.incidents import references
from linli.incidents.models import Category
from linli.organisations.models import Unit, UnitKind
from linli.territory.models import Area, Layer, Level

BEGINNING = date(2020, 1, 1)


@dataclass
class Small:
    """Areas and units by short names; `staff()` makes somebody with a role."""

    layer: Layer
    root: Area
    township: Area
    village: Area
    grid: Area
    centre: Unit
    platform: Unit
    village_office: Unit
    water: Unit
    roads: Unit

    def staff(self, role: Role, *, unit: Unit | None = None, area: Area | None = None) -> Actor:
        count = User.objects.count()
        user = User.objects.create(username=f"{role}-{count}", name=f"{role}{count}")
        membership = Membership.objects.create(
            user=user, role=role, unit=unit, area=area, valid_from=BEGINNING
        )
        if role == Role.GRID_WORKER and area is not None:
            GridAssignment.objects.create(
                area=area, kind=AssignmentKind.WORKER, membership=membership, valid_from=BEGINNING
            )
        actor = actor_for(user, today=date(2026, 1, 5))
        assert actor is not None
        return actor

    def dispatcher(self) -> Actor:
        return self.staff(Role.DISPATCHER, unit=self.centre)

    def township_operator(self) -> Actor:
        return self.staff(Role.TOWNSHIP_OPERATOR, unit=self.platform, area=self.township)

    def handler(self, unit: Unit | None = None) -> Actor:
        return self.staff(Role.UNIT_HANDLER, unit=unit or self.water)

    def worker(self) -> Actor:
        return self.staff(Role.GRID_WORKER, area=self.grid)

    def verifier(self) -> Actor:
        return self.staff(Role.VERIFIER, unit=self.centre)

    def category(self, code: str = "0401") -> Category:
        return Category.objects.get(code=code)


def small_county() -> Small:
    """Build it in the current county."""
    layer = Layer.objects.get(code=Layer.GOVERNING)
    root = Area.objects.get(level=Level.COUNTY)

    def area(level: Level, code: str, name: str, parent: Area, **above: object) -> Area:
        return Area.objects.create(
            layer=layer,
            level=level,
            code=code,
            name=name,
            parent=parent,
            valid_from=BEGINNING,
            **above,
        )

    township = area(Level.TOWNSHIP, "530128101", "茂山镇", root)
    village = area(Level.VILLAGE, "530128101201", "甲甸村", township, township_id=township.pk)
    grid = area(
        Level.GRID,
        "530128101201001",
        "甲甸第一网格",
        village,
        township_id=township.pk,
        village_id=village.pk,
    )
    return staffed(layer, root, township, village, grid)


def staffed(layer: Layer, root: Area, township: Area, village: Area, grid: Area) -> Small:
    """Give these areas their units."""
    centre = Unit.objects.get(kind=UnitKind.COUNTY_CENTRE)

    def unit(code: str, kind: UnitKind, name: str, **more: object) -> Unit:
        return Unit.objects.create(code=code, kind=kind, name=name, **more)

    small = Small(
        layer=layer,
        root=root,
        township=township,
        village=village,
        grid=grid,
        centre=centre,
        platform=unit("mao", UnitKind.TOWNSHIP_PLATFORM, "茂山镇综治中心", area=township),
        village_office=unit("jia", UnitKind.VILLAGE_OFFICE, "甲甸村委会", area=village),
        water=unit("water", UnitKind.DEPARTMENT, "县水务局", function="water"),
        roads=unit("roads", UnitKind.DEPARTMENT, "县交通运输局", function="transport"),
    )
    references.forget()
    return small
