"""Official holidays and make-up workdays, as the seed of a county's own editable table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

OFFICE = ("08:30-12:00", "14:00-17:30")


@dataclass(frozen=True, slots=True)
class StatutoryDays:
    """Names by day. `unannounced` are years whose make-up workdays are not published yet."""

    holidays: dict[date, str]
    workdays: frozenset[date]
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
    return StatutoryDays(
        holidays={day: name for day, name in sorted(table.items()) if day.year in wanted},
        workdays=frozenset(day for day in makeup if day.year in wanted),
        unannounced=tuple(year for year in wanted if country == "CN" and year not in announced),
    )
