"""What the cells of an office list mean: text, whole numbers, dates as people write them."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from linli.lib.days import check_day

Cell = str | int | float | bool | date | datetime | time | timedelta

EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_SERIALS = range(10_000, 80_000)  # 1927-05-18 to 2119-01-09; smaller numbers are counts
EXACT_FLOAT = 2**53  # spreadsheets keep numbers as floats; beyond this digits are lost
WRITTEN_DATE = re.compile(
    r"(\d{4})(?:年|[./\-])(\d{1,2})(?:月|[./\-])(\d{1,2})日?"
    r"(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"
)
WRITTEN_FLOAT = re.compile(r"(\d{7,})\.0+")  # a telephone number that a program took for a number
PACKED_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")


def cell_text(cell: Cell) -> str:
    """A cell as a person reads it: no blanks around, 13800000000.0 as 13800000000.

    Raises ValueError for a number so long that the spreadsheet has lost its last digits.
    """
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) > EXACT_FLOAT:
            raise ValueError(cell)
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    text = " ".join(str(cell).split())
    found = WRITTEN_FLOAT.fullmatch(text)
    return found[1] if found else text


def cell_date(cell: Cell) -> date | None:
    """2024.3.5, 2024-03-05, 2024/3/5, 2024年3月5日, 20240305, 45356 or a date cell; None if empty.

    Raises ValueError for anything else.
    """
    if isinstance(cell, datetime):
        return check_day(cell.date())
    if isinstance(cell, date):
        return check_day(cell)
    text = unicodedata.normalize("NFKC", cell_text(cell)).replace(" ", "")
    if not text:
        return None
    if found := WRITTEN_DATE.fullmatch(text) or PACKED_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return check_day(date(year, month, day))
    return _date_of_serial(text)


def _date_of_serial(text: str) -> date:
    serial = float(text)  # raises ValueError, as does what follows
    if int(serial) not in EXCEL_SERIALS:
        raise ValueError(text)
    return EXCEL_EPOCH + timedelta(days=int(serial))


def plain_title(title: str) -> str:
    """A column title without blanks, brackets, stars and colons, for comparing."""
    text = re.sub(r"\(.*?\)|\[.*?\]", "", unicodedata.normalize("NFKC", title))
    return re.sub(r"[\s*:：_\-]", "", text).lower()
