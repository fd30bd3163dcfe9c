"""What the commands of a county's territory share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer

from linli.cli.completion import one_of
from linli.cli.output import console, fail
from linli.cli.session import ready
from linli.lib.days import check_day

County = Annotated[str, typer.Option("--county", help="the county's code")]
Crs = Annotated[
    str,
    typer.Option(
        "--crs",
        help="wgs84, gcj02, bd09 (points only) or cgcs2000",
        autocompletion=one_of("wgs84", "gcj02", "bd09", "cgcs2000"),
    ),
]
Day = Annotated[str | None, typer.Option("--on", help="as of this day, e.g. 2023-06-30; today")]
LayerName = Annotated[str, typer.Option("--layer", help="grid is the governing one")]


@contextmanager
def within(county: str) -> Iterator[None]:
    """Work in a county, in one transaction."""
    with prepared(county):
        from linli.counties.opening import open_county

        with open_county(county):
            yield


@contextmanager
def prepared(county: str) -> Iterator[None]:
    """Ready to work for a county, without a transaction yet: large files are read before it.

    What is wrong with the input is said and ends the command.
    """
    with ready(), _spoken():
        from django.utils.translation import gettext

        from linli.counties.queries import county_codes
        from linli.lib.errors import InputError

        codes = county_codes()
        if county not in codes:
            known = ", ".join(codes) or "none yet"
            raise fail(f"There is no county {county}. Known: {known}. See: linli county create")
        try:
            yield
        except InputError as problem:
            raise fail(problem.translated(gettext)) from problem


@contextmanager
def _spoken() -> Iterator[None]:
    """Chinese where the locale of the shell says so, else English like the rest of the commands."""
    from django.utils import translation

    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next(filter(None, names), "")
    with translation.override("zh-hans" if chosen.startswith("zh") else "en"):
        yield


def day(text: str | None, option: str) -> date | None:
    if not text:
        return None
    try:
        return check_day(date.fromisoformat(text))
    except ValueError as problem:
        raise fail(f"{option} {text} is not a date; write it as 2023-06-30.") from problem


def node_facts(node: Any) -> dict[str, Any]:
    return {"code": node.code, "name": node.name, "level": node.level}


@contextmanager
def stage(words: str) -> Iterator[None]:
    """Says that something takes a moment."""
    with console.status(words):
        yield
