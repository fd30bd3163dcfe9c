"""Local festivals: days off that follow from a rule, by the sun, the moon or the weekday."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Literal

from lunardate import LunarDate
from pydantic import BaseModel, ConfigDict, Field

LUNAR_YEARS = range(1900, 2100)
"""Those that the library's table covers; a lunar festival outside of them falls on no day."""
Month = Annotated[int, Field(ge=1, le=12)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SolarDay(_Part):
    """The same date of every year, such as 5 April; 29 February only where there is one."""

    kind: Literal["solar"] = "solar"
    month: Month
    day: int = Field(ge=1, le=31)

    def in_year(self, year: int) -> list[date]:
        try:
            return [date(year, self.month, self.day)]
        except ValueError:
            return []


class LunarDay(_Part):
    """A day of the lunar calendar, such as the 24th of the 6th month; never of a leap month.

    The 30th is the last day of its month, which may have 29.
    """

    kind: Literal["lunar"] = "lunar"
    month: Month
    day: int = Field(ge=1, le=30)

    def in_year(self, year: int) -> list[date]:
        """The last months of a lunar year lie in the next year of the sun."""
        found = (_solar(lunar, self.month, self.day) for lunar in (year - 1, year))
        return [day for day in found if day and day.year == year]


class WeekdayOfMonth(_Part):
    """Such as the second Saturday of October: `weekday` 1 is Monday, `nth` -1 is the last one."""

    kind: Literal["weekday"] = "weekday"
    month: Month
    nth: Literal[1, 2, 3, 4, 5, -1]
    weekday: int = Field(ge=1, le=7)

    def in_year(self, year: int) -> list[date]:
        first = date(year, self.month, 1)
        ahead = timedelta(days=(self.weekday - first.isoweekday()) % 7)
        every = [first + ahead + timedelta(weeks=week) for week in range(5)]
        every = [day for day in every if day.month == self.month]
        if self.nth == 5:
            return every[4:]
        return [every[self.nth if self.nth < 0 else self.nth - 1]]


class Festival(_Part):
    """So many days off from the day that the rule names, in the years from `since` to `until`."""

    name: str = Field(min_length=1, max_length=40)
    on: Annotated[SolarDay | LunarDay | WeekdayOfMonth, Field(discriminator="kind")]
    days: int = Field(default=1, ge=1, le=15)
    since: int = Field(ge=1900, le=2200)
    until: int | None = Field(default=None, ge=1900, le=2200)

    def days_off(self, year: int) -> list[date]:
        """Every day of the festival that begins in a year."""
        if year < self.since or (self.until is not None and year > self.until):
            return []
        spread = (timedelta(days=number) for number in range(self.days))
        return [day + step for step in spread for day in self.on.in_year(year)]


@lru_cache(maxsize=4096)
def _solar(year: int, month: int, day: int) -> date | None:
    if year not in LUNAR_YEARS:
        return None
    try:
        return _date(year, month, day)
    except ValueError:
        return _date(year, month, 29)


def _date(year: int, month: int, day: int) -> date:
    found: date = LunarDate(year, month, day).to_solar_date()
    return found
