"""Sheets of cells out of xlsx, xls and csv files, which may be anything at all.

The content decides what a file is, not its name: offices rename.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables_values import Cell

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_CELLS = 8_000_000  # the reader holds a sheet as a full rectangle, 32 bytes a cell
MAX_UNPACKED = 200_000_000
MAX_COLUMNS = 1_000

ZIP_MARK, OLE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CELL_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']""")
CHUNK = 1 << 20

TOO_LARGE = gettext_noop("The file has %(size)d bytes; at most %(limit)d are read.")
TOO_MANY_ROWS = gettext_noop("%(sheet)s has more than %(limit)d rows.")
EMPTY_FILE = gettext_noop("The file is empty.")
NOT_A_LIST = gettext_noop("This is neither an Excel workbook (xlsx, xls) nor a CSV text.")
WEB_PAGE = gettext_noop(
    "This is a web page or XML under the name of a workbook: open it in a spreadsheet program and "
    "save it as xlsx."
)
BROKEN_WORKBOOK = gettext_noop("The workbook cannot be read: %(reason)s")
UNPACKED_TOO_LARGE = gettext_noop("The workbook unpacks to more than %(limit)d bytes.")
REACHES_TOO_FAR = gettext_noop(
    "A sheet reaches to column %(column)d, row %(row)d. Delete the empty but formatted rows "
    "and columns below and beside the list."
)
BROKEN_TEXT = gettext_noop(
    "Line %(line)d is neither UTF-8 nor GB18030 text (byte %(byte)d). Save the list as UTF-8."
)
BROKEN_CSV = gettext_noop("Line %(line)d is not CSV: %(reason)s")


@dataclass(frozen=True)
class Sheet:
    """Cells with the row numbers that the office sees; merged cells all hold their value."""

    name: str
    rows: list[tuple[int, list[Cell]]]


def read_sheets(content: bytes) -> list[Sheet]:
    """All visible sheets of a workbook, or a csv as one sheet without name.

    Raises InputError with what is wrong and where.
    """
    if not content:
        raise InputError(EMPTY_FILE)
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, size=len(content), limit=MAX_BYTES)
    if content.startswith(ZIP_MARK):
        _check_package(content)
        return list(_workbook_sheets(content))
    if content.startswith(OLE_MARK):
        return list(_workbook_sheets(content))
    text = decode_text(content)
    if text.lstrip()[:1] == "<":  # as many systems of offices export "Excel"
        raise InputError(WEB_PAGE)
    return [Sheet("", list(_csv_rows(text)))]


def decode_text(content: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with mark, else GB18030 (which includes GBK, GB 2312)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decoded(content, "gb18030")
    if "\x00" in text:
        raise InputError(NOT_A_LIST)
    return text


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(BROKEN_TEXT, line=line, byte=error.start + 1) from error


def likely_delimiter(text: str) -> str:
    """What parts the cells of a CSV: the commonest of comma, tabulator and semicolon at its top."""
    return max(",\t;", key=text[:4096].count)


def _csv_rows(text: str) -> Iterator[tuple[int, list[Cell]]]:
    delimiter = likely_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for row in reader:
            if number > MAX_ROWS + 1:
                raise InputError(TOO_MANY_ROWS, sheet="CSV", limit=MAX_ROWS)
            yield number, list(row[:MAX_COLUMNS])
            number = reader.line_num + 1
    except csv.Error as error:
        raise InputError(BROKEN_CSV, line=reader.line_num, reason=str(error)) from error


def _check_package(content: bytes) -> None:
    """Refuses archives that are no workbook, unpack hugely, or reach to a far corner.

    One cell in the last corner makes the reader ask for 500 GB and abort the process.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            if not any(member.filename.startswith(("xl/", "content.xml")) for member in members):
                raise InputError(NOT_A_LIST)
            if sum(member.file_size for member in members) > MAX_UNPACKED:
                raise InputError(UNPACKED_TOO_LARGE, limit=MAX_UNPACKED)
            for member in members:
                if member.filename.lower().endswith((".xml", ".bin")):
                    _check_reach(package, member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InputError(BROKEN_WORKBOOK, reason=str(error)) from error


def _check_reach(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    is_sheet = "/worksheets/" in member.filename.lower()
    row = column = 1
    kept = b""
    with package.open(member) as stream:
        while chunk := stream.read(CHUNK):
            if is_sheet:
                for letters, digits in set(CELL_PLACE.findall(kept + chunk)):
                    row, column = max(row, int(digits)), max(column, _column_number(letters))
                kept = chunk[-32:]
    if row * column > MAX_CELLS:
        raise InputError(REACHES_TOO_FAR, row=row, column=column)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _workbook_sheets(content: bytes) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        for meta in book.sheets_metadata:
            if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(meta.name)
                if sheet.total_height > MAX_ROWS + 100:  # titles and header
                    raise InputError(TOO_MANY_ROWS, sheet=meta.name, limit=MAX_ROWS)
                grid: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
                _fill_merged(grid, sheet.merged_cell_ranges or [])
                yield Sheet(meta.name, list(enumerate(grid, start=1)))
    except CalamineError as error:
        raise InputError(BROKEN_WORKBOOK, reason=str(error)) from error


def _fill_merged(
    grid: list[list[Cell]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """Gives every cell of a merged range the value of its first one, in place."""
    budget = 2 * sum(len(row) for row in grid)  # ranges of an honest file do not overlap
    for (top, left), (bottom, right) in ranges:
        for row in grid[top : bottom + 1]:
            width = len(row[left : right + 1])
            budget -= width
            if budget < 0:
                return
            row[left : right + 1] = [grid[top][left]] * width
