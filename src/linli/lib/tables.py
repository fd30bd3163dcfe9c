"""The office's own lists: a header somewhere below the title, then rows with their numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables_sources import MAX_ROWS, Sheet, read_sheets
from linli.lib.tables_values import Cell, cell_date, cell_text, plain_title

HEADER_WITHIN = 30  # rows from the top
CODE_WORDS = ("编码", "代码")
FOOT_WORDS = ("合计", "总计", "小计", "填表", "制表", "审核", "备注", "说明", "注")

NO_HEADER = gettext_noop(
    "%(sheet)s: no header with all required columns in the first %(within)d rows; "
    "missing: %(missing)s."
)
TITLE_TWICE = gettext_noop("%(sheet)s, row %(row)d: the column %(column)s stands twice.")
NO_ROWS = gettext_noop("%(sheet)s: there is no row below the header.")
TOO_MANY = gettext_noop("The list has more than %(limit)d rows.")
IN_FILE = gettext_noop("%(sheet)s: %(reason)s")
MISSING = gettext_noop("%(sheet)s, row %(row)d: %(column)s is empty.")
BAD_DATE = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s” is not a date.")
BAD_INTEGER = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s” is not a whole number.")
LOST_DIGITS = gettext_noop(
    "%(sheet)s, row %(row)d: %(column)s is a number too long for a spreadsheet, its last digits "
    "are lost. Format the column as text and type it again."
)


@dataclass(frozen=True)
class Column:
    """A column that a list should have, under any of the titles offices give it."""

    name: str
    titles: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class Row:
    """One row; every error names the sheet, the row as the office sees it, and the column."""

    sheet: str
    number: int
    cells: dict[str, Cell]
    titles: dict[str, str]

    def text(self, name: str, *, required: bool = False) -> str:
        """The cell without blanks around; "" when empty or when the list lacks the column."""
        try:
            value = cell_text(self.cells.get(name, ""))
        except ValueError as error:
            raise self.error(LOST_DIGITS, name) from error
        if required and not value:
            raise self.error(MISSING, name)
        return value

    def date(self, name: str) -> date | None:
        cell = self.cells.get(name, "")
        try:
            return cell_date(cell)
        except (ValueError, OverflowError) as error:
            raise self.error(BAD_DATE, name, value=str(cell)) from error

    def integer(self, name: str) -> int | None:
        value = self.text(name)
        if not value:
            return None
        if not value.isdecimal():
            raise self.error(BAD_INTEGER, name, value=value)
        return int(value)

    def error(self, message: str, name: str, **params: object) -> InputError:
        """An InputError whose message has the places %(sheet)s, %(row)d and %(column)s."""
        column = self.titles.get(name, name)
        return InputError(message, sheet=self.sheet, row=self.number, column=column, **params)


@dataclass(frozen=True)
class Table:
    rows: list[Row]
    unknown: tuple[str, ...]  # titles that no wanted column has
    skipped: tuple[str, ...]  # sheets without such a header


@dataclass(frozen=True)
class _Header:
    last: int  # index of its last row
    places: dict[str, int]  # column name -> cell index
    titles: list[str]


def read_table(content: bytes, columns: Sequence[Column], *, name: str = "") -> Table:
    """The rows of all sheets that have the required columns. xlsx, xls, csv (UTF-8, GB18030).

    With a `name` its errors say in which of several files they are. Raises InputError: file too
    large, unreadable, no header, nothing below it.
    """
    try:
        return _read(content, columns, name)
    except InputError as error:
        if not name or error.params.get("sheet") == name:
            raise
        raise InputError(IN_FILE, sheet=name, reason=error) from error


def _read(content: bytes, columns: Sequence[Column], name: str) -> Table:
    rows: list[Row] = []
    unknown: dict[str, None] = {}
    skipped: dict[str, InputError] = {}
    for read in read_sheets(content):
        sheet = replace(read, name=_place(name, read.name))
        try:
            header = _find_header(sheet, columns)
        except InputError as error:
            skipped[sheet.name] = error
            continue
        rows += _data_rows(sheet, header, columns)
        wanted = set(header.places.values())
        unknown |= {t: None for i, t in enumerate(header.titles) if t and i not in wanted}
        if len(rows) > MAX_ROWS:
            raise InputError(TOO_MANY, limit=MAX_ROWS)
    if not rows:
        raise next(iter(skipped.values()), InputError(NO_ROWS, sheet=_place(name, "")))
    return Table(rows, tuple(unknown), tuple(skipped))


def _place(file: str, sheet: str) -> str:
    """How an error calls a sheet: a CSV by its file, one of a workbook by both."""
    return ": ".join(part for part in (file, sheet) if part) or "CSV"


def _find_header(sheet: Sheet, columns: Sequence[Column]) -> _Header:
    """The row, or pair of rows, that names most wanted columns; the last of equal neighbours."""
    best: _Header | None = None
    for header in _candidates(sheet, columns):
        found = len(header.places)
        most = len(best.places) if best else -1
        follows = best is not None and header.last == best.last + 1
        if found > most or (found == most and follows and found > 0):
            best = header
    missing = [
        c.titles[0] for c in columns if c.required and (not best or c.name not in best.places)
    ]
    if best is None or missing:
        params = {"within": HEADER_WITHIN, "missing": missing}
        raise InputError(NO_HEADER, sheet=sheet.name, **params)
    _refuse_twins(sheet, best, columns)
    return best


def _candidates(sheet: Sheet, columns: Sequence[Column]) -> Iterator[_Header]:
    upper: list[str] = []
    for index, (_number, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
        lower = [_title(cell) for cell in cells]
        yield _Header(index, _places([(t,) for t in lower], columns), lower)
        if upper:
            upper += [""] * (len(lower) - len(upper))
            pairs = [(low or up, up + low) for up, low in zip(upper, lower, strict=False)]
            titles = [up + low if up != low else low for up, low in zip(upper, lower, strict=False)]
            yield _Header(index, _places(pairs, columns), titles)
        upper = lower


def _title(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) and len(cell) <= 100 else ""


def _places(titles: Sequence[tuple[str, ...]], columns: Sequence[Column]) -> dict[str, int]:
    wanted = {plain_title(title): column.name for column in columns for title in column.titles}
    places: dict[str, int] = {}
    codes: dict[str, int] = {}
    for index, options in enumerate(titles):
        for option in reversed(options):  # the fuller title is the more exact one
            name = wanted.get(plain_title(option)) if option else None
            if name:
                if _is_code(option):  # beside a name, which two things may share
                    codes.setdefault(name, index)
                places.setdefault(name, index)
                break
    return places | codes


def _is_code(title: str) -> bool:
    return plain_title(title).endswith(CODE_WORDS)


def _refuse_twins(sheet: Sheet, header: _Header, columns: Sequence[Column]) -> None:
    """Two columns for one thing, unless one is its code and the other its name."""
    for column in columns:
        known = {plain_title(title) for title in column.titles}
        found = [title for title in header.titles if title and plain_title(title) in known]
        if len(found) > 1 and sorted(map(_is_code, found)) != [False, True]:
            row = sheet.rows[header.last][0]
            raise InputError(TITLE_TWICE, sheet=sheet.name, row=row, column=found[1])


def _data_rows(sheet: Sheet, header: _Header, columns: Sequence[Column]) -> Iterator[Row]:
    required = [header.places[column.name] for column in columns if column.required]
    titles = {name: header.titles[place] for name, place in header.places.items()}
    for number, cells in sheet.rows[header.last + 1 :]:
        if any(cell != "" for cell in cells) and not _is_foot(cells, required):
            taken = {name: cells[i] for name, i in header.places.items() if i < len(cells)}
            yield Row(sheet.name, number, taken, titles)


def _is_foot(cells: Sequence[Cell], required: Sequence[int]) -> bool:
    """A total or a remark below the list: begins with such a word and lacks required cells."""
    first = next((str(cell).strip() for cell in cells if str(cell).strip()), "")
    lacking = any(i >= len(cells) or str(cells[i]).strip() in {"", first} for i in required)
    return not first or (lacking and first.startswith(FOOT_WORDS))
