"""What one run came to: late shares, waits, queues and how far units were occupied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from linli.whatif import lateness
from linli.whatif.applying import Applied, apply
from linli.whatif.histories import NONE, Histories, Numbers
from linli.whatif.simulation.capacity import Post
from linli.whatif.simulation.casting import Cast
from linli.whatif.simulation.plan import Plan
from linli.whatif.simulation.world import Visit
from linli.whatif.suggesting import Suggestions

HOUR = 3_600_000_000
TOLD_FROM = 3
"""Units with fewer people are told together with others of their kind, and not at all where these
are not so many together: never a person's figure.
"""


@dataclass(frozen=True)
class Window:
    """Cases reported from `first` to before `last` count; the run itself is longer."""

    first: int
    last: int
    end: int
    noons: Sequence[int]  # when queues are looked at


@dataclass
class Outcome:
    """`figures` by name (see `measure`), `queues` of waiting cases at each noon by group."""

    figures: dict[str, float] = field(default_factory=dict)
    queues: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """What every run is cast from and judged by."""

    histories: Histories
    applied: Applied
    cast: Cast
    centre: str


def measure(past: Past, visits: Sequence[Visit], plan: Plan, window: Window) -> Outcome:
    """Figures: cases, late (percent), late.CLOCK, wait.CLOCK and took.CLOCK (hours), use.GROUP
    (percent of the working time of its people), held (cases at the last noon).
    """
    found = Outcome()
    chosen = [one for one in visits if window.first <= one.at < window.last]
    found.figures["cases"] = len(chosen)
    _lateness(found, past, chosen, plan, window)
    _waits(found, past, chosen, plan)
    _use(found, visits, plan, window)
    _queues(found, visits, plan, window)
    return found


def _lateness(
    found: Outcome, past: Past, visits: Sequence[Visit], plan: Plan, window: Window
) -> None:
    if not visits:
        return
    told, suggestions = _retold(past, visits, plan)
    side = past.applied.side
    applied = apply(told, side, suggestions, told.lead, centre=past.centre)
    late = lateness.late_cases(told, applied, window.end)
    found.figures["late"] = 100 * float(late.mean())
    for clock in applied.clocks:
        counted = lateness.counted(told, applied, clock)
        if counted.any():
            missed = lateness.late(told, applied, clock, window.end)
            found.figures[f"late.{clock}"] = 100 * float(missed.sum() / counted.sum())


def _retold(past: Past, visits: Sequence[Visit], plan: Plan) -> tuple[Histories, Suggestions]:
    """The visits as histories: the events of their originals at the times of the run."""
    base, cast = past.histories, past.cast
    events: list[int] = []
    times: list[int] = []
    first = [0]
    for visit in visits:
        events.append(int(base.first[visit.case]))
        row = int(cast.first[visit.case])
        if visit.stations:
            events[-1] = int(cast.stations.begins[row])
        events += cast.stations.ends[row : row + len(visit.served)].tolist()
        times += [visit.at, *(done for *_, done in visit.served)]
        first.append(len(events))
    event = np.array(events, dtype=np.int64)
    case = np.array([visit.case for visit in visits], dtype=np.int64)
    into = _mapped(plan, len(base.indexes.units))
    of_events = {name: getattr(base, name)[event] for name in _EVENT}
    of_cases = {name: getattr(base, name)[case] for name in _CASE}
    moved = np.array([visit.at for visit in visits], dtype=np.int64) - base.opened[case]
    days = np.repeat(moved, np.diff(first)) // (24 * HOUR)  # dates that somebody set move along
    until = base.until[event]
    told = replace(
        base,
        numbers=[base.numbers[one] for one in case.tolist()],
        opened=np.array([visit.at for visit in visits], dtype=np.int64),
        first=np.array(first, dtype=np.int64),
        at=np.array(times, dtype=np.int64),
        **of_cases | {"home": into[of_cases["home"]]},
        until=np.where(until != NONE, until + days, NONE),
        **of_events | {"unit": into[of_events["unit"]]},
    )
    return told, _suggested(past, event, told)


_EVENT = ("kind", "state", "unit", "category", "severity", "area", "extra", "condition")
_CASE = ("source", "home", "township", "adopted")


def _mapped(plan: Plan, units: int) -> Numbers:
    """Each unit's number after mergers; the last place stands for NONE."""
    into: Numbers = np.append(np.arange(units), NONE)
    for gone, to in plan.into.items():
        into[gone] = to
    return into


def _suggested(past: Past, event: Numbers, told: Histories) -> Suggestions:
    """As each original was dispatched, so are they again, with the time that a rule then set."""
    said = past.applied.suggestions
    handle = np.full(len(past.histories.kind), NONE)
    followed = said.unit == past.histories.unit[said.event]
    handle[said.event] = np.where(followed, said.handle, NONE)
    given = np.flatnonzero(told.unit != NONE)
    none = np.full(len(given), NONE)
    return Suggestions(given, told.unit[given], none, handle[event][given])


def _waits(found: Outcome, past: Past, visits: Sequence[Visit], plan: Plan) -> None:
    """Mean hours of waiting for somebody, and until the step was taken, in the unit's own time."""
    sums: dict[str, list[float]] = {}
    cast, clock_of = past.cast, clocks_of_states(past)
    for visit in visits:
        row = int(cast.first[visit.case])
        for place, (came, began, _worked, done) in enumerate(visit.served):
            unit, plain, *_ = visit.stations[place]
            clock = clock_of[past.histories.state[cast.stations.begins[row + place]]]
            if unit == NONE or not clock:
                continue
            total = sums.setdefault(clock, [0.0, 0.0, 0.0])
            line = plan.posts[unit].working
            total[0] += began - came if plain else line.between(came, began)
            total[1] += done - came if plain else line.between(came, done)
            total[2] += 1
    for clock, (wait, took, count) in sums.items():
        found.figures[f"wait.{clock}"] = wait / count / HOUR
        found.figures[f"took.{clock}"] = took / count / HOUR


def clocks_of_states(past: Past) -> list[str]:
    """The clock that counts in each state; the last place stands for NONE."""
    states = past.applied.side.definition.states
    keys = past.histories.indexes.states.keys
    return [*((states[key].clock or "") if key in states else "" for key in keys), ""]


def group_of(number: int, posts: Mapping[int, Post]) -> str:
    """A unit of its own, or all small ones of a kind."""
    post = posts[number]
    return f"unit:{post.key}" if post.staff >= TOLD_FROM else f"kind:{post.kind}"


def _use(found: Outcome, visits: Sequence[Visit], plan: Plan, window: Window) -> None:
    """Work that began in the window, of the working time that people had in it."""
    worked: dict[int, int] = {}
    for visit in visits:
        for (unit, _urgent, work, _lag), (_came, began, *_rest) in zip(
            visit.stations, visit.served, strict=False
        ):
            if unit != NONE and window.first <= began < window.last:
                worked[unit] = worked.get(unit, 0) + work
    sums: dict[str, list[float]] = {}
    for number, post in plan.posts.items():
        if number not in plan.into:
            total = sums.setdefault(group_of(number, plan.posts), [0, 0.0, 0.0])
            total[0] += post.staff
            total[1] += worked.get(number, 0)
            total[2] += post.staff * post.working.between(window.first, window.last)
    for group, (people, spent, time) in sums.items():
        if time and people >= TOLD_FROM:
            found.figures[f"use.{group}"] = 100 * spent / time


def _queues(found: Outcome, visits: Sequence[Visit], plan: Plan, window: Window) -> None:
    """How many cases wait for somebody at each noon: everywhere, and at the units in question."""
    groups = {"all": None, "touched": plan.touched} if plan.touched else {"all": None}
    for name, units in groups.items():
        came, began = [], []
        for visit in visits:
            for (unit, *_), served in zip(visit.stations, visit.served, strict=False):
                if unit != NONE and (units is None or unit in units):
                    came.append(served[0])
                    began.append(served[1])
            place = len(visit.served)
            if visit.pending >= 0 and place < len(visit.stations):
                unit = visit.stations[place][0]
                if unit != NONE and (units is None or unit in units):
                    came.append(visit.pending)
        noons = np.array(window.noons)
        waiting = np.searchsorted(np.sort(came), noons, side="right") - np.searchsorted(
            np.sort(began), noons, side="right"
        )
        found.queues[name] = waiting.tolist()
