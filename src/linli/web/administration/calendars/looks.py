"""Calendars in words, and a year as twelve small months."""

import calendar as almanac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
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
    DayKind.HOLIDAY: gettext_lazy("off"),
    DayKind.MAKEUP: gettext_lazy("work"),
    DayKind.FESTIVAL: gettext_lazy("fest"),
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
    return [(str(WEEKDAYS[day]), str(WEEKDAYS_ABBR[day])) for day in range(7)]


def name_words(name: str) -> str:
    """The name of a holiday for this reader."""
    return english_name(name) if (get_language() or "").startswith("en") else name


def date_words(day: date) -> str:
    return f"{day.isoformat()} {WEEKDAYS_ABBR[day.weekday()]}"


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
    return ", ".join(words) or _("off")


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


def rule_words(festival: Festival) -> str:
    """Such as "24th day of the 6th lunar month"."""
    on = festival.on
    if isinstance(on, LunarDay):
        return _("lunar month %(month)d, day %(day)d") % {"month": on.month, "day": on.day}
    if isinstance(on, SolarDay):
        return _("month %(month)d, day %(day)d") % {"month": on.month, "day": on.day}
    words = {"month": on.month, "weekday": WEEKDAYS[on.weekday - 1], "nth": on.nth}
    if on.nth == -1:
        return _("the last %(weekday)s of month %(month)d") % words
    return _("%(weekday)s no. %(nth)d of month %(month)d") % words
