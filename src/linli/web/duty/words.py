"""Hours and lines of a rota in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from linli.accounts.duty.queries import Rotas
from linli.accounts.duty.rules import Line, Turn, clock
from linli.web.on_duty import name_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LineWords:
    line: Line
    days: str
    hours: str
    officer: str
    deputy: str
    leader: str
    last_day: date | None


def line_words(line: Line, read: Rotas) -> LineWords:
    return LineWords(
        line=line,
        days=weekday_words(line.weekdays),
        hours=_hours(line.starts, line.starts + line.minutes),
        officer=name_of(line.officer, read),
        deputy=name_of(line.deputy, read),
        leader=name_of(line.leader, read),
        last_day=line.valid_to - ONE_DAY if line.valid_to else None,
    )


def weekday_words(weekdays: frozenset[int]) -> str:
    """E.g. "Mon-Fri", "Sat, Sun", "every day"."""
    if len(weekdays) == 7:
        return _("every day")
    days = sorted(weekdays)
    names = [str(WEEKDAYS_ABBR[day]) for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return _(", ").join(names)


def hours_of(turn: Turn, zone: ZoneInfo) -> str:
    """By the clock on the wall, e.g. "20:00-08:00 (next day)"."""
    begin, end = turn.begin.astimezone(zone), turn.end.astimezone(zone)
    more = (end.date() - begin.date()).days * 1440
    return _hours(begin.hour * 60 + begin.minute, more + end.hour * 60 + end.minute)


def _hours(begin: int, end: int) -> str:
    if end == 1440:
        return f"{clock(begin)}-24:00"
    if end > 1440:
        return _("%(begin)s to %(end)s next day") % {"begin": clock(begin), "end": clock(end)}
    return f"{clock(begin)}-{clock(end)}"
