"""The county as queues: every unit is a resource of as many servers as it has people (SimPy)."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from linli.whatif.histories import NONE
from linli.whatif.simulation.capacity import Post

URGENT, ORDINARY = 0, 1


@dataclass(slots=True)
class Visit:
    """One case on its way: stations as (unit, urgent, work, lag); `served` grows as it goes on.

    `served` holds, for each station, when it came, when work began, when work ended and when the
    step was taken.
    """

    at: int
    case: int
    day: int
    stations: Sequence[tuple[int, bool, int, int]]
    served: list[tuple[int, int, int, int]] = field(default_factory=list)
    pending: int = -1  # when it came to the station that it is at


def play(visits: Sequence[Visit], posts: Mapping[int, Post], *, begin: int, end: int) -> None:
    """Let the visits, in the order of their time, go through the posts until the end."""
    env = simpy.Environment(initial_time=begin)
    pools = {
        number: simpy.PriorityResource(env, capacity=post.staff) for number, post in posts.items()
    }
    env.process(_source(env, visits, posts, pools))
    env.run(until=end)


def _source(
    env: simpy.Environment,
    visits: Sequence[Visit],
    posts: Mapping[int, Post],
    pools: Mapping[int, simpy.PriorityResource],
) -> Generator[simpy.Event, Any, None]:
    for visit in visits:
        if visit.at > env.now:
            yield env.timeout(visit.at - env.now)
        env.process(_course(env, visit, posts, pools))


def _course(
    env: simpy.Environment,
    visit: Visit,
    posts: Mapping[int, Post],
    pools: Mapping[int, simpy.PriorityResource],
) -> Generator[simpy.Event, Any, None]:
    """Wait for somebody, be worked on in working time, then wait for what no colleague shortens."""
    for unit, urgent, work, lag in visit.stations:
        came = visit.pending = int(env.now)
        if unit == NONE:
            yield env.timeout(lag)
            visit.served.append((came, came, came, int(env.now)))
            continue
        working = posts[unit].working
        with pools[unit].request(priority=URGENT if urgent else ORDINARY) as turn:
            yield turn
            began = int(env.now)
            worked = began + work if urgent else working.after(began, work)
            yield env.timeout(worked - began)
        done = worked + lag if urgent else working.after(worked, lag)
        yield env.timeout(done - worked)
        visit.served.append((came, began, worked, done))
        visit.pending = -1
