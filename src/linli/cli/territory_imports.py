"""`linli territory import-divisions, import-areas, generate-grids`: a plan, then --apply."""

from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.completion import one_of
from linli.cli.files import content_of
from linli.cli.output import Json, fail, say, show, table
from linli.cli.territory_support import County, day, prepared, stage, within

FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Apply = Annotated[bool, typer.Option("--apply", help="do it; without: only say what it would do")]
AREA_SYSTEMS = one_of("wgs84", "gcj02", "cgcs2000")
AreaCrs = Annotated[
    str,
    typer.Option(
        "--crs", help="wgs84, gcj02 or cgcs2000; else as declared", autocompletion=AREA_SYSTEMS
    ),
]
LISTED = 20


def import_divisions(
    townships: FileArgument,
    villages: FileArgument,
    county: County,
    on: Annotated[str, typer.Option(help="the day from which the lists hold")],
    *,
    apply: Apply = False,
    json: Json = False,
) -> None:
    """Compare an edition of divisions with the county. With --apply it is applied."""
    with within(county):
        from linli.access.actor import system
        from linli.flows.divisions import apply_divisions
        from linli.territory.actions import plan_divisions
        from linli.territory.divisions import read_divisions

        then = day(on, "--on")
        if then is None:
            raise fail("--on: give the day from which the lists hold.")
        names = (townships.name, villages.name)
        incoming = read_divisions(content_of(townships), content_of(villages), county, names=names)
        _say_notes(incoming.notes)
        _refuse(incoming.faults)
        found = plan_divisions(incoming, on=then)
        facts = _divisions(found) | {"county": county, "on": then, "applied": apply}
        if apply:
            changed = apply_divisions(incoming, on=then, by=system("linli territory"))
            done = changed.applied
            facts |= {"moved_areas": len(done.moved), "rehung_areas": len(done.rehung)}
            facts |= {"orphans": list(done.orphans), "replaced_cases": changed.cases}
        rows = [
            (
                level,
                *(
                    facts["counts"][level][kind]
                    for kind in ("added", "removed", "renamed", "moved")
                ),
            )
            for level in facts["counts"]
        ]
        head = ["level", "added", "removed", "renamed", "moved"]
        show(facts, as_json=json, table=table(f"{county} {then}", head, rows))
        if not apply and not json:
            say("Nothing was written: add --apply.")


def import_areas(
    file: FileArgument,
    county: County,
    level: Annotated[int, typer.Option(help="0 county, 1 township, 2 village, 3 grid")],
    code_field: Annotated[str, typer.Option(help="the field with the areas' codes")],
    crs: AreaCrs = "",
    name_field: Annotated[str, typer.Option(help="the field with their names")] = "",
    layer: Annotated[str, typer.Option(help="grid is the governing one")] = "grid",
    file_layer: Annotated[str, typer.Option(help="the layer inside a GeoPackage")] = "",
    valid_from: Annotated[str, typer.Option(help="the first day, e.g. 2015-05-18")] = "",
    valid_to: Annotated[str, typer.Option(help="the first day without")] = "",
    *,
    apply: Apply = False,
    json: Json = False,
) -> None:
    """Import areas of one level. From a map (GeoJSON, GeoPackage, Shapefile) or a list."""
    with prepared(county), stage(file.name):
        from linli.access.actor import system
        from linli.counties.opening import open_county
        from linli.territory import actions
        from linli.territory.geometry.reading import read_areas

        with open_county(county):
            near = _outline(layer)
        reading = read_areas(
            file,
            code_field=code_field,
            name_field=name_field or None,
            system=_system(crs),
            layer=file_layer or None,
            county=near,
        )
        _say_notes(reading.notes)
        _refuse(reading.faults)
        target = actions.Target(
            level,
            layer,
            day(valid_from, "--valid-from"),
            day(valid_to, "--valid-to"),
            source=file.name,
            named=bool(name_field),
        )
        with open_county(county):
            if apply:
                author = system("linli territory")
                plan = actions.import_areas(reading.areas, target=target, by=author)
            else:
                plan = actions.plan_areas(reading.areas, target=target)
                _refuse(plan.faults)
        _show_plan(plan, as_json=json, applied=apply, extra=_where(reading))


def generate_grids(
    county: County,
    points: Annotated[Path, typer.Option(help="CSV or GeoJSON of village points")],
    boundary: Annotated[Path, typer.Option(help="outline: GeoJSON, GeoPackage or Shapefile")],
    crs: Annotated[str, typer.Option(help="of both: wgs84, gcj02 or cgcs2000")] = "wgs84",
    valid_from: Annotated[str, typer.Option(help="the first day")] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what it would do")] = False,
    json: Json = False,
) -> None:
    """Make one grid around each point. Together they are the boundary."""
    with prepared(county), stage(points.name):
        from linli.access.actor import system
        from linli.counties.opening import open_county
        from linli.territory import actions
        from linli.territory.geometry.reading import read_outline
        from linli.territory.models import Level
        from linli.territory.points import read_points

        chosen = _system(crs or "wgs84")
        places, outline = read_points(points, chosen), read_outline(boundary, system=chosen)
        begin = day(valid_from, "--valid-from")
        target = actions.Target(Level.GRID, valid_from=begin, source=points.name)
        with open_county(county):
            if dry_run:
                plan = actions.plan_grids(places, outline, target=target)
                _refuse(plan.faults)
            else:
                author = system("linli territory")
                plan = actions.generate_grids(places, outline, target=target, by=author)
        _show_plan(plan, as_json=json, applied=not dry_run, extra={})


def _system(crs: str) -> Any:
    from linli.lib.coordinates import CoordinateSystem
    from linli.territory.locating import coordinate_system

    if not crs:
        return None
    if coordinate_system(crs) is CoordinateSystem.BD09:
        raise fail("Areas in BD-09 are not read; convert them to GCJ-02 or WGS-84 first.")
    return coordinate_system(crs)


def _outline(layer: str) -> Any:
    """The county's outline, which areas of the governing layer must lie near."""
    import shapely

    from linli.territory.models import Layer
    from linli.territory.snapshots import snapshot

    root = snapshot().root
    if layer != Layer.GOVERNING or root is None or root.wkb is None:
        return None
    return shapely.from_wkb(root.wkb)


def _where(reading: Any) -> dict[str, Any]:
    """Bounds are west, south, east, north in WGS-84: a map of another place stands out."""
    import shapely

    if reading.system is None:  # a list without outlines
        return {}
    found = shapely.total_bounds([area.geometry for area in reading.areas])
    return {"system": reading.system, "bounds": [round(float(edge), 6) for edge in found]}


def _divisions(found: Any) -> dict[str, Any]:
    return {
        "counts": {str(level): dict(row) for level, row in found.counts.items()},
        "unchanged": found.unchanged,
        "changes": [
            {
                "kind": change.kind,
                "before": _row(change.before),
                "after": _row(change.after),
            }
            for group in (found.added, found.removed, found.renamed, found.moved)
            for change in group
        ],
    }


def _row(row: Any) -> dict[str, str] | None:
    return {"code": row.code, "name": row.name} if row else None


def _show_plan(plan: Any, *, as_json: bool, applied: bool, extra: dict[str, Any]) -> None:
    from linli.territory.models import Level

    target = plan.target
    facts = {
        "layer": target.layer,
        "level": target.level,
        "new": plan.new,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "not_in_file": plan.stay,
        "parents": dict(plan.parents),
        "rehung_areas": len(plan.rehung),
        "applied": applied,
        **extra,
    }
    rows = [(key, _short(key, value)) for key, value in facts.items()]
    show(facts, as_json=as_json, table=table(target.source, ["", ""], rows))
    if not as_json and (lost := plan.parents.get("county", 0)) and target.level > Level.TOWNSHIP:
        say(f"{lost} hang under the county itself: neither code nor outline tells their village.")
    if not applied and not as_json:
        say("Nothing was written: add --apply.")


def _short(key: str, value: Any) -> Any:
    """Of lists of areas their number."""
    if key == "bounds":
        return ", ".join(map(str, value))
    return len(value) if isinstance(value, list) else value


def _say_notes(notes: Any) -> None:
    from django.utils.translation import gettext

    for note in notes[:LISTED]:
        say(f"· {note.translated(gettext)}")


def _refuse(faults: Any) -> None:
    from django.utils.translation import gettext

    if not faults:
        return
    for fault in faults[:LISTED]:
        say(f"· {fault.translated(gettext)}")
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    if len(faults) > LISTED:
        count += f", the first {LISTED} above"
    raise fail(f"{count}; nothing was written.")
