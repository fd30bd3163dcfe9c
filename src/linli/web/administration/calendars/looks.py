"""Calendars in words, and a year as twelve small months."""

import calendar as almanac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from linli.calendars import CalendarDocument, Festival, Hours
from linli.calendars.days import Day, DayKind, Days, Span
from linli.calendars.documents import write_shift
from linli.calendars.festivals import LunarDay, SolarDay
from linli.calendars.hours import DAY_MINUTES, Shifts
from linli.calendars.official import english_name

KINDS: Mapping[DayKind, str | Promise] = {
    DayKind.WORK: gettext_lazy("working day"),
    DayKind.REST: gettext_lazy("day of rest"),
    DayKind.HOLIDAY: gettext_lazy("day off"),
    DayKind.MAKEUP: gettext_lazy("make-up workday"),
    DayKind.FESTIVAL: gettext_lazy("local festival"),
}
MARKS: Mapping[DayKind, str | Promise] = {
    DayKind.HOLIDAY: pgettext_lazy("mark of a day", "off"),
    DayKind.MAKEUP: pgettext_lazy("mark of a day", "work"),
    DayKind.FESTIVAL: pgettext_lazy("mark of a day", "fest"),
}
"""One short word in the cell of a day, beside its colour."""


@dataclass(frozen=True)
class Cell:
    """One day of a month; `title` says all that colour and mark say."""

    number: int
    kind: str
    mark: str
    title: str
    today: bool


@dataclass(frozen=True)
class Month:
    name: str
    weeks: Sequence[Sequence[Cell | None]]


def months_of(days: Days, year: int, *, today: date) -> list[Month]:
    """The year, Monday first, with None where a week reaches into another month."""
    cells = {day.date: _cell(day, today) for day in days.year(year)}
    return [Month(_month_name(year, month), _weeks(cells, year, month)) for month in range(1, 13)]


def _weeks(cells: Mapping[date, Cell], year: int, month: int) -> list[list[Cell | None]]:
    weeks = almanac.Calendar().monthdatescalendar(year, month)
    return [[cells[day] if day.month == month else None for day in week] for week in weeks]


def _month_name(year: int, month: int) -> str:
    return formats.date_format(date(year, month, 1), "F")


def _cell(day: Day, today: date) -> Cell:
    words = [date_words(day.date), str(KINDS[day.kind]), name_words(day.name)]
    return Cell(
        number=day.date.day,
        kind=day.kind.value,
        mark=str(MARKS.get(day.kind, "")),
        title=", ".join(word for word in words if word),
        today=day.date == today,
    )


def weekday_heads() -> list[tuple[str, str]]:
    """Full and short words for the columns, Monday first."""
    shorts = (str(WEEKDAYS_ABBR[day]) for day in range(7))
    return [
        (str(WEEKDAYS[day]), short[-1] if _in_chinese() else short)
        for day, short in enumerate(shorts)
    ]


def name_words(name: str) -> str:
    """The name of a holiday for this reader."""
    return english_name(name) if (get_language() or "").startswith("en") else name


def date_words(day: date) -> str:
    """Such as "2026-10-01 Thu", 「2026-10-01 周四」."""
    weekday = str(WEEKDAYS_ABBR[day.weekday()])
    return f"{day.isoformat()} {'周' + weekday[-1] if _in_chinese() else weekday}"


def span_words(span: Span) -> str:
    """Such as "2026-10-01 Thu to 2026-10-07 Wed"."""
    if span.first == span.last:
        return date_words(span.first)
    return _("%(first)s to %(last)s") % {
        "first": date_words(span.first),
        "last": date_words(span.last),
    }


def special_row(span: Span) -> tuple[str, int, str, str | Promise, str]:
    """Days in words, how many, the kind as a key and as a word, the name."""
    day = span.after
    return span_words(span), span.days, day.kind.value, KINDS[day.kind], name_words(day.name)


def day_words(day: Day | None) -> str:
    """What a day is, with its name."""
    if day is None:
        return ""
    kind, name = str(KINDS[day.kind]), name_words(day.name)
    return _("%(kind)s: %(name)s") % {"kind": kind, "name": name} if name else kind


def shifts_words(shifts: Shifts) -> str:
    """Such as "08:30-12:00, 14:00-17:30"; a shift over midnight says so."""
    words = [
        _("%(shift)s (next day)") % {"shift": write_shift(shift)}
        if shift.end > DAY_MINUTES
        else write_shift(shift)
        for shift in shifts
    ]
    return ", ".join(words) or pgettext("mark of a day", "off")


def week_words(hours: Hours) -> list[tuple[str, str]]:
    """Weekdays with equal shifts stand together: "Monday to Friday"."""
    rows: list[tuple[int, int, Shifts]] = []
    for weekday, shifts in enumerate(hours.week):
        if rows and rows[-1][2] == shifts:
            rows[-1] = (rows[-1][0], weekday, shifts)
        else:
            rows.append((weekday, weekday, shifts))
    words = [(_weekdays(first, last), shifts_words(shifts)) for first, last, shifts in rows]
    if hours.makeup:
        words.append((_("Make-up workday"), shifts_words(hours.makeup)))
    return words


def _weekdays(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def hours_words(document: CalendarDocument) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each set of hours with the day from which it holds ("" for the first)."""
    for hours in document.calendar().hours:
        since = "" if hours.since == date.min else hours.since.isoformat()
        yield since, week_words(hours)


NTH: Mapping[int, str | Promise] = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    5: gettext_lazy("fifth"),
    -1: gettext_lazy("last"),
}
_LUNAR_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")


def rule_words(festival: Festival) -> str:
    """Such as "day 24 of lunar month 6", 「农历六月廿四」."""
    on = festival.on
    if isinstance(on, SolarDay):
        return formats.date_format(date(2000, on.month, min(on.day, 31)), "MONTH_DAY_FORMAT")
    if isinstance(on, LunarDay):
        words = {"month": _lunar_month(on.month), "day": _lunar_day(on.day)}
        return _("day %(day)s of lunar month %(month)s") % words
    weekday, nth = WEEKDAYS[on.weekday - 1], str(NTH[on.nth])
    words = {"month": MONTHS[on.month], "weekday": weekday, "nth": nth}
    return _("the %(nth)s %(weekday)s of %(month)s") % words


def _lunar_month(month: int) -> str:
    return _LUNAR_MONTHS[month - 1] if _in_chinese() else str(month)


def _lunar_day(day: int) -> str:
    if not _in_chinese():
        return str(day)
    if day % 10 == 0:
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    head: str = ("初", "十", "廿")[day // 10]
    return head + _DIGITS[day % 10]


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")
