"""Lists as files for a spreadsheet program: xlsx and CSV, rebuilt from values, never a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import xlsxwriter

Cell = str | int | float | Decimal | bool | date | time | UUID | None
MAX_ROWS = 1_048_575  # beside the header
_MAX_TEXT = 32_767  # characters of one cell
_MAX_DIGITS = 15  # a spreadsheet rounds longer numbers, so they are written as text
_FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm"}
# Not allowed in XML, or not encodable at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STARTS_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")


class TooManyRowsError(ValueError):
    """More rows than a sheet holds; the caller asks for a narrower list."""


@dataclass(frozen=True)
class Column:
    title: str
    width: float = 16  # in digits of the standard font; a Chinese character takes two


def write_xlsx(
    target: Path | BinaryIO,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    time_zone: tzinfo,
) -> int:
    """Write one sheet row by row, in constant memory; the number of rows written."""
    if isinstance(target, Path):  # opened here: the writer hides why it cannot be
        with target.open("wb") as file:
            return write_xlsx(file, title=title, columns=columns, rows=rows, time_zone=time_zone)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": _text(title)})
        sheet = book.add_worksheet(_sheet_name(title))
        _write_header(book, sheet, columns)
        writer = _CellWriter(book, sheet, time_zone)
        count = 0
        for count, row in enumerate(rows, start=1):
            if count > MAX_ROWS:
                raise TooManyRowsError(f"A sheet holds {MAX_ROWS} rows.")
            for column, value in enumerate(row):
                writer.write(count, column, value)
        sheet.autofilter(0, 0, max(count, 1), max(len(columns) - 1, 0))
        return count


def write_csv(
    target: BinaryIO,
    *,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    time_zone: tzinfo,
) -> int:
    """Write UTF-8 with the mark that makes spreadsheet programs read it as such; the row count."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)  # no cell splits at a local separator
        writer.writerow([_harmless(column.title) for column in columns])
        count = 0
        for row in rows:
            writer.writerow([_csv_value(value, time_zone) for value in row])
            count += 1
        return count
    finally:
        text.detach()


class _CellWriter:
    def __init__(self, book: Any, sheet: Any, time_zone: tzinfo) -> None:
        self._sheet, self._time_zone = sheet, time_zone
        self._formats = {kind: book.add_format({"num_format": f}) for kind, f in _FORMATS.items()}
        self._plain = book.add_format({"num_format": "@"})
        # Stays text when somebody edits the cell.
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})

    def write(self, row: int, column: int, value: Cell) -> None:
        if value is None:
            return
        value = _local(value, self._time_zone)
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal) and _is_exact(value):
            self._sheet.write_number(row, column, value)
        elif isinstance(value, time) or (isinstance(value, date) and value.year > 1900):
            self._sheet.write_datetime(row, column, value, self._formats[type(value)])
        else:
            text = _text(value)
            style = self._quoted if _STARTS_FORMULA.match(text) else self._plain
            self._sheet.write_string(row, column, text, style)


def _write_header(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    style = book.add_format(
        {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "valign": "vcenter", "text_wrap": True}
    )
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, _text(column.title), style)


def _sheet_name(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\]", " ", _text(title))
    # Excel counts a character beyond the basic plane as two.
    name = name.encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip(" '")
    return name if name and name.lower() != "history" else "Sheet"  # both refused by Excel


def _is_exact(number: float | Decimal) -> bool:
    decimal = Decimal(number) if isinstance(number, int) else Decimal(str(number))
    return decimal.is_finite() and (
        isinstance(number, float) or len(decimal.as_tuple().digits) <= _MAX_DIGITS
    )


def _local(value: Cell, time_zone: tzinfo) -> Cell:
    """A moment as the clock on the wall shows it: a sheet knows no time zones."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(time_zone).replace(tzinfo=None)
    return value


def _text(value: object) -> str:
    return _UNWRITABLE.sub("", str(value))[:_MAX_TEXT]


def _harmless(text: str) -> str:
    text = _text(text)
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def _csv_value(value: Cell, time_zone: tzinfo) -> str:
    if value is None:
        return ""
    value = _local(value, time_zone)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return _text(value) if isinstance(value, int | float | Decimal) else _harmless(str(value))
