"""Units, their habits and their staff. Habits differ, so that figures have something to show."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from linli.accounts.enums import Role
from linli.flows.demo.county import COUNTY_CODE, DemoArea, DemoTerritory
from linli.flows.demo.names import GIVEN, SURNAMES
from linli.incidents.data.categories import CategoryTree

WORKERS = 185

BUREAUS = {
    "justice": ("县司法局", "County Bureau of Justice"),
    "emergency": ("县应急管理局", "County Emergency Management Bureau"),
    "forestry": ("县林业和草原局", "County Forestry and Grassland Bureau"),
    "natural_resources": ("县自然资源局", "County Natural Resources Bureau"),
    "housing": ("县住房和城乡建设局", "County Housing and Construction Bureau"),
    "transport": ("县交通运输局", "County Transport Bureau"),
    "traffic_police": ("县交警大队", "County Traffic Police"),
    "police": ("县公安局", "County Public Security Bureau"),
    "water": ("县水务局", "County Water Affairs Bureau"),
    "power": ("县供电局", "County Power Supply Bureau"),
    "telecom": ("县融媒体中心", "County Media Centre"),
    "agriculture": ("县农业农村局", "County Agriculture and Rural Affairs Bureau"),
    "health": ("县卫生健康局", "County Health Bureau"),
    "market": ("县市场监督管理局", "County Market Supervision Bureau"),
    "ecology": ("县生态环境分局", "County Ecology and Environment Branch"),
    "city_management": ("县综合行政执法局", "County Administrative Enforcement Bureau"),
    "civil_affairs": ("县民政局", "County Civil Affairs Bureau"),
    "labour": ("县人力资源和社会保障局", "County Labour and Social Security Bureau"),
    "education": ("县教育体育局", "County Education and Sport Bureau"),
    "resettlement": ("县搬迁安置办公室", "County Resettlement Office"),
}
STATIONS = {
    "justice": ("司法所", "Justice Station"),
    "emergency": ("应急管理办公室", "Emergency Office"),
    "forestry": ("林草站", "Forestry Station"),
    "natural_resources": ("自然资源所", "Natural Resources Station"),
    "housing": ("规划建设办公室", "Construction Office"),
    "transport": ("农村公路管理站", "Rural Roads Station"),
    "police": ("派出所", "Police Station"),
    "water": ("水务站", "Water Station"),
    "power": ("供电所", "Power Supply Station"),
    "agriculture": ("农业农村服务中心", "Agricultural Service Centre"),
    "health": ("卫生院", "Health Centre"),
    "market": ("市场监督管理所", "Market Supervision Station"),
    "ecology": ("生态环境监督站", "Ecology Station"),
    "city_management": ("综合行政执法队", "Enforcement Team"),
    "civil_affairs": ("社会事务办公室", "Social Affairs Office"),
    "labour": ("社会保障服务所", "Social Security Station"),
}


@dataclass(frozen=True, slots=True)
class Habits:
    """How a unit works: `speed` divides its time, the rest are shares of its cases."""

    speed: float
    late: float
    returns: float
    rework: float
    extends: float


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """`kind` and `function` as in organisations; `area` is a division code."""

    code: str
    kind: str
    function: str
    name: str
    name_en: str
    area: str
    parent: str
    habits: Habits


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """`login` is stable; `areas` are the codes of a worker's grids or of the unit's area."""

    login: str
    name: str
    role: str
    unit: str
    areas: tuple[str, ...]


def make_units(rng: Random, territory: DemoTerritory, tree: CategoryTree) -> tuple[DemoUnit, ...]:
    """The county centre, the bureaus, and for each township its platform, stations and villages."""
    needed = sorted({leaf.function for leaf in tree.leaves()} - {"governance"})
    centre = DemoUnit(centre_code(), "county_centre", "governance", "县综治中心",
                      "County Governance Centre", COUNTY_CODE, "", _habits(rng))  # fmt: skip
    bureaus = [
        DemoUnit(bureau_code(function), "department", function, *BUREAUS[function],
                 COUNTY_CODE, centre.code, _habits(rng))
        for function in needed
    ]  # fmt: skip
    local = [unit for area in territory.townships for unit in _local(rng, area, territory)]
    return (centre, *bureaus, *local)


def _local(rng: Random, township: DemoArea, territory: DemoTerritory) -> Iterator[DemoUnit]:
    pace = rng.lognormvariate(0, 0.25)  # whole townships are quick or slow
    short = township.name_en.split()[0]
    platform = platform_code(township.code)
    yield DemoUnit(platform, "township_platform", "governance", f"{township.name}综治中心",
                   f"{short} Governance Centre", township.code, centre_code(),
                   _habits(rng, pace))  # fmt: skip
    for function, (name, name_en) in STATIONS.items():
        yield DemoUnit(station_code(township.code, function), "department", function,
                       township.name + name, f"{short} {name_en}", township.code,
                       bureau_code(function), _habits(rng, pace))  # fmt: skip
    for village in territory.villages:
        if village.parent == township.code:
            label = "居委会" if village.name.endswith("社区") else "委会"
            yield DemoUnit(village_code(village.code), "village_office", "",
                           village.name + label, "", village.code, platform,
                           _habits(rng, pace))  # fmt: skip


def _habits(rng: Random, pace: float = 1.0) -> Habits:
    return Habits(
        speed=pace * rng.lognormvariate(0, 0.35),
        late=rng.betavariate(1.6, 14),
        returns=rng.betavariate(1.3, 30),
        rework=rng.betavariate(1.5, 20),
        extends=rng.betavariate(1.3, 28),
    )


def make_staff(
    rng: Random, territory: DemoTerritory, units: tuple[DemoUnit, ...]
) -> tuple[DemoStaff, ...]:
    """Everybody who acts in the demo, with an invented name."""
    staff = [
        DemoStaff(login, _name(rng), role, unit, areas)
        for login, role, unit, areas in (*_office_posts(units), *_worker_posts(territory))
    ]
    return tuple(staff)


Post = tuple[str, str, str, tuple[str, ...]]


def _office_posts(units: tuple[DemoUnit, ...]) -> Iterator[Post]:
    for unit in units:
        for role, count in _posts_of(unit.kind):
            for number in range(1, count + 1):
                yield login_of(role, unit.code, number), role, unit.code, (unit.area,)


def _posts_of(kind: str) -> tuple[tuple[str, int], ...]:
    return {
        "county_centre": (
            (Role.COUNTY_OPERATOR.value, 3), (Role.DISPATCHER.value, 2),
            (Role.VERIFIER.value, 3), (Role.LEADER.value, 1),
        ),
        "township_platform": ((Role.TOWNSHIP_OPERATOR.value, 2), (Role.UNIT_HANDLER.value, 1)),
        "village_office": ((Role.VILLAGE_OPERATOR.value, 1),),
    }.get(kind, ((Role.UNIT_HANDLER.value, 1), (Role.UNIT_HEAD.value, 1)))  # fmt: skip


def villages_with_two(territory: DemoTerritory) -> frozenset[str]:
    """One worker a village, two in the largest: together 185, and every grid has one."""
    by_size = sorted(territory.villages, key=lambda village: -len(territory.grids_of[village.code]))
    return frozenset(village.code for village in by_size[: WORKERS - len(by_size)])


def _worker_posts(territory: DemoTerritory) -> Iterator[Post]:
    doubled = villages_with_two(territory)
    for village in territory.villages:
        grids = tuple(grid.code for grid in territory.grids_of[village.code])
        half = len(grids) // 2
        parts = [grids[:half], grids[half:]] if village.code in doubled else [grids]
        for number, part in enumerate(parts, 1):
            unit = village_code(village.code)
            yield login_of(Role.GRID_WORKER.value, unit, number), Role.GRID_WORKER.value, unit, part


def _name(rng: Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2))))


def login_of(role: str, unit: str, number: int = 1) -> str:
    return f"{role.replace('_', '-')}-{unit}-{number}"


def centre_code() -> str:
    return f"{COUNTY_CODE}-centre"


def bureau_code(function: str) -> str:
    return f"{COUNTY_CODE}-{function.replace('_', '-')}"


def platform_code(township: str) -> str:
    return f"{township}-platform"


def station_code(township: str, function: str) -> str:
    return f"{township}-{function.replace('_', '-')}"


def village_code(village: str) -> str:
    return f"{village}-office"


def is_village(unit: str) -> bool:
    return unit.endswith("-office")
