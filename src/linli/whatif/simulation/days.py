"""Reports of days to come: whole days of the county's own past, drawn by weekday.

A day is drawn with everything that was reported on it, so that hours, places, categories and bad
days stay together as they were. Working days are drawn among those of the same weekday, days off
among days off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from linli.calendars import WorkCalendar
from linli.calendars.timeline import micros
from linli.whatif.histories import Flags, Histories, Numbers
from linli.whatif.simulation.scenario import Surge
from linli.whatif.suggesting import local_offsets

DAY = 86_400_000_000
EPOCH = date(1970, 1, 1).toordinal()
OFF = 7  # the class of days off; working days have that of their weekday


@dataclass(frozen=True)
class Past:
    """The days that may be drawn, by class, and the cases that were opened on each."""

    cases: dict[int, Numbers]  # by ordinal
    classes: dict[int, Sequence[int]]

    @classmethod
    def of(
        cls, histories: Histories, usable: Flags, calendar: WorkCalendar, first: date, last: date
    ) -> "Past":
        """The days from `first` to `last`, those without a report too."""
        local = (histories.opened + local_offsets(histories.opened, calendar.zone)) // DAY + EPOCH
        days = range(first.toordinal(), last.toordinal() + 1)
        classes: dict[int, list[int]] = {}
        for day in days:
            classes.setdefault(class_of(date.fromordinal(day), calendar), []).append(day)
        chosen = np.flatnonzero(usable)
        order = chosen[np.argsort(local[chosen], kind="stable")]
        bounds = np.searchsorted(local[order], [*days, days[-1] + 1])
        cases = {day: order[bounds[n] : bounds[n + 1]] for n, day in enumerate(days)}
        return cls(cases, dict(classes))

    def draw(self, wanted: int, rng: np.random.Generator) -> int:
        """A day of a class; of another one where the past has none of it."""
        known = self.classes.get(wanted) or [day for days in self.classes.values() for day in days]
        return int(known[int(rng.integers(len(known)))])


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case of the past that happens again: at which instant, on which simulated day."""

    at: int
    case: int
    day: int


def class_of(day: date, calendar: WorkCalendar) -> int:
    return day.weekday() if calendar.is_working_day(day) else OFF


def arrivals(
    histories: Histories, past: Past, calendar: WorkCalendar, days: Sequence[date],
    rng: np.random.Generator,
) -> list[Arrival]:  # fmt: skip
    """What is reported on the days, in the order of time; `day` counts them from 0."""
    found = []
    for number, day in enumerate(days):
        drawn = past.draw(class_of(day, calendar), rng)
        shift = _midnight(day, calendar) - _midnight(date.fromordinal(drawn), calendar)
        found += [
            Arrival(int(histories.opened[case]) + shift, int(case), number)
            for case in past.cases[drawn].tolist()
        ]
    return sorted(found, key=lambda one: (one.at, one.case))


def surging(
    histories: Histories, told: Sequence[Arrival], surges: Sequence[Surge], first: int,
    rng: np.random.Generator,
) -> list[Arrival]:  # fmt: skip
    """What surges add to the arrivals; day 1 of a surge is the simulated day `first`."""
    return [one for surge in surges for one in _more(histories, told, surge, first, rng)]


def _more(
    histories: Histories, told: Sequence[Arrival], surge: Surge, first: int,
    rng: np.random.Generator,
) -> Iterator[Arrival]:  # fmt: skip
    """Every report of the surge again and again, up to half an hour away from its own time."""
    begin = first + surge.day - 1
    for one in told:
        if begin <= one.day < begin + surge.days and _concerns(histories, surge, one.case):
            extra = surge.times - 1
            copies = int(extra) + int(rng.random() < extra - int(extra))
            for _ in range(copies):
                moved = one.at + int(rng.integers(-30, 31)) * 60_000_000
                yield Arrival(moved, one.case, one.day)


def _concerns(histories: Histories, surge: Surge, case: int) -> bool:
    known = histories.indexes
    category = known.categories.key(histories.category[histories.first[case]])
    township = known.areas.key(histories.township[case])
    return (not surge.categories or category.startswith(surge.categories)) and (
        not surge.townships or township in surge.townships
    )


def _midnight(day: date, calendar: WorkCalendar) -> int:
    return micros(datetime.combine(day, datetime.min.time(), tzinfo=calendar.zone))


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
