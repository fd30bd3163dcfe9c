"""Lists of townships and villages as published: one edition of a county's divisions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables import Column, Row, Table, read_table
from linli.territory.enums import DivisionKind, DivisionLevel
from linli.territory.rules import (
    LENGTH_OF_LEVEL,
    NO_DIVISIONS,
    DivisionRow,
    check_code,
    is_official,
    kind_of,
    parent_code,
    short_code,
)

TOWNSHIP_COLUMNS = (
    Column("code", ("code", "代码", "区划代码", "统计用区划代码")),
    Column("name", ("name", "名称", "乡镇名称")),
    Column("code12", ("code12",), required=False),
    Column("parent", ("parent_code", "上级代码"), required=False),
    Column("kind", ("type", "类型"), required=False),
    Column("villages", ("n_villages", "村数"), required=False),
)
VILLAGE_COLUMNS = (
    Column("code", ("code", "代码", "区划代码", "统计用区划代码")),
    Column("name", ("name", "名称", "村名称")),
    Column("parent", ("parent_code", "上级代码"), required=False),
    Column("kind", ("kind", "类型"), required=False),
    Column("class", ("class", "城乡分类代码"), required=False),
)
KINDS_AS_WRITTEN = {
    "街道": DivisionKind.SUB_DISTRICT,
    "镇": DivisionKind.TOWN,
    "乡": DivisionKind.TOWNSHIP,
    "居委会": DivisionKind.RESIDENTS_COMMITTEE,
    "村委会": DivisionKind.VILLAGE_COMMITTEE,
}
MAX_NAME = 100

UNKNOWN_COLUMNS = gettext_noop("%(sheet)s: unknown columns %(columns)s.")
IN_ROW = gettext_noop("%(sheet)s, row %(row)d: %(reason)s")
OTHER_PARENT = gettext_noop(
    "%(sheet)s, row %(row)d: the code %(code)s lies under %(prefix)s, "
    "but the column says %(parent)s."
)
OTHER_CODE = gettext_noop("%(sheet)s, row %(row)d: code %(code)s and code12 %(code12)s disagree.")
TWICE = gettext_noop("%(sheet)s, row %(row)d: the code %(code)s stands already in row %(first)d.")
NO_PARENT = gettext_noop(
    "%(sheet)s, row %(row)d: village %(code)s %(name)s has no township %(parent)s in the list."
)
LONG_NAME = gettext_noop("%(sheet)s, row %(row)d: the name has more than %(limit)d characters.")
OTHER_KIND = gettext_noop(
    "%(sheet)s, row %(row)d: %(code)s %(name)s is called %(kind)s, its code says otherwise."
)
OTHER_COUNT = gettext_noop(
    "%(sheet)s, row %(row)d: %(name)s should have %(stated)d villages, the list has %(found)d."
)


@dataclass(frozen=True)
class DivisionList:
    """One edition. With faults nothing may be applied; notes are for the reviewer."""

    rows: tuple[DivisionRow, ...]
    faults: tuple[InputError, ...]
    notes: tuple[InputError, ...]


def read_divisions(
    townships: bytes, villages: bytes, county: str, *, names: tuple[str, str] = ("", "")
) -> DivisionList:
    """Both lists of county `county` (6 digits), csv or workbook; `names` tell their files apart.

    Raises InputError when a file as a whole cannot be read; rows are collected as faults.
    """
    if len(county) != LENGTH_OF_LEVEL[DivisionLevel.COUNTY] or not is_official(county):
        raise InputError(NO_DIVISIONS, county=county)
    upper = read_table(townships, TOWNSHIP_COLUMNS, name=names[0])
    lower = read_table(villages, VILLAGE_COLUMNS, name=names[1])
    faults = [*_unknown(upper), *_unknown(lower)]
    first = _rows(upper, DivisionLevel.TOWNSHIP, county, faults)
    second = _rows(lower, DivisionLevel.VILLAGE, county, faults)
    known = {division.code for _, division in first}
    faults += [
        _fault(row, NO_PARENT, code=division.code, name=division.name, parent=division.parent)
        for row, division in second
        if division.parent not in known
    ]
    notes = list(_kind_notes((*first, *second)))
    if not faults:  # else villages are missing because their rows could not be read
        notes += _count_notes(first, [division for _, division in second])
    rows = tuple(sorted(division for _, division in (*first, *second)))
    return DivisionList(rows, tuple(faults), tuple(notes))


def _unknown(table: Table) -> list[InputError]:
    if not table.unknown:
        return []
    sheet = table.rows[0].sheet
    return [InputError(UNKNOWN_COLUMNS, sheet=sheet, columns=table.unknown)]


def _rows(
    table: Table, level: DivisionLevel, county: str, faults: list[InputError]
) -> list[tuple[Row, DivisionRow]]:
    """The good rows of a list; what is wrong with the others is added to `faults`."""
    good: list[tuple[Row, DivisionRow]] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        try:
            division = _division(row, level, county)
            if division.code in seen:
                raise _fault(row, TWICE, code=division.code, first=seen[division.code])
        except InputError as error:
            faults.append(error)
            continue
        seen[division.code] = row.number
        good.append((row, division))
    return good


def _division(row: Row, level: DivisionLevel, county: str) -> DivisionRow:
    written, name = row.text("code", required=True), row.text("name", required=True)
    if len(name) > MAX_NAME:
        raise _fault(row, LONG_NAME, limit=MAX_NAME)
    try:
        code = check_code(written, level, parent=county)
        parent = short_code(row.text("parent") or parent_code(code) or "")
        other = short_code(row.text("code12") or code)
    except InputError as error:
        if "row" in error.params:
            raise
        raise _fault(row, IN_ROW, reason=error) from error
    if parent != parent_code(code):
        raise _fault(row, OTHER_PARENT, code=code, prefix=parent_code(code), parent=parent)
    if other != code:
        raise _fault(row, OTHER_CODE, code=code, code12=other)
    return DivisionRow(code, name)


def _kind_notes(rows: Iterable[tuple[Row, DivisionRow]]) -> Iterator[InputError]:
    for row, division in rows:
        kind = KINDS_AS_WRITTEN.get(row.text("kind"))
        if kind is not None and not division.statistical and kind != kind_of(division.code):
            written = row.text("kind")
            yield _fault(row, OTHER_KIND, code=division.code, name=division.name, kind=written)


def _count_notes(
    townships: Sequence[tuple[Row, DivisionRow]], villages: Sequence[DivisionRow]
) -> Iterator[InputError]:
    for row, division in townships:
        stated = row.text("villages")
        found = sum(village.parent == division.code for village in villages)
        if stated.isdecimal() and int(stated) != found:
            yield _fault(row, OTHER_COUNT, name=division.name, stated=int(stated), found=found)


def _fault(row: Row, message: str, **params: object) -> InputError:
    return InputError(message, sheet=row.sheet, row=row.number, **params)
