"""Areas that nobody has drawn yet: an office's list of codes and names (xlsx, xls, csv)."""

from pathlib import Path

import shapely

from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables import Column, read_table
from linli.territory.geometry.shapes import MAX_CODE, MAX_NAME, AreaShape

SUFFIXES = frozenset({".csv", ".xls", ".xlsx"})

ROW_TWICE = gettext_noop(
    "%(sheet)s, row %(row)d: the code %(code)s stands already in row %(first)d."
)
ROW_TOO_LONG = gettext_noop("%(sheet)s, row %(row)d: the code or name is too long.")


def is_list(path: Path) -> bool:
    return path.suffix.casefold() in SUFFIXES


def read_listed(
    path: Path, code_field: str, name_field: str | None
) -> tuple[list[AreaShape], list[InputError]]:
    """Areas with an empty outline, and the faults. Raises InputError for the whole file."""
    columns = [Column("code", (code_field,))]
    columns += [Column("name", (name_field,))] if name_field else []
    areas: dict[str, AreaShape] = {}
    rows: dict[str, int] = {}
    faults: list[InputError] = []
    for row in read_table(path.read_bytes(), columns, name=path.name).rows:
        try:
            code = row.text("code", required=True)
            name = row.text("name", required=name_field is not None) or code
            if len(code) > MAX_CODE or len(name) > MAX_NAME:
                raise row.error(ROW_TOO_LONG, "code")
            if (first := rows.setdefault(code, row.number)) != row.number:
                raise row.error(ROW_TWICE, "code", code=code, first=first)
        except InputError as error:
            faults.append(error)
        else:
            areas[code] = AreaShape(code, name, shapely.Polygon())
    return list(areas.values()), faults
