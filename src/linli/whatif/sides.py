"""A definition with all that is needed to apply it to a county's past."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from linli.calendars import CalendarChoice, Duration, WorkCalendar
from linli.processes import Definition


class Matter(NamedTuple):
    """What the routing table looks at, by codes; `hour` counts from Monday 00:00, local time."""

    area: str
    category: str
    severity: str
    source: str
    hour: int


class Suggested(NamedTuple):
    """The unit that a definition would suggest, by which rule, with which time to handle."""

    unit: str = ""
    rule: str = ""
    handle: Duration | None = None


Suggest = Callable[[Matter], Suggested]
OwnTimes = Callable[[str, str], Mapping[str, Duration]]
"""The deadlines that a category (by code) sets itself for a severity, by clock."""


@dataclass(frozen=True)
class Calendars:
    """The county's working time, and those of units that have their own, by code."""

    county: WorkCalendar
    units: Mapping[str, WorkCalendar] = field(default_factory=dict)

    def of(self, choice: CalendarChoice, unit: str) -> WorkCalendar:
        """By whose working time a clock counts while a unit has the case."""
        if choice is CalendarChoice.UNIT:
            return self.units.get(unit, self.county)
        return self.county if choice is CalendarChoice.COUNTY else self._always

    @cached_property
    def _always(self) -> WorkCalendar:
        return WorkCalendar.round_the_clock(self.county.timezone)


@dataclass(frozen=True)
class Side:
    """`suggest` routes by this definition; `category_times` are the categories' own deadlines."""

    definition: Definition
    suggest: Suggest
    calendars: Calendars
    category_times: OwnTimes
