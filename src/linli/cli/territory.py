"""`linli territory …`: the map of a county, its import and what it answers."""

from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli import territory_imports
from linli.cli.output import Json, fail, show, table
from linli.cli.stages import file_bar
from linli.cli.territory_support import (
    County,
    Crs,
    Day,
    LayerName,
    day,
    node_facts,
    within,
)

app = typer.Typer(help="Territory: divisions, areas, grids, points.", no_args_is_help=True)
app.command("import-divisions")(territory_imports.import_divisions)
app.command("import-areas")(territory_imports.import_areas)
app.command("generate-grids")(territory_imports.generate_grids)


@app.command(context_settings={"ignore_unknown_options": True})
def locate(
    county: County,
    lon: Annotated[float | None, typer.Argument(help="longitude in degrees")] = None,
    lat: Annotated[float | None, typer.Argument(help="latitude in degrees")] = None,
    crs: Crs = "wgs84",
    on: Day = None,
    layer: LayerName = "grid",
    file: Annotated[Path | None, typer.Option(help="CSV of points, plain or .gz")] = None,
    lon_field: Annotated[str, typer.Option(help="its column of longitudes")] = "lon",
    lat_field: Annotated[str, typer.Option(help="its column of latitudes")] = "lat",
    date_field: Annotated[str, typer.Option(help="its column of dates: chooses the map")] = "",
    out: Annotated[Path | None, typer.Option(help="CSV to write", dir_okay=False)] = None,
    tolerance: Annotated[float, typer.Option(min=0, help="metres outside that count")] = 100.0,
    *,
    json: Json = False,
) -> None:
    """Where a point or a file of points lies. Down to the grid, on a day; a file streams."""
    if file is None and (lon is None or lat is None):
        raise fail("Give LON and LAT, or --file POINTS.csv --out RESULT.csv.")
    if file is not None and (out is None or lon is not None):
        raise fail("With --file give --out RESULT.csv, and no LON LAT.")
    with within(county):
        from linli.territory.batches import Wanted, locate_file
        from linli.territory.locating import locate as find

        then = day(on, "--on")
        if file is None or out is None:
            answer = find(
                lon or 0.0, lat or 0.0, crs=crs, on=then, layer=layer, tolerance=tolerance
            )
            _show_answer(answer, as_json=json)
            return
        wanted = Wanted(
            lon_field, lat_field, date_field or None, then, crs, layer, tolerance=tolerance
        )
        with file_bar(file) as advance:
            counts = locate_file(file, out, wanted, advance)
        facts = {"rows": counts.rows, **counts.by_quality, "out": str(out)}
        show(facts, as_json=json, table=table(file.name, ["", ""], list(facts.items())))


@app.command()
def tree(
    county: County,
    on: Day = None,
    layer: LayerName = "grid",
    *,
    json: Json = False,
) -> None:
    """All areas of a layer as of a day, from the top down."""
    with within(county):
        from linli.territory.models import Level
        from linli.territory.queries import counts
        from linli.territory.snapshots import snapshot

        then = snapshot(layer, day(on, "--on"))
        found = {level.name.lower(): number for level, number in counts(then).items()}
        top = then.children.get(None, [])
        facts = {
            "county": county,
            "on": then.on,
            "counts": found,
            "tree": [_branch(then, node) for node in top],
        }
        rows = [
            ("  " * (len(then.path(node.id)) - 1) + node.name, node.code, Level(node.level).label)
            for start in top
            for node in (start, *then.under(start.id))
        ]
        title = f"{county} {then.on}: " + ", ".join(f"{n} {k}" for k, n in found.items())
        show(facts, as_json=json, table=table(title, ["name", "code", "level"], rows))


@app.command()
def check(
    county: County,
    on: Day = None,
    layer: LayerName = "grid",
    *,
    json: Json = False,
) -> None:
    """Gaps, overlaps, orphans, missing workers and units."""
    with within(county):
        from linli.flows.territory import coverage
        from linli.territory.checking import check_map
        from linli.territory.snapshots import snapshot

        then = snapshot(layer, day(on, "--on"))
        found, missing = check_map(then), coverage(then, on=then.on)
        facts = {
            "county": county,
            "on": then.on,
            "drawn": found.drawn,
            "whole": found.whole,
            "tiling": _tiling(found),
            "undrawn": [node_facts(node) for node in found.undrawn],
            "orphans": [node_facts(node) for node in found.orphans],
            "without_worker": [node_facts(node) for node in missing.workers],
            "without_unit": [node_facts(node) for node in missing.units],
            "centre": missing.centre,
        }
        show(facts, as_json=json, table=table("check", ["", ""], _rows(facts)))


def _show_answer(answer: Any, *, as_json: bool) -> None:
    path = [node_facts(node) for node in answer.path]
    facts = {
        "longitude": answer.longitude,
        "latitude": answer.latitude,
        "quality": answer.quality or "unknown",
        "metres": round(answer.metres, 1),
        "area": path[-1] if path else None,
        "path": path,
        "neighbour": answer.neighbour or None,
    }
    rows = [(node.code, node.name) for node in answer.path]
    title = f"{facts['quality']} {answer.neighbour}".strip()
    show(facts, as_json=as_json, table=table(title, ["code", "name"], rows))


def _branch(then: Any, node: Any) -> dict[str, Any]:
    return node_facts(node) | {
        "children": [_branch(then, child) for child in then.children.get(node.id, [])]
    }


def _tiling(found: Any) -> dict[str, Any] | None:
    from linli.territory.geometry.tiling import FlawKind

    report = found.tiling
    if report is None:
        return None
    return {
        "bounded": found.bounded,
        "tiles": report.tiles,
        **{k.value: {"count": report.count(k), "m2": report.total(k)} for k in FlawKind},
        "slivers": report.slivers,
        "sliver_m2": report.sliver_square_metres,
        "flaws": [
            {"kind": f.kind, "m2": f.square_metres, "lon": f.lon, "lat": f.lat, "codes": f.codes}
            for f in report.flaws
        ],
    }


def _rows(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    """Numbers for a person; the lists themselves are in the JSON."""
    found: list[tuple[str, Any]] = []
    for key, value in facts.items():
        if key == "tiling":
            kinds = ("gap", "overlap", "spill") if value else ()
            found += [
                (f"{kind}, m²", f"{value[kind]['count']}: {value[kind]['m2']:.1f}")
                for kind in kinds
            ]
        else:
            found.append((key, len(value) if isinstance(value, list) else value))
    return found
