"""Figures about incidents, read from counters: as fast with a million cases as with ten.

Counters know month of opening, state and one dimension (township, category, area, lead unit).
So a share is of the cases that were opened in the period, whatever became of them until now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.casework import tallies
from linli.incidents.enums import FINAL_STATES, State
from linli.territory.snapshots import snapshot

SUBJECT = "incident"
# Not counted as done: refused, taken back by the reporter, or going on elsewhere.
NOT_DONE = frozenset({State.NOT_ACCEPTED, State.WITHDRAWN, State.MERGED})
DONE = FINAL_STATES - NOT_DONE


@dataclass
class Share:
    """`opened` cases, how many of them are still `open`, and how many are `done`."""

    opened: int = 0
    open: int = 0
    done: int = 0
    by_state: dict[str, int] = field(default_factory=dict)

    def add(self, state: str, amount: int) -> None:
        self.opened += amount
        self.open += amount if state not in FINAL_STATES else 0
        self.done += amount if state in DONE else 0
        self.by_state[state] = self.by_state.get(state, 0) + amount

    @property
    def countable(self) -> int:
        """The denominator: what was opened, without refused, withdrawn and merged cases."""
        return self.opened - sum(self.by_state.get(state, 0) for state in NOT_DONE)

    @property
    def done_percent(self) -> float | None:
        """Done / countable in percent; None (never 100) where there is nothing to count."""
        return round(100 * self.done / self.countable, 1) if self.countable else None


@dataclass(frozen=True)
class Figures:
    """`categories` and `townships` are None where the scope is smaller than the county."""

    total: Share
    months: Mapping[date, Share]
    categories: Mapping[UUID, Share] | None
    townships: Mapping[UUID, Share] | None


def figures(actor: Actor, *, since: date | None = None) -> Figures:
    """What an actor may see: the county, or the sum over own townships, areas or units."""
    cells = _scope(actor)
    months = _months(cells, since)
    total = Share()
    for share in months.values():
        for state, amount in share.by_state.items():
            total.add(state, amount)
    if cells == WHOLE:
        return Figures(total, months, _by("category", since), _by("township", since))
    return Figures(total, months, None, None)


def open_by_township() -> dict[UUID, int]:
    """Cases under way in each township of the county."""
    return {key: share.open for key, share in _by("township", None).items()}


Cells = tuple[tuple[str, str | None], ...]
WHOLE: Cells = (("total", None),)


def _scope(actor: Actor) -> Cells:
    """The counters that make up a scope, without counting a case twice."""
    scope = actor.scope
    if not can(actor, Permission.FIGURES_VIEW):
        return ()
    if scope.everything:
        return WHOLE
    if scope.townships:
        return tuple(("township", str(key)) for key in sorted(scope.townships))
    areas = set(scope.areas) | set(_within(scope.villages))
    if areas:
        return tuple(("area", str(key)) for key in sorted(areas))
    return tuple(("unit", str(key)) for key in sorted(scope.units))


def _within(villages: Iterable[UUID]) -> Iterable[UUID]:
    map_ = snapshot()
    for village in villages:
        yield village
        yield from (node.id for node in map_.under(village))


def _months(cells: Cells, since: date | None) -> dict[date, Share]:
    found: dict[date, Share] = {}
    for dimension, key in cells:
        rows = tallies.totals(SUBJECT, dimension, by="month", key=key, since=since)
        for month, state, amount in rows:
            found.setdefault(month, Share()).add(state, int(amount))
    return dict(sorted(found.items()))


def _by(dimension: str, since: date | None) -> dict[UUID, Share]:
    found: dict[UUID, Share] = {}
    for key, state, amount in tallies.totals(SUBJECT, dimension, by="key", since=since):
        if key:
            found.setdefault(UUID(key), Share()).add(state, int(amount))
    return found
