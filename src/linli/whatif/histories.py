"""Histories of many cases in columns: what happened when, to whom it went, what it was about.

Instants are microseconds since 1970 UTC, everything else a number in an `Index`; NONE is nothing.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from linli.calendars import Duration

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = -1


class Index:
    """Gives keys numbers in the order in which they come; the empty key is NONE."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self.keys: list[str] = []
        self._numbers: dict[str, int] = {"": NONE}
        for key in keys:
            self.number(key)

    def number(self, key: str) -> int:
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.keys)
            self.keys.append(key)
        return found

    def key(self, number: int) -> str:
        return self.keys[number] if number >= 0 else ""

    def among(self, wanted: Iterable[str]) -> Flags:
        """For every number whether its key is wanted; the last place stands for NONE."""
        chosen = set(wanted)
        return np.array([key in chosen for key in self.keys] + [False], dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.keys)


class CaseRow(NamedTuple):
    """A case as it was reported; `home` is the centre that held it first."""

    number: str
    opened: int
    source: str = ""
    home: str = ""
    township: str = ""
    adopted: bool = False  # closed in another system: there are no steps of its own


class EventRow(NamedTuple):
    """A step, with the facts of the case as they were after it."""

    kind: str
    state: str
    at: int
    unit: str = ""  # whom it was given to
    category: str = ""
    severity: str = ""
    area: str = ""
    extra: Duration | None = None  # an extension that was granted
    until: date | None = None  # a date that somebody set
    condition: str = ""  # for which the clocks stand still


@dataclass(frozen=True)
class Indexes:
    kinds: Index = field(default_factory=Index)
    states: Index = field(default_factory=Index)
    units: Index = field(default_factory=Index)
    rules: Index = field(default_factory=Index)
    categories: Index = field(default_factory=Index)
    severities: Index = field(default_factory=Index)
    areas: Index = field(default_factory=Index)
    sources: Index = field(default_factory=Index)
    durations: Index = field(default_factory=Index)
    conditions: Index = field(default_factory=Index)


@dataclass(frozen=True)
class Histories:
    """Cases in the order of `numbers`; the events of case n are first[n] to first[n + 1]."""

    indexes: Indexes
    numbers: Sequence[str]
    opened: Numbers
    source: Numbers
    home: Numbers
    township: Numbers
    adopted: Flags
    first: Numbers
    kind: Numbers
    state: Numbers
    at: Numbers
    unit: Numbers
    category: Numbers
    severity: Numbers
    area: Numbers
    extra: Numbers
    until: Numbers
    condition: Numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def case(self) -> Numbers:
        """The case of each event."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @cached_property
    def begins(self) -> Flags:
        """Whether an event is the first of its case."""
        found = np.zeros(len(self.kind), dtype=np.bool_)
        found[self.first[:-1]] = True
        return found

    @cached_property
    def last(self) -> Numbers:
        """The last event of each event's case."""
        return (self.first[1:] - 1)[self.case]

    @cached_property
    def following(self) -> Numbers:
        """The next event of the same case, or NONE."""
        order = np.arange(len(self.kind))
        return np.where(order < self.last, order + 1, NONE)

    @cached_property
    def state_before(self) -> Numbers:
        return np.where(self.begins, NONE, np.r_[NONE, self.state[:-1]])

    def latest(self, flags: Flags) -> Numbers:
        """The latest flagged event of its case up to each one; NONE before the first."""
        order = np.arange(len(flags))
        found = np.maximum.accumulate(np.where(flags, order, NONE))
        return np.where(found >= self.first[:-1][self.case], found, NONE)

    @cached_property
    def lead(self) -> Numbers:
        """The unit that a case was given to last, at each event."""
        given = self.latest(self.unit != NONE)
        return np.where(given != NONE, self.unit[given], NONE)


_CASE = ("opened", "source", "home", "township", "adopted")
_EVENT = tuple(one.name for one in fields(Histories) if one.name in EventRow._fields)


class Collector:
    """Takes cases one after the other and lays them out in columns."""

    def __init__(self, indexes: Indexes | None = None) -> None:
        self.indexes = indexes or Indexes()
        self._numbers: list[str] = []
        self._first = array("q", [0])
        self._columns: Mapping[str, array[int]] = {name: array("q") for name in (*_CASE, *_EVENT)}

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, case: CaseRow, events: Sequence[EventRow]) -> None:
        """Append a case with its events in their order; one without events is left out."""
        if not events:
            return
        to, known = self._columns, self.indexes
        self._numbers.append(case.number)
        to["opened"].append(case.opened)
        to["source"].append(known.sources.number(case.source))
        to["home"].append(known.units.number(case.home))
        to["township"].append(known.areas.number(case.township))
        to["adopted"].append(case.adopted)
        for event in events:
            self._event(event)
        self._first.append(self._first[-1] + len(events))

    def _event(self, event: EventRow) -> None:
        to, known = self._columns, self.indexes
        to["kind"].append(known.kinds.number(event.kind))
        to["state"].append(known.states.number(event.state))
        to["at"].append(event.at)
        to["unit"].append(known.units.number(event.unit))
        to["category"].append(known.categories.number(event.category))
        to["severity"].append(known.severities.number(event.severity))
        to["area"].append(known.areas.number(event.area))
        to["extra"].append(known.durations.number(str(event.extra)) if event.extra else NONE)
        to["until"].append(event.until.toordinal() if event.until else NONE)
        to["condition"].append(known.conditions.number(event.condition))

    def histories(self) -> Histories:
        columns: dict[str, Any] = {
            name: np.array(column, dtype=np.int64) for name, column in self._columns.items()
        }
        columns["adopted"] = columns["adopted"].astype(np.bool_)
        first = np.array(self._first, dtype=np.int64)
        return Histories(indexes=self.indexes, numbers=self._numbers, first=first, **columns)
