"""Shifts of a day and of a week, and the day from which they hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product
from typing import NamedTuple

from linli.lib.errors import InputError

DAY_MINUTES = 1440


class Shift(NamedTuple):
    """Minutes after the local midnight of the day on which it begins.

    A shift over midnight ends beyond 1440 and within 24 hours of its start.
    """

    start: int
    end: int


Shifts = tuple[Shift, ...]
WHOLE_DAY: Shifts = (Shift(0, DAY_MINUTES),)


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of shifts, Monday first, and those of a make-up workday, from a day on."""

    week: tuple[Shifts, ...]
    makeup: Shifts = ()
    since: date = date.min

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise InputError("A week has seven days.")
        for shifts in self.lists:
            _check_day(shifts)
        if not any(self.week):
            raise InputError("A calendar without working time can set no deadline.")
        for before, after in self._neighbours():
            _check_night(before, after)

    @property
    def lists(self) -> tuple[Shifts, ...]:
        return (*self.week, self.makeup)

    def _neighbours(self) -> Iterator[tuple[Shifts, Shifts]]:
        """Days that may follow each other: a make-up workday stands beside any other."""
        yield from pairwise((*self.week, self.week[0]))
        yield from product(self.lists, (self.makeup,))
        yield from product((self.makeup,), self.lists)


def check_order(hours: Sequence[Hours]) -> None:
    """Refuse changes that are out of order or whose nights run into the new shifts."""
    for old, new in pairwise(hours):
        if old.since >= new.since:
            raise InputError("Other hours hold from a later day than the ones before them.")
        for before, after in product(old.lists, new.lists):
            _check_night(before, after)


def _check_day(shifts: Shifts) -> None:
    previous = 0
    for start, end in shifts:
        if not previous <= start < min(end, DAY_MINUTES):
            raise InputError("The shifts of a day are in order and do not overlap.")
        if end > start + DAY_MINUTES:
            raise InputError("A shift lasts 24 hours at most.")
        previous = end
    if len(shifts) > 1 and shifts[-1].end - shifts[0].start > DAY_MINUTES:
        raise InputError("The shifts of a day lie within 24 hours.")


def _check_night(before: Shifts, after: Shifts) -> None:
    if before and after and before[-1].end - DAY_MINUTES > after[0].start:
        raise InputError(
            "A shift over midnight ends before the first shift of the next day begins, also where "
            "a make-up workday or other hours stand beside it."
        )
