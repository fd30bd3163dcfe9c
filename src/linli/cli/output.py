"""What commands print: words and tables for people, JSON for programs."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
UNSEEN = 120  # columns of a table that goes into a file or a log, where nothing tells a width


def _wide(made: Console) -> Console:
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = UNSEEN
    return made


console = _wide(Console(stderr=True))
out = _wide(Console())


def say(text: str) -> None:
    """Plain words: what is in brackets may come from a file and is no markup.

    A terminal breaks the lines, we do not: a command in them is copied as one.
    """
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def show(value: Any, *, as_json: bool, table: RenderableType | None = None) -> None:
    """Print `value` as JSON for a program, or the table (where there is one) for a person."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str, indent=1) + "\n")
    elif table is not None:
        out.print(table)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> RenderableType:
    """Columns without names are facts, one a row. Without rows the title says it all."""
    made = Table(show_header=any(columns))
    for column in columns:
        made.add_column(Text(column), overflow="fold")  # nothing is cut off
    for row in rows:
        made.add_row(*(Text(_words(cell)) for cell in row))
    return Group(Text(title, "italic"), made) if made.row_count else Text(title, "italic")


def _words(cell: Any) -> str:
    """A moment by the clock of the county that is open, else of the installation."""
    if isinstance(cell, datetime):
        from django.utils import timezone

        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M}"
    return "" if cell is None else str(cell)


def fail(text: str, *, code: int = 1) -> "SystemExit":
    """Say what is wrong and how to mend it; raise what this returns to end the command.

    A program that asked for JSON reads the same there.
    """
    if "--json" in sys.argv:
        show({"error": text}, as_json=True)
    console.print(Text.assemble(("linli:", "bold red"), f" {text}"), soft_wrap=True)
    return SystemExit(code)
