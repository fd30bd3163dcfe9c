"""Points a second into 2,200 areas: our locator beside a bare shapely STRtree in bulk.

The county is made here: Voronoi cells of random points in a square of about Luquan's size.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
import shapely

from linli.territory.geometry.locator import Locator
from linli.territory.geometry.shapes import AreaShape
from linli.territory.geometry.voronoi import NamedPoint, voronoi_cells

WEST, SOUTH, EAST, NORTH = 102.2, 25.4, 102.95, 26.4
AREAS = 2_200
ROUNDS = 3


def synthetic_county(areas: int = AREAS, seed: int = 530128) -> list[AreaShape]:
    """Voronoi cells that tile a square; the same ones at each call."""
    random = np.random.default_rng(seed)
    places = random.uniform((WEST, SOUTH), (EAST, NORTH), (areas, 2))
    points = [
        NamedPoint(f"{number:06}", f"grid {number}", float(lon), float(lat))
        for number, (lon, lat) in enumerate(places)
    ]
    return voronoi_cells(points, shapely.box(WEST, SOUTH, EAST, NORTH))


def measure(points: int = 1_000_000) -> dict[str, float]:
    """Points/s of both, their ratio, the time to build and the share of cells in one area."""
    areas = synthetic_county()
    lons, lats = np.random.default_rng(1).uniform((WEST, SOUTH), (EAST, NORTH), (points, 2)).T
    begin = time.perf_counter()
    locator = Locator.build(areas)
    build = time.perf_counter() - begin
    tree = shapely.STRtree([area.geometry for area in areas])
    ours = _seconds(lambda: locator.locate(lons, lats))
    made = shapely.points(lons, lats)  # outside the measurement, in the tree's favour
    bare = _seconds(lambda: tree.query(made, predicate="intersects"))
    which, found = tree.query(made, predicate="intersects")
    same = np.mean(locator.locate(lons, lats)[which] == found)
    return {
        "points": points,
        "areas": len(areas),
        "build_seconds": round(build, 3),
        "pure_cells": round(locator.pure_share, 4),
        "locator_points_per_second": round(points / ours),
        "strtree_points_per_second": round(points / bare),
        "ratio": round(bare / ours, 2),
        "same_answer": float(same),
    }


def _seconds(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    times: list[float] = []
    for _ in range(rounds):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main(arguments: Sequence[str]) -> None:
    print(json.dumps(measure(int(arguments[0]) if arguments else 1_000_000), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
