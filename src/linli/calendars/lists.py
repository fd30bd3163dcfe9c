"""Lists of official days: from a table (xlsx, csv), or from the library of announced years."""

from linli.calendars.announcements import Announcement, Leftover
from linli.calendars.documents import NAME_MAX
from linli.calendars.official import chinese_name
from linli.calendars.statutory import statutory_days
from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables import Column, Row, read_table

NOT_ANNOUNCED = gettext_noop("The library does not know the make-up workdays of %(year)d yet.")
BAD_KIND = gettext_noop("%(sheet)s, row %(row)d: %(column)s “%(value)s”: write holiday or workday.")
COLUMNS = (
    Column("date", ("日期", "date")),
    Column("kind", ("类型", "kind", "放假或上班")),
    Column("name", ("名称", "name", "节日"), required=False),
)
OFF = frozenset({"holiday", "off", "放假", "休", "休息", "节假日", "假日"})
WORK = frozenset({"workday", "makeup_workday", "work", "上班", "班", "调休上班", "补班"})


def read_list(content: bytes) -> Announcement:
    """The days of a table; a row that cannot be read becomes a leftover with its reason.

    Raises InputError where it is no such table at all.
    """
    found = Announcement(None)
    for row in read_table(content, COLUMNS).rows:
        try:
            _take(row, found)
        except InputError as error:
            text = " ".join(str(cell) for cell in row.cells.values())
            found.leftovers.append(Leftover(row.number, text[:200], error))
    return found


def announced(year: int) -> Announcement:
    """China's days of a year as the library knows them. Raises InputError before the notice."""
    days = statutory_days("CN", [year], language="zh_CN")
    if days.unannounced:
        raise InputError(NOT_ANNOUNCED, year=year)
    return Announcement(year, dict(days.holidays), dict(days.workdays))


def _take(row: Row, found: Announcement) -> None:
    day, kind = row.date("date"), row.text("kind", required=True).casefold()
    if day is None:
        row.text("date", required=True)
        return
    if kind not in OFF | WORK:
        raise row.error(BAD_KIND, "kind", value=kind[:40])
    days = found.holidays if kind in OFF else found.workdays
    days[day] = chinese_name(row.text("name"))[:NAME_MAX]
