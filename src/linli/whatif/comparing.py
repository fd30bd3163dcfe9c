"""Late cases before and after: of all, by clock, unit, category and township, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from linli.whatif.applying import WHOLE, Applied
from linli.whatif.histories import NONE, Flags, Histories, Numbers
from linli.whatif.replaying import Replay
from linli.whatif.resampling import Amounts, Interval, differences
from linli.whatif.suggesting import HOUR, local_offsets

WEEK = 7 * 24 * HOUR
_MONDAY = 4 * 24 * HOUR  # the first Monday of 1970 was its fifth day


@dataclass(frozen=True)
class Weeks:
    """Local weeks, from Monday; `of_case` and `of_event` number them from the first one."""

    first: int  # the week's number since 1970
    count: int
    of_case: Numbers
    of_event: Numbers

    def grid(self, week: Numbers, key: Numbers, chosen: Flags, keys: int) -> Amounts:
        """How many of the chosen fall into each week and key."""
        cells = np.bincount(week[chosen] * keys + key[chosen], minlength=self.count * keys)
        return cells.reshape(self.count, keys).astype(np.float64)


class Rate(NamedTuple):
    """`late` of `of` before and after; the difference is in percentage points."""

    key: str
    late: tuple[int, int]
    of: tuple[int, int]
    difference: Interval

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "late": list(self.late),
            "of": list(self.of),
            "difference": self.difference.to_json(),
        }


@dataclass
class _Table:
    """Sums by week for each key, of both sides; all keys are drawn together."""

    weeks: int
    keys: list[str] = field(default_factory=list)
    columns: list[tuple[Amounts, Amounts, Amounts, Amounts]] = field(default_factory=list)

    def add(self, key: str, *sums: Amounts) -> None:
        before, after, of, then_of = sums
        if of.any() or then_of.any():
            self.keys.append(key)
            self.columns.append((before, after, of, then_of))

    def rates(self, seed: int) -> list[Rate]:
        if not self.columns:
            return []
        sides = zip(*self.columns, strict=True)
        before, after, of, then_of = (np.stack(each, axis=1) for each in sides)
        drawn = differences(before, after, (of, then_of), seed=seed)
        rows = zip(self.keys, self.columns, drawn, strict=True)
        return [
            Rate(key, (int(b.sum()), int(a.sum())), (int(n.sum()), int(m.sum())), difference)
            for key, (b, a, n, m), difference in rows
        ]


def weeks_of(histories: Histories, applied: Applied) -> Weeks:
    zone = applied.side.calendars.county.zone

    def number(at: Numbers) -> Numbers:
        return (at + local_offsets(at, zone) - _MONDAY) // WEEK

    cases, events = number(histories.opened), number(histories.at)
    first = int(cases.min()) if len(cases) else 0
    count = int(max(cases.max(), events.max())) - first + 1 if len(cases) else 0
    return Weeks(first, count, cases - first, events - first)


def overall(told: Replay, weeks: Weeks, *, seed: int) -> list[Rate]:
    """One row: the cases with steps of their own, and those of them that were late."""
    return _by_key(told, weeks, np.zeros(len(told.histories), dtype=np.int64), ["all"], seed)


def by_clock(told: Replay, weeks: Weeks, *, seed: int) -> list[Rate]:
    """A row for each clock, counted in runs; WHOLE in cases."""
    table = _Table(weeks.count)
    names = dict.fromkeys([*told.before.clocks, *told.after.clocks])
    for name in sorted(names, key=lambda one: one == WHOLE):
        sums = [_runs(told, side, name, weeks) for side in (told.before, told.after)]
        table.add(name, sums[0][0], sums[1][0], sums[0][1], sums[1][1])
    return table.rates(seed)


def by_category(told: Replay, weeks: Weeks, *, seed: int) -> list[Rate]:
    return _by_key(told, weeks, told.histories.category[told.histories.first[1:] - 1],
                   told.histories.indexes.categories.keys, seed)  # fmt: skip


def by_township(told: Replay, weeks: Weeks, *, seed: int) -> list[Rate]:
    areas = told.histories.indexes.areas
    return _by_key(told, weeks, told.histories.township, areas.keys, seed)


def by_unit(told: Replay, weeks: Weeks, *, seed: int) -> list[Rate]:
    """Deadlines that a unit itself had to keep, before and after: runs that it held."""
    units = told.histories.indexes.units.keys
    sums = [_held(told, side, weeks, len(units)) for side in (told.before, told.after)]
    return _rates(weeks, units, (sums[0][0], sums[1][0], sums[0][1], sums[1][1]), seed)


def _by_key(told: Replay, weeks: Weeks, key: Numbers, keys: Sequence[str], seed: int) -> list[Rate]:
    """Cases and late cases by a number that each case has."""
    own = ~told.histories.adopted & (key != NONE)
    of = weeks.grid(weeks.of_case, key, own, len(keys))
    before, after = (
        weeks.grid(weeks.of_case, key, own & told.late_cases(side), len(keys))
        for side in (told.before, told.after)
    )
    return _rates(weeks, keys, (before, after, of, of), seed)


def _rates(weeks: Weeks, keys: Sequence[str], grids: tuple[Amounts, ...], seed: int) -> list[Rate]:
    table = _Table(weeks.count)
    for number, key in enumerate(keys):
        table.add(key, *(grid[:, number] for grid in grids))
    return table.rates(seed)


def _runs(told: Replay, side: Applied, name: str, weeks: Weeks) -> tuple[Amounts, Amounts]:
    if name not in side.clocks:
        return np.zeros(weeks.count), np.zeros(weeks.count)
    week = weeks.of_case[told.histories.case[side.clocks[name].runs.start]]
    none = np.zeros(len(week), dtype=np.int64)
    late = weeks.grid(week, none, told.late(side, name), 1)
    return late[:, 0], weeks.grid(week, none, told.counted(side, name), 1)[:, 0]


def _held(told: Replay, side: Applied, weeks: Weeks, units: int) -> tuple[Amounts, Amounts]:
    late, of = (np.zeros((weeks.count, units)) for _ in range(2))
    for name, timed in side.clocks.items():
        week = weeks.of_case[told.histories.case[timed.runs.start]]
        held = timed.holder != NONE
        late += weeks.grid(week, timed.holder, held & told.late(side, name), units)
        of += weeks.grid(week, timed.holder, held & told.counted(side, name), units)
    return late, of
