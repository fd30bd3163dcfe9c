"""The places of the demo county: townships, villages, grids, each with an invented point."""

import math
from dataclasses import dataclass
from random import Random

from shapely import Point, Polygon, prepare

from linli.flows.demo.names import (
    BOUNDARY,
    GROUP_HEADS,
    GROUP_TAILS,
    TOWNSHIPS,
    VILLAGE_HEADS,
    VILLAGE_TAILS,
    Township,
)

COUNTY_CODE = "530128"
COUNTY_NAME = "禄劝县（演示数据）"
COUNTY_NAME_EN = "Luquan (demo)"
GRIDS = 2236
NOTICE = "本县的村组、单位、人员和事件均由程序生成，仅供演示。"
NOTICE_EN = "Villages, units, people and incidents of this county are generated for demonstration."


@dataclass(frozen=True, slots=True)
class DemoArea:
    """A township (9 digits), a village (12) or a third-level grid (15); WGS-84 degrees."""

    code: str
    parent: str
    level: int  # of grids: 1, 2, 3
    name: str
    name_en: str
    lon: float
    lat: float
    weight: float


@dataclass(frozen=True, slots=True)
class DemoTerritory:
    """`boundary` is closed; `grids_of` and `villages_of` go by code."""

    boundary: tuple[tuple[float, float], ...]
    townships: tuple[DemoArea, ...]
    villages: tuple[DemoArea, ...]
    grids: tuple[DemoArea, ...]
    grids_of: dict[str, tuple[DemoArea, ...]]
    market: dict[str, tuple[int, ...]]


def make_territory(rng: Random) -> DemoTerritory:
    outline = Polygon(BOUNDARY)
    prepare(outline)
    townships = tuple(_township(one) for one in TOWNSHIPS)
    villages = tuple(_villages(rng, outline))
    grids = tuple(_grids(rng, outline, villages))
    grids_of: dict[str, list[DemoArea]] = {village.code: [] for village in villages}
    for grid in grids:
        grids_of[grid.parent].append(grid)
    return DemoTerritory(
        boundary=(*BOUNDARY, BOUNDARY[0]),
        townships=townships,
        villages=villages,
        grids=grids,
        grids_of={code: tuple(found) for code, found in grids_of.items()},
        market={COUNTY_CODE + one.code: one.market for one in TOWNSHIPS},
    )


def _township(one: Township) -> DemoArea:
    kind = {"0": "Sub-district", "1": "Town", "2": "Township"}[one.code[0]]
    return DemoArea(COUNTY_CODE + one.code, COUNTY_CODE, 1, one.name, f"{one.name_en} {kind}",
                    one.lon, one.lat, one.weight)  # fmt: skip


def _villages(rng: Random, outline: Polygon) -> list[DemoArea]:
    names = [head + tail for head in VILLAGE_HEADS for tail in VILLAGE_TAILS]
    rng.shuffle(names)
    placed: dict[str, list[tuple[float, float]]] = {one.code: [] for one in TOWNSHIPS}
    villages: list[DemoArea] = []
    for one in TOWNSHIPS:
        for number in range(1, one.villages + 1):
            lon, lat = _spread(rng, outline, one, placed[one.code])
            placed[one.code].append((lon, lat))
            urban = one.code < "100" and number <= 5
            segment = number if urban else 199 + number
            name = names.pop() + ("社区" if urban else "村")
            code = f"{COUNTY_CODE}{one.code}{segment:03}"
            weight = one.weight / one.villages * rng.uniform(0.6, 1.6) * (1.8 if urban else 1.0)
            villages.append(DemoArea(code, COUNTY_CODE + one.code, 2, name, "", lon, lat, weight))
    return villages


def _spread(
    rng: Random, outline: Polygon, township: Township, placed: list[tuple[float, float]]
) -> tuple[float, float]:
    """Of some points that are nearest to this township's centre the one farthest from the rest."""
    best, distance = (township.lon, township.lat), -1.0
    found = 0
    while found < 12:
        lon = rng.gauss(township.lon, 0.075)
        lat = rng.gauss(township.lat, 0.065)
        if not _belongs(lon, lat, township) or not outline.contains(Point(lon, lat)):
            continue
        found += 1
        away = min((math.dist((lon, lat), other) for other in placed), default=1.0)
        if away > distance:
            best, distance = (round(lon, 6), round(lat, 6)), away
    return best


def _belongs(lon: float, lat: float, township: Township) -> bool:
    nearest = min(TOWNSHIPS, key=lambda one: math.dist((lon, lat), (one.lon, one.lat)))
    return nearest is township


def _grids(rng: Random, outline: Polygon, villages: tuple[DemoArea, ...]) -> list[DemoArea]:
    counts = _shares([village.weight for village in villages], GRIDS, least=5)
    names = [head + tail for head in GROUP_HEADS for tail in GROUP_TAILS]
    grids: list[DemoArea] = []
    for village, count in zip(villages, counts, strict=True):
        groups = rng.sample(names, count)
        near = sorted(
            villages, key=lambda o: (o.lon - village.lon) ** 2 + (o.lat - village.lat) ** 2
        )[:12]
        for number, group in enumerate(groups, 1):
            lon, lat = _around(rng, outline, village, near)
            grids.append(DemoArea(f"{village.code}{number:03}", village.code, 3,
                                  f"{group}网格", "", lon, lat, rng.uniform(0.5, 1.5)))  # fmt: skip
    return grids


def _around(
    rng: Random, outline: Polygon, village: DemoArea, near: list[DemoArea]
) -> tuple[float, float]:
    """A point closer to this village than to any other."""
    for _ in range(40):
        lon, lat = rng.gauss(village.lon, 0.014), rng.gauss(village.lat, 0.013)
        nearest = min(near, key=lambda o: (o.lon - lon) ** 2 + (o.lat - lat) ** 2)
        if nearest is village and outline.contains(Point(lon, lat)):
            return round(lon, 6), round(lat, 6)
    jitter = 0.0008
    lon = village.lon + rng.uniform(-jitter, jitter)
    return round(lon, 6), round(village.lat + rng.uniform(-jitter, jitter), 6)


def _shares(weights: list[float], total: int, *, least: int) -> list[int]:
    """Whole numbers that add up to `total`, by weight (largest remainders), none below `least`."""
    spare = total - least * len(weights)
    exact = [weight / sum(weights) * spare for weight in weights]
    counts = [least + int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: int(exact[i]) - exact[i])
    for index in by_rest[: total - sum(counts)]:
        counts[index] += 1
    return counts
