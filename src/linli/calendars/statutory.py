"""Official holidays and make-up workdays, as the seed of a county's own editable table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

OFFICE = ("08:30-12:00", "14:00-17:30")
DAY = timedelta(days=1)
# The library names a day off by what it stands for: 休息日（由 2026-01-04 调休）, 清明节（补假）.
_MOVED = re.compile(r"(\d{4}-\d{2}-\d{2})")
_BESIDE = re.compile(r"（.*?）|\(.*?\)")
_EVE, _NEW_YEAR = "农历除夕", "春节"


@dataclass(frozen=True, slots=True)
class StatutoryDays:
    """Names by day. `unannounced` are years whose make-up workdays are not published yet."""

    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    unannounced: tuple[int, ...]


def statutory_days(
    country: str, years: Iterable[int], *, subdivision: str | None = None, language: str = "en_US"
) -> StatutoryDays:
    """Ask the `holidays` library; China's make-up workdays come from the State Council's notices.

    A make-up day may lie in the year before its holiday (2005-12-31 belongs to New Year 2006),
    so the year after is asked for too.
    """
    import holidays  # 0.3 s: only who seeds a calendar pays for it

    wanted = sorted(set(years))
    table = holidays.country_holidays(
        country, subdiv=subdivision, years=[*wanted, wanted[-1] + 1], language=language
    )
    makeup = set(getattr(table, "weekend_workdays", ()))
    announced = {day.year for day in makeup}
    names: dict[date, str] = dict(sorted(table.items()))
    made_up = dict.fromkeys(sorted(makeup), "")
    if country == "CN" and language == "zh_CN":
        names, made_up = _as_announced(names, makeup)
    return StatutoryDays(
        holidays={day: name for day, name in names.items() if day.year in wanted},
        workdays={day: name for day, name in made_up.items() if day.year in wanted},
        unannounced=tuple(year for year in wanted if country == "CN" and year not in announced),
    )


def _as_announced(
    days: Mapping[date, str], makeup: set[date]
) -> tuple[dict[date, str], dict[date, str]]:
    """Every day under the name of the holiday that the notice puts it to, week ends included."""
    named = {day: _plain(name) for day, name in days.items() if not _MOVED.search(name)}
    moved = {day: _nearest(named, day) for day in days if day not in named}
    reasons = {
        date.fromisoformat(found[1]): moved[day]
        for day, name in days.items()
        if (found := _MOVED.search(name))
    }
    off = named | moved
    off |= {day: name for day, name in _week_ends(off) if day not in makeup}
    return dict(sorted(off.items())), {
        day: reasons.get(day) or _nearest(named, day) for day in sorted(makeup)
    }


def _plain(name: str) -> str:
    parts = [_BESIDE.sub("", part).strip() for part in re.split("[;；]", name)]
    return "、".join(dict.fromkeys(_NEW_YEAR if part == _EVE else part for part in parts))


def _nearest(named: Mapping[date, str], day: date) -> str:
    return named[min(named, key=lambda other: abs(other - day))]


def _week_ends(off: Mapping[date, str]) -> Iterator[tuple[date, str]]:
    """Saturdays and Sundays that lie beside a day off."""
    for day, name in off.items():
        for step in (-DAY, DAY):
            beside = day + step
            while beside.weekday() >= 5 and beside not in off:
                yield beside, name
                beside += step
