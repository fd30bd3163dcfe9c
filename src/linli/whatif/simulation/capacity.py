"""How much of a step's time is work, and how much is waiting: estimated from what was seen.

Timelines say when a step was taken, not how long somebody worked on it. Two assumptions part them:

- On one in twenty of its working days a kind of unit was fully occupied: what its people did on
  such a day is the most that they can do. That gives the working time of each kind of step, at
  the most: it is lowered for a unit as far as its own cases did not wait so long.
- Before that work a case waited while the unit's people were busy with those that came earlier.
  What is left of the recorded time is a lag that no colleague shortens: travel, material, answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from zoneinfo import ZoneInfo

import numpy as np

from linli.whatif.histories import NONE, Histories, Numbers
from linli.whatif.simulation.stations import Stations, Working
from linli.whatif.suggesting import local_offsets

BUSY_DAY = 95  # percent of the days are quieter
TOO_LONG = 0.05  # of a unit's cases may have waited less than its queue would have made them
LOWERED, TRIES = 0.85, 25
DAY = 86_400_000_000


@dataclass(frozen=True)
class Post:
    """A unit as the simulation sees it: `staff` people who work in `working` time."""

    key: str
    kind: str
    staff: int
    working: Working


@dataclass(frozen=True, slots=True)
class Efforts:
    """For each station the work and the lag, in microseconds of its time; `waited` is between."""

    work: Numbers
    lag: Numbers
    waited: Numbers


def estimate(
    histories: Histories,
    stations: Stations,
    posts: Mapping[int, Post],
    *,
    shift: int,
    zone: ZoneInfo,
) -> Efforts:
    """Part the recorded times; `shift` is the working time of a usual day, in microseconds."""
    at = histories.at[stations.ends]
    day = (at + local_offsets(at, zone)) // DAY
    group = kinds_of(stations, posts)
    staff = np.array([posts[u].staff if u in posts else 1 for u in stations.unit.tolist()])
    work = np.zeros(len(stations.took), dtype=np.int64)
    for number in np.unique(group[group != NONE]).tolist():
        chosen = np.flatnonzero(group == number)
        work[chosen] = _work(stations, day[chosen], staff, chosen, shift)
    return _parted(histories, stations, posts, np.minimum(work, stations.took))


def kinds_of(stations: Stations, posts: Mapping[int, Post]) -> Numbers:
    """A number for the kind of unit of each station; NONE where nobody had to act."""
    groups = sorted({post.kind for post in posts.values()})
    numbers = {unit: groups.index(post.kind) for unit, post in posts.items()}
    return np.array([numbers.get(unit, NONE) for unit in stations.unit.tolist()], dtype=np.int64)


def _work(stations: Stations, day: Numbers, staff: Numbers, chosen: Numbers, shift: int) -> Numbers:
    """The working time of each chosen station's kind of step, for one kind of unit."""
    cell, place = np.unique(np.stack([stations.unit[chosen], day]), axis=1, return_inverse=True)
    kinds, kind = np.unique(stations.kind[chosen], return_inverse=True)
    counts = np.zeros((cell.shape[1], len(kinds)))
    np.add.at(counts, (place.reshape(-1), kind.reshape(-1)), 1)
    people = np.zeros(cell.shape[1])
    people[place.reshape(-1)] = staff[chosen]
    rates = counts / people[:, None]
    most = np.array([np.percentile(column[column > 0], BUSY_DAY) for column in rates.T])
    occupied = np.percentile((rates / most).sum(axis=1), BUSY_DAY)
    return np.asarray((shift / (most * occupied))[kind.reshape(-1)].astype(np.int64))


def _parted(
    histories: Histories, stations: Stations, posts: Mapping[int, Post], work: Numbers
) -> Efforts:
    """Lower each unit's work until its cases need not have waited longer than they took.

    What is urgent goes first and waits for nobody, nor does that for which nobody had to act.
    """
    waited = np.zeros(len(work), dtype=np.int64)
    order = np.lexsort((histories.at[stations.begins], stations.unit))
    order = order[~stations.plain[order]]
    bounds = np.flatnonzero(np.diff(stations.unit[order])) + 1
    for rows in np.split(order, bounds):
        if len(rows):
            post = posts[int(stations.unit[rows[0]])]
            at = histories.at[stations.begins[rows]].tolist()
            arrived = [post.working.line.used(moment) for moment in at]
            work[rows], waited[rows] = _fitting(
                arrived, work[rows], stations.took[rows], post.staff
            )
    lag = np.maximum(stations.took - waited - work, 0)
    return Efforts(work, lag, waited)


def _fitting(
    arrived: Sequence[int], most: Numbers, took: Numbers, servers: int
) -> tuple[Numbers, Numbers]:
    """The longest work, as a share of the most, whose queue is within what was recorded."""
    work = most
    for _ in range(TRIES):
        waits = np.array(queue(arrived, work.tolist(), servers), dtype=np.int64)
        if (waits > took - work).mean() <= TOO_LONG:
            break
        work = (work * LOWERED).astype(np.int64)
    return work, np.minimum(waits, took - work)


def queue(arrived: Sequence[int], work: Sequence[int], servers: int) -> list[int]:
    """The waits in a queue of several servers, first come, first served; times never decrease."""
    free = [arrived[0] if arrived else 0] * servers
    heapify(free)
    waits = []
    for at, span in zip(arrived, work, strict=True):
        begin = max(at, free[0])
        heapreplace(free, begin + span)
        waits.append(begin - at)
    return waits
