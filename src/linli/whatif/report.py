"""A replay in plain values: what pages, files and commands show of it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from linli.processes import Definition
from linli.whatif import comparing
from linli.whatif.applying import Applied
from linli.whatif.comparing import Weeks, weeks_of
from linli.whatif.histories import NONE, Flags, Numbers
from linli.whatif.queues import longest
from linli.whatif.replaying import Replay

SHOWN_LOADS = 12


class Changed(NamedTuple):
    """One case that the draft would have changed. `late` names the clocks that ran out.

    `given` is False where no unit was given the case: the units are suggestions only.
    """

    number: str
    opened: int
    category: str
    severity: str
    township: str
    given: bool
    units: tuple[str, str]
    rules: tuple[str, str]
    late: tuple[tuple[str, ...], tuple[str, ...]]


def summary(told: Replay, *, seed: int) -> dict[str, Any]:
    """Everything but the single cases, ready for JSON."""
    weeks = weeks_of(told.histories, told.before)
    tables = {
        "overall": comparing.overall,
        "clocks": comparing.by_clock,
        "units": comparing.by_unit,
        "categories": comparing.by_category,
        "townships": comparing.by_township,
    }
    moved, changed = _moved(told), _deadlines(told)
    return {
        "cases": len(told.histories),
        "adopted": int(told.histories.adopted.sum()),
        "weeks": weeks.count,
        "seed": seed,
        "late": {name: [row.to_json() for row in table(told, weeks, seed=seed)]
                 for name, table in tables.items()},
        "moved": _pairs(told, moved),
        "chosen": int(told.chosen.sum()),
        "given": int(told.given.sum()),
        "unsuggested": [_lacking(side) for side in (told.before, told.after)],
        "deadlines": {name: int(flags.sum()) for name, flags in changed.items() if flags.any()},
        "load": _load(told, weeks),
        "queues": _queues(told),
        "forbidden": _forbidden(told),
        "unknown": _unknown(told),
    }  # fmt: skip


def changed_cases(told: Replay) -> Iterator[Changed]:
    """The cases that change hands or lateness, in the order of their report."""
    histories, known = told.histories, told.histories.indexes
    late = _late_by_case(told, told.before), _late_by_case(told, told.after)
    moved = _moved(told)
    before, after = told.moves
    event = told.before.suggestions.event
    first_move = _first_rows(histories.case[event[moved]], np.flatnonzero(moved))
    first = _first_rows(histories.case[event], np.arange(len(event)))
    differing = {case for case in late[0].keys() | late[1].keys()
                 if late[0].get(case) != late[1].get(case)}  # fmt: skip
    for case in sorted(differing | first_move.keys()):
        end = int(histories.first[case + 1]) - 1
        row = first_move.get(case, first.get(case, NONE))
        yield Changed(
            number=histories.numbers[case],
            opened=int(histories.opened[case]),
            category=known.categories.key(histories.category[end]),
            severity=known.severities.key(histories.severity[end]),
            township=known.areas.key(histories.township[case]),
            given=bool(row != NONE and told.given[row]),
            units=_keys(known.units, before, after, row),
            rules=_keys(known.rules, told.before.suggestions.rule,
                        told.after.suggestions.rule, row),
            late=(late[0].get(case, ()), late[1].get(case, ())),
        )  # fmt: skip


def _first_rows(case: Numbers, row: Numbers) -> dict[int, int]:
    """The first row of each case."""
    return dict(zip(case[::-1].tolist(), row[::-1].tolist(), strict=True))


def _keys(index: Any, before: Numbers, after: Numbers, row: int) -> tuple[str, str]:
    return (index.key(before[row]), index.key(after[row])) if row != NONE else ("", "")


def _moved(told: Replay) -> Flags:
    before, after = told.moves
    return np.asarray(before != after)


def _pairs(told: Replay, moved: Flags) -> dict[str, Any]:
    """Who would give cases to whom; cases that no unit was given are counted apart."""
    units = told.histories.indexes.units
    before, after = told.moves
    found = Counter(zip(before[moved].tolist(), after[moved].tolist(),
                        told.given[moved].tolist(), strict=True))  # fmt: skip
    cases = told.histories.case[told.before.suggestions.event]
    return {
        "cases": len(np.unique(cases[moved & told.given])),
        "suggestions": len(np.unique(cases[moved & ~told.given])),
        "pairs": [
            {"from": units.key(a), "to": units.key(b), "given": given, "cases": count}
            for (a, b, given), count in found.most_common()
        ],
    }


def _lacking(side: Applied) -> int:
    """Routing moments for which no rule finds a unit."""
    return int((side.suggestions.unit == NONE).sum())


def _deadlines(told: Replay) -> dict[str, Flags]:
    """Runs that are due at another instant, or that only one side has, by clock."""
    found = {}
    for name in dict.fromkeys([*told.before.clocks, *told.after.clocks]):
        rows = [_due_by_start(told, side, name) for side in (told.before, told.after)]
        starts = rows[0].keys() | rows[1].keys()
        found[name] = np.array([rows[0].get(one) != rows[1].get(one) for one in starts], np.bool_)
    return found


def _due_by_start(told: Replay, side: Applied, name: str) -> dict[int, int]:
    if name not in side.clocks:
        return {}
    timed, counted = side.clocks[name], told.counted(side, name)
    pairs = zip(timed.runs.start[counted].tolist(), timed.due[counted].tolist(), strict=True)
    return dict(pairs)


def _late_by_case(told: Replay, side: Applied) -> dict[int, tuple[str, ...]]:
    found: dict[int, dict[str, None]] = {}
    for name, timed in side.clocks.items():
        starts = timed.runs.start[told.late(side, name)]
        for case in told.histories.case[starts].tolist():
            found.setdefault(case, {})[name] = None
    return {case: tuple(names) for case, names in found.items()}


def _load(told: Replay, weeks: Weeks) -> dict[str, Any]:
    """Cases given to a unit each week, of the units whose sum changes most."""
    units = told.histories.indexes.units
    week = weeks.of_event[told.before.suggestions.event]
    grids = [weeks.grid(week, unit, told.given & (unit != NONE), len(units)) for unit in told.moves]
    change = np.abs(grids[1].sum(0) - grids[0].sum(0))
    shown = [int(n) for n in np.argsort(-change, kind="stable")[:SHOWN_LOADS] if change[n]]
    totals = zip(units.keys, grids[0].sum(0), grids[1].sum(0), strict=True)
    return {
        "first_week": weeks.first,
        "totals": [{"key": k, "cases": [int(a), int(b)]} for k, a, b in totals if a or b],
        "weekly": [
            {"key": units.key(n), "before": grids[0][:, n].astype(int).tolist(),
             "after": grids[1][:, n].astype(int).tolist()}
            for n in shown
        ],
    }  # fmt: skip


def _queues(told: Replay) -> list[dict[str, Any]]:
    """The most cases that each unit held at one instant."""
    units = told.histories.indexes.units
    before, after = (
        longest(told.histories, side.holder, len(units), told.horizon)
        for side in (told.before, told.after)
    )
    rows = zip(units.keys, before.tolist(), after.tolist(), strict=True)
    return [{"key": key, "most": [a, b]} for key, a, b in rows if a or b]


def _forbidden(told: Replay) -> list[dict[str, Any]]:
    """Steps that were taken and that the draft knows not in that state, by step and state."""
    histories, known = told.histories, told.histories.indexes
    pairs = np.stack([histories.state_before, histories.kind])
    unique, counts = np.unique(pairs, axis=1, return_counts=True)
    published, draft = (side.side.definition.steps for side in (told.before, told.after))
    found = []
    for (state, kind), count in zip(unique.T.tolist(), counts.tolist(), strict=True):
        step = (known.states.key(state), known.kinds.key(kind))
        if step in published and step not in draft:
            found.append({"state": step[0], "step": step[1], "times": count})
    return sorted(found, key=lambda row: -int(str(row["times"])))


def _unknown(told: Replay) -> dict[str, int]:
    """What the histories hold that the draft has no name for: it cannot be told then."""
    histories = told.histories
    draft: Definition = told.after.side.definition
    last = histories.first[1:] - 1
    states = ~histories.indexes.states.among(draft.states)[histories.state]
    grades = ~histories.indexes.severities.among(draft.severities)[histories.severity[last]]
    return {
        "states": len(np.unique(histories.case[states])),
        "severities": int(grades.sum()),
    }
