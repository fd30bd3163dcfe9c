"""Figures about incidents, read from counters: as fast with a million cases as with ten.

Counters know month of opening, state and one dimension (township, category, area, lead unit).
So a share is of the cases that were opened in the period, whatever became of them until now.

Rates are about ended cases, and a case counts when it ends (again, after a reopening):

- on time 按期办结率 = closed on time / due to close: of the cases that were handed in and closed,
  those handed in within every deadline. One that is open beyond its deadline counts when it ends.
- rework 返工率 = reworked / handled: of the same cases, those that a verification sent back.
- extension 延期率 = extended / dispatched: of the ended cases that were dispatched, those whose
  deadline was lengthened.

The first follows a published table (911 and 737 of 972 due are 93.72% and 75.82%), the other two
are usage. None is 100% where there is nothing to divide by: it is None.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.casework import tallies
from linli.casework.models.counting import MARKS
from linli.casework.tallies import Table
from linli.incidents.enums import FINAL_STATES, State
from linli.territory.snapshots import snapshot

SUBJECT = "incident"
# Not counted as done: refused, taken back by the reporter, or going on elsewhere.
NOT_DONE = frozenset({State.NOT_ACCEPTED, State.WITHDRAWN, State.MERGED})
DONE = FINAL_STATES - NOT_DONE

_NOTHING = dict.fromkeys(MARKS, 0)


@dataclass
class Share:
    """`opened` cases, how many of them are still `open`, how many are `done`, and how many ended
    as neither.

    `marked` counts ended cases by what they are marked with; `by_state` is kept where it is known.
    """

    opened: int = 0
    open: int = 0
    done: int = 0
    not_done: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    marked: dict[str, int] = field(default_factory=_NOTHING.copy)

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> "Share":
        """From rows of (state, amount, numbers with each of MARKS), where no state comes twice."""
        states, amounts, *marked = zip(*rows, strict=True)
        by_state = dict(zip(states, amounts, strict=True))
        return cls(
            opened=sum(amounts),
            open=sum(n for state, n in by_state.items() if state not in FINAL_STATES),
            done=sum(n for state, n in by_state.items() if state in DONE),
            not_done=sum(n for state, n in by_state.items() if state in NOT_DONE),
            by_state=by_state,
            marked=dict(zip(MARKS, map(sum, marked), strict=True)) if marked else _NOTHING.copy(),
        )

    @classmethod
    def summed(cls, opened: int, done: int, not_done: int, *marked: int) -> "Share":
        """From sums that the database has made, where a key has a hundred rows."""
        numbers = dict(zip(MARKS, marked, strict=True))
        return cls(opened, opened - done - not_done, done, not_done, marked=numbers)

    def add(self, state: str, amount: int, *marked: int) -> None:
        """Add the cases of a state; `marked` are those with each of MARKS."""
        self.opened += amount
        self.open += amount if state not in FINAL_STATES else 0
        self.done += amount if state in DONE else 0
        self.not_done += amount if state in NOT_DONE else 0
        self.by_state[state] = self.by_state.get(state, 0) + amount
        if any(marked):
            for name, number in zip(MARKS, marked, strict=True):
                self.marked[name] += number

    @property
    def countable(self) -> int:
        """The denominator: what was opened, without refused, withdrawn and merged cases."""
        return self.opened - self.not_done

    @property
    def done_percent(self) -> float | None:
        """Done / countable in percent; None (never 100) where there is nothing to count."""
        return _percent(self.done, self.countable)

    @property
    def on_time_percent(self) -> float | None:
        return _percent(self.marked["on_time"], self.marked["handled"])

    @property
    def rework_percent(self) -> float | None:
        return _percent(self.marked["reworked"], self.marked["handled"])

    @property
    def extension_percent(self) -> float | None:
        return _percent(self.marked["extended"], self.marked["dispatched"])


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


@dataclass(frozen=True)
class Figures:
    """`parts` are the whole county's, by what was asked; None where the scope is smaller."""

    total: Share
    months: Mapping[date, Share]
    parts: Mapping[UUID, Share] | None = None


class Part(StrEnum):
    """By what the figures of a county can be taken apart; the values are dimensions of counters.

    A case that was never dispatched is no unit's.
    """

    TOWNSHIP = "township"
    CATEGORY = "category"
    UNIT = "unit"


def figures(actor: Actor, *, since: date | None = None, by: Part | None = None) -> Figures:
    """What an actor may see: the county, or the sum over own townships, areas or units."""
    dimension, keys = _scope(actor)
    whole = dimension == "total"
    wanted = [Table(dimension, "month", MARKS, None if whole else keys)]
    if whole and by:
        wanted.append(Table(by.value, "key", MARKS, among=(DONE, NOT_DONE)))
    rows, *parts = tallies.tables(SUBJECT, *wanted, since=since) if keys else [[]]
    months = _shares(rows)
    return Figures(_total(months), months, _summed(parts[0]) if parts else None)


def _summed(rows: Iterable[Sequence[Any]]) -> dict[UUID, Share]:
    return {UUID(key): Share.summed(*numbers) for key, *numbers in rows if key}


def _total(months: Mapping[date, Share]) -> Share:
    total = Share()
    for share in months.values():
        for state, amount in share.by_state.items():
            total.add(state, amount)
        for name, number in share.marked.items():
            total.marked[name] += number
    return total


def open_by_township() -> dict[UUID, int]:
    """Cases under way in each township of the county."""
    rows = tallies.totals(SUBJECT, "township", by="key")
    return {key: share.open for key, share in _by_id(rows).items()}


Cells = tuple[str, tuple[str, ...]]
WHOLE: Cells = ("total", ("",))


def _scope(actor: Actor) -> Cells:
    """The dimension and the keys that make up a scope, without counting a case twice."""
    scope = actor.scope
    if not can(actor, Permission.FIGURES_VIEW):
        return "unit", ()
    if scope.everything:
        return WHOLE
    areas = frozenset(scope.areas) | frozenset(_within(scope.villages))
    dimension, ids = ("area", areas) if areas else ("unit", scope.units)
    if scope.townships:
        dimension, ids = "township", scope.townships
    return dimension, tuple(str(key) for key in sorted(ids))


def _within(villages: Iterable[UUID]) -> Iterable[UUID]:
    map_ = snapshot()
    for village in villages:
        yield village
        yield from (node.id for node in map_.under(village))


def _by_id(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, Share]:
    return {UUID(key): share for key, share in _shares(rows).items() if key}


def _shares(rows: Iterable[tuple[Any, ...]]) -> dict[Any, Share]:
    """By key or month; the rows of one follow each other."""
    return {
        key: Share.of([numbers for _key, *numbers in group])
        for key, group in groupby(rows, itemgetter(0))
    }
