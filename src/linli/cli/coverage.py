"""`linli process check`: whether the process covers the county, every place, category and hour."""

from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.files import text_of
from linli.cli.output import Json, fail, show, table
from linli.cli.session import ready


def check(
    county: Annotated[str, typer.Option("--county", help="the county's code; all without it")] = "",
    draft: Annotated[
        Path | None, typer.Option(help="a definition as YAML, instead of the published one")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Prove that every place, category and hour has somebody.

    Exit code 1 where there are gaps. Warnings are shown and are no gaps.
    """
    with ready():
        from linli.counties.queries import county_codes

        known = county_codes()
        if county and county not in known:
            raise fail(f"There is no county {county}. Known: {', '.join(known) or 'none yet'}.")
        text = text_of(draft) if draft else None
        found = [_checked(code, text) for code in ([county] if county else known)]
    rows = [[one["county"], kind, gap["code"], gap["en"], gap["example_en"]]
            for one in found
            for kind, told in (("gap", "gaps"), ("warning", "warnings"))
            for gap in one[told]]  # fmt: skip
    sound = not any(one["gaps"] for one in found)
    title = "; ".join(_looked_at(one) for one in found)
    show(
        {"ok": sound, "counties": found},
        as_json=json,
        table=table(title, ("county", "", "kind", "what", "for example"), rows),
    )
    if not sound:
        raise typer.Exit(1)


def _checked(code: str, document: str | None) -> dict[str, Any]:
    from linli.access.actor import system
    from linli.counties.opening import open_county
    from linli.incidents.coverage import gaps_of, published_gaps

    with open_county(code):
        by = system("linli process check")
        checked = gaps_of(document, by=by) if document is not None else published_gaps(by=by)
        gaps = [_gap(gap, checked) for gap in checked.gaps]
        warnings = [_gap(gap, checked) for gap in checked.coverage.warnings]
    looked = checked.coverage
    return {
        "county": code,
        "gaps": gaps,
        "warnings": warnings,
        "grids": looked.grids,
        "places": looked.places,
        "categories": looked.categories,
        "cells": looked.cells,
        "classes": looked.classes,
        "seconds": round(checked.seconds, 3),
    }


def _gap(gap: Any, checked: Any) -> dict[str, Any]:
    return {
        "code": gap.code,
        "mend": {"at": gap.mend.at, "key": gap.mend.key},
        "cells": gap.cells,
        "zh": checked.words(gap, "zh-hans"),
        "en": checked.words(gap, "en"),
        "example_zh": checked.example(gap, "zh-hans"),
        "example_en": checked.example(gap, "en"),
    }


def _looked_at(one: dict[str, Any]) -> str:
    found = f"{len(one['gaps'])} gaps" if one["gaps"] else "everything is covered"
    return (
        f"{one['county']}: {found} ({one['grids']} grids and {one['places'] - one['grids']} wider "
        f"places x {one['categories']} categories x 168 hours, {one['seconds']:.2f} s)"
    )
