"""`linli calendar …`: what a county works by, and the official days of a year."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.files import content_of, text_of
from linli.cli.output import Json, fail, say, show, table
from linli.cli.territory_support import County, prepared

app = typer.Typer(help="Calendars: hours, holidays, make-up workdays.", no_args_is_help=True)

UnitCode = Annotated[str, typer.Option("--unit", help="a unit's own calendar, by the unit's code")]
Year = Annotated[
    int | None, typer.Option("--year", help="the year in question", min=1900, max=2199)
]
Apply = Annotated[bool, typer.Option("--apply", help="publish it; otherwise it is only shown")]
Note = Annotated[str, typer.Option("--note", help="why, e.g. the notice's number")]


@app.command("show")
def show_(county: County, unit: UnitCode = "", year: Year = None, *, json: Json = False) -> None:
    """The calendar of a county or a unit. Its version, its hours, the special days of a year."""
    with prepared(county):
        from linli.counties.opening import open_county

        with open_county(county):
            facts = _facts(unit, year)
    rows = [(one["first"], one["last"], one["kind"], one["name"]) for one in facts["special"]]
    title = f"{facts['of']}, version {facts['version']}, {facts['year']}"
    show(facts, as_json=json, table=table(title, ["from", "to", "what", "name"], rows))


@app.command("import")
def import_(
    county: County,
    file: Annotated[Path | None, typer.Argument(help="a table: date, kind, name")] = None,
    unit: UnitCode = "",
    year: Year = None,
    note: Note = "",
    *,
    apply: Apply = False,
    json: Json = False,
) -> None:
    """Take official days from a table. From csv or xlsx or, with --year alone, the library."""
    if (file is None) is (year is None):
        raise fail("Give a FILE, or --year YEAR for a year that is announced.")
    content = content_of(file) if file else b""

    def read() -> Any:
        from linli.calendars.lists import announced, read_list

        return read_list(content) if file else announced(year or 0)

    _propose(county, unit, read, note, apply=apply, as_json=json)


@app.command()
def paste(
    county: County,
    file: Annotated[
        Path | None, typer.Argument(help="the text; without it, standard input")
    ] = None,
    unit: UnitCode = "",
    year: Year = None,
    note: Note = "",
    *,
    apply: Apply = False,
    json: Json = False,
) -> None:
    """Read the notice of a year's holidays as published. What is left over is shown."""
    text = text_of(file) if file else sys.stdin.read()

    def read() -> Any:
        from linli.calendars.announcements import read_announcement

        return read_announcement(text, year=year)

    _propose(county, unit, read, note, apply=apply, as_json=json)


def _propose(
    county: str, unit_code: str, read: Any, note: str, *, apply: bool, as_json: bool
) -> None:
    """Show what would change; with `apply`, publish it and recalculate open deadlines."""
    with prepared(county):
        from linli.access.actor import system
        from linli.calendars.proposals import with_announced
        from linli.casework.publishing import newest_edition
        from linli.counties.opening import open_county
        from linli.flows import calendars as flow

        found = read()
        with open_county(county):
            unit = _unit(unit_code)
            document = with_announced(flow.own_document(newest_edition(), unit), found)
            preview = flow.preview(document, unit=unit)
            facts = _preview(preview, found)
            applying = apply and bool(preview.differences)
            if applying:
                edition = flow.publish(
                    document,
                    unit=unit,
                    based_on=preview.based_on,
                    by=system("linli calendar"),
                    note=note or (f"{found.year}" if found.year else ""),
                )
                facts["version"] = edition.version
        if applying:
            flow.recalculate_all(county)
        facts["applied"] = applying
    _say(facts, as_json=as_json)
    if not (found.holidays or found.workdays):
        raise fail("No official day was found in it.")


def _say(facts: dict[str, Any], *, as_json: bool) -> None:
    rows = [(one["first"], one["last"], one["before"], one["after"]) for one in facts["days"]]
    moved = facts["deadlines"]["moved"]
    title = f"{len(rows)} changes, {moved} open deadlines move"
    show(facts, as_json=as_json, table=table(title, ["from", "to", "before", "after"], rows))
    if as_json:
        return
    for one in facts["left"]:
        say(f"line {one['line']}: {one['text']} ({one['why']})")
    say("Published." if facts["applied"] else "Nothing is published; --apply does it.")


def _preview(preview: Any, found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from django.utils.translation import gettext

    deadlines = asdict(preview.impact)
    return {
        "year": found.year,
        "days": [
            {
                "first": one.first,
                "last": one.last,
                "before": _day(one.before),
                "after": _day(one.after),
            }
            for one in preview.differences.days
        ],
        "left": [
            {"line": one.line, "text": one.text, "why": one.why.translated(gettext)}
            for one in found.leftovers
            if one.attention
        ],
        "deadlines": deadlines,
    }


def _day(day: Any) -> str:
    return f"{day.kind} {day.name}".strip()


def _facts(unit_code: str, year: int | None) -> dict[str, Any]:
    from django.utils import timezone

    from linli.calendars.days import Days
    from linli.casework.publishing import newest_edition

    edition, unit = newest_edition(), _unit(unit_code)
    shown = year or timezone.localdate().year
    whole = edition.whole(unit.pk if unit else None)
    written = whole.model_dump(mode="json")
    return {
        "of": unit.name if unit else "county",
        "version": edition.version,
        "year": shown,
        **{key: written[key] for key in ("timezone", "week", "makeup", "changes", "festivals")},
        "units": len(edition.units),
        "special": [
            {
                "first": one.first,
                "last": one.last,
                "kind": one.after.kind.value,
                "name": one.after.name,
            }
            for one in Days(whole).special(shown)
        ],
    }


def _unit(code: str) -> Any:
    from linli.organisations.queries import unit_by_code

    if not code:
        return None
    unit = unit_by_code(code)
    if unit is None:
        raise fail(f"There is no unit with the code {code} here.")
    return unit
