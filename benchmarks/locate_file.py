"""A CSV of points located row by row, beside reading and writing the same CSV; names and maps too.

The ceiling appends four empty cells to every row and looks at nothing.
"""

import csv
import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scratch import installation

COUNTY = "530199"
GRIDS = 2_200
SYLLABLES = "山水村坪营街桥塘沟河寨坡箐岭坝田井关口龙马鹿云翠崇德乌蒙雪"


def measure(points: int = 500_000) -> dict[str, Any]:
    """Points/s of both and their ratio; seconds and milliseconds of the rest."""
    with installation() as _:
        from django.conf import settings

        from linli.database.context import county_context
        from linli.flows.counties import create_county

        create_county(code=COUNTY, name="测县")
        home = Path(settings.ENV.home)
        with county_context(COUNTY):
            made = _seconds(_make_grids)
        with county_context(COUNTY):
            return {"grids": GRIDS, "import_seconds": round(made, 2)} | _read(home, points)


def _read(home: Path, points: int) -> dict[str, Any]:
    from linli.territory.batches import Wanted, locate_file
    from linli.territory.locating import locate_point
    from linli.territory.models import Level
    from linli.territory.queries import features, search
    from linli.territory.snapshots import snapshot

    source, target = home / "points.csv", home / "located.csv"
    _write(source, points)
    cold = _seconds(lambda: locate_point(102.5, 25.9))
    ours = _seconds(lambda: locate_file(source, target, Wanted("lon", "lat", "day")))
    bare = _seconds(lambda: _copy(source, target))
    drawn = features(snapshot(), Level.GRID)
    return {
        "points": points,
        "file_points_per_second": round(points / ours),
        "csv_alone_per_second": round(points / bare),
        "ratio": round(bare / ours, 2),
        "first_point_seconds": round(cold, 3),
        "point_microseconds": round(_median(lambda: locate_point(102.51, 25.91)) * 1e6),
        "search_milliseconds": round(_median(lambda: search(snapshot(), "ms")) * 1e3, 2),
        "geojson_kilobytes": len(drawn.encode()) // 1000,
        "geojson_gzip_kilobytes": len(gzip.compress(drawn.encode(), 6)) // 1000,
    }


def _make_grids() -> None:
    import shapely

    from benchmarks.locate import EAST, NORTH, SOUTH, WEST
    from linli.access.actor import system
    from linli.territory.actions import Target, generate_grids
    from linli.territory.geometry.voronoi import NamedPoint
    from linli.territory.models import Level

    random = np.random.default_rng(530128)
    places = random.uniform((WEST, SOUTH), (EAST, NORTH), (GRIDS, 2)).tolist()
    points = [
        NamedPoint(f"g{number:04}", "".join(random.choice([*SYLLABLES], 3)) + "网格", lon, lat)
        for number, (lon, lat) in enumerate(places)
    ]
    boundary = shapely.box(WEST, SOUTH, EAST, NORTH)
    generate_grids(points, boundary, target=Target(Level.GRID), by=system())


def _write(file: Path, points: int) -> None:
    from benchmarks.locate import EAST, NORTH, SOUTH, WEST

    places = np.random.default_rng(1).uniform((WEST, SOUTH), (EAST, NORTH), (points, 2))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "lon", "lat", "day", "what"])
        writer.writerows(
            (number, lon, lat, f"2026-{number % 12 + 1:02}-15", "路灯不亮")
            for number, (lon, lat) in enumerate(places.round(6).tolist())
        )


def _copy(source: Path, target: Path) -> None:
    with (
        source.open(encoding="utf-8", newline="") as rows,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        csv.writer(out).writerows([*row, "", "", "", ""] for row in csv.reader(rows))


def _median(run: Callable[[], object], rounds: int = 200) -> float:
    return statistics.median(_seconds(run) for _ in range(rounds))


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def main(arguments: list[str]) -> None:
    print(json.dumps(measure(int(arguments[0]) if arguments else 500_000), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
