"""Which cases come, with which efforts: drawn before anything runs, so that scenarios can share it.

Baseline and scenario meet the same cases with the same efforts; what differs is the scenario alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linli.whatif.histories import Histories, Numbers
from linli.whatif.simulation.capacity import Efforts, Post, kinds_of
from linli.whatif.simulation.days import Arrival
from linli.whatif.simulation.stations import Stations
from linli.whatif.simulation.world import Visit

FEWEST = 10
"""With fewer recorded steps of a kind, efforts are drawn from a wider circle."""


@dataclass(frozen=True)
class Pools:
    """For each station the recorded stations that may stand in: `order[start]` and those after."""

    order: Numbers
    start: Numbers
    size: Numbers

    @classmethod
    def of(cls, stations: Stations, posts: Mapping[int, Post]) -> "Pools":
        """The same unit, state, step and deadline; else units of the kind; else any deadline."""
        kind, urgent = kinds_of(stations, posts), stations.plain.astype(np.int64)
        step = (stations.state, stations.kind, urgent)
        order, start, size = _grouped(stations.unit, *step, stations.allowed)
        for wider in (_grouped(kind, *step, stations.allowed), _grouped(kind, *step)):
            few = size < FEWEST
            start = np.where(few, wider[1] + len(order), start)
            size = np.where(few, wider[2], size)
            order = np.r_[order, wider[0]]
        return cls(order, start, size)

    def draw(self, rows: Numbers, rng: np.random.Generator) -> Numbers:
        picked = (rng.random(len(rows)) * self.size[rows]).astype(np.int64)
        return np.asarray(self.order[self.start[rows] + picked])


def _grouped(*keys: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The rows in the order of their groups; for each row where its group starts and its size."""
    _, group, counts = np.unique(np.stack(keys), axis=1, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    return np.argsort(group, kind="stable"), starts[group], counts[group]


@dataclass(frozen=True)
class Cast:
    """Draws the efforts of arrivals; `first` and `last` are the rows of each case's stations."""

    stations: Stations
    efforts: Efforts
    pools: Pools
    first: Numbers
    last: Numbers

    @classmethod
    def of(
        cls, histories: Histories, stations: Stations, efforts: Efforts, posts: Mapping[int, Post]
    ) -> "Cast":
        cases = np.arange(len(histories))
        return cls(
            stations,
            efforts,
            Pools.of(stations, posts),
            np.searchsorted(stations.case, cases, side="left"),
            np.searchsorted(stations.case, cases, side="right"),
        )

    def visits(self, told: Sequence[Arrival], rng: np.random.Generator) -> list[Visit]:
        """The arrivals with their stations; each step's work and lag belong together."""
        spans = [(int(self.first[one.case]), int(self.last[one.case])) for one in told]
        rows = np.array([row for a, b in spans for row in range(a, b)], dtype=np.int64)
        drawn = self.pools.draw(rows, rng)
        table = list(
            zip(
                self.stations.unit[rows].tolist(),
                self.stations.plain[rows].tolist(),
                self.efforts.work[drawn].tolist(),
                self.efforts.lag[drawn].tolist(),
                strict=True,
            )
        )
        found, at = [], 0
        for one, (a, b) in zip(told, spans, strict=True):
            found.append(Visit(one.at, one.case, one.day, table[at : at + b - a]))
            at += b - a
        return found
