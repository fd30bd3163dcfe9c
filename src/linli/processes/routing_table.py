"""The routing table of a definition: ordered rules over area, category, severity, time, channel."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Self

from pydantic import Field as Described
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from linli.processes.parts import Code, Key, Part, Text, WrittenDuration
from linli.processes.vocabulary import OWN_TRADE, Reach, Weekday

HOURS_OF_WEEK = 7 * 24
ALL_HOURS = (1 << HOURS_OF_WEEK) - 1


def hour_of_week(local: datetime) -> int:
    """0 is Monday from midnight to one."""
    return local.weekday() * 24 + local.hour


class Window(Part):
    """Whole hours of some days, local time: `start` 18, `end` 8 goes on into the next morning.

    Whole hours, so that looking at each of the week's 168 hours once misses none.
    """

    days: tuple[Weekday, ...] = tuple(Weekday)
    start: int = Described(default=0, ge=0, le=23)
    end: int = Described(default=24, ge=1, le=24)

    def hours(self) -> Iterator[int]:
        """The hours covered, counted from Monday 00:00."""
        length = self.end - self.start if self.end > self.start else self.end + 24 - self.start
        for day in self.days:
            first = list(Weekday).index(day) * 24 + self.start
            yield from ((first + hour) % HOURS_OF_WEEK for hour in range(length))


class When(Part):
    """What a rule is for; an empty list is no condition.

    `areas` are division codes and hold for everything within, `categories` are codes and hold for
    their sub-categories, `sources` are the channels by which a matter came.
    """

    areas: tuple[Code, ...] = ()
    categories: tuple[Code, ...] = ()
    severities: tuple[Key, ...] = ()
    sources: tuple[Key, ...] = ()
    hours: tuple[Window, ...] = ()

    @cached_property
    def mask(self) -> int:
        """The hours of the week in which it holds, as bits: bit 0 is Monday's first hour."""
        if not self.hours:
            return ALL_HOURS
        covered = {hour for window in self.hours for hour in window.hours()}
        return sum(1 << hour for hour in covered)


class Pick(Part):
    """How a unit is found: by its code, by its trade, or as the centre that holds the matter.

    `function` is a trade, or `category`: the one that the matter's category names. `reach` says
    where such a unit is looked for: `nearest` from the grid upwards, `county` county-wide only.
    """

    unit: Code | None = None
    function: Key | None = None
    reach: Reach = Reach.NEAREST
    centre: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.unit is not None) + (self.function is not None) + self.centre != 1:
            raise PydanticCustomError("pick_one_way", "name a unit, a function or the centre")
        return self

    @property
    def own_trade(self) -> bool:
        return self.function == OWN_TRADE


class Rule(Part):
    """Matters of `when` go to `lead`, with `co_units` beside it; `handle` sets another deadline.

    A rule whose lead cannot be found in the county gives way to the next.
    """

    key: Key
    label: Text
    when: When = When()
    lead: Pick
    co_units: tuple[Pick, ...] = ()
    handle: WrittenDuration | None = None

    @property
    def is_net(self) -> bool:
        """It takes whatever comes, to the centre: what stands after it never decides."""
        return self.when == When() and self.lead.centre
