"""Baseline and scenario played through side by side, many times, and told with intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from linli.calendars.timeline import micros
from linli.whatif import lateness
from linli.whatif.applying import apply, suggest
from linli.whatif.histories import NONE, Flags, Histories
from linli.whatif.resampling import mean_interval
from linli.whatif.sides import Side
from linli.whatif.simulation.capacity import Post, estimate
from linli.whatif.simulation.casting import Cast
from linli.whatif.simulation.days import Past as Days
from linli.whatif.simulation.days import arrivals, days_from, surging
from linli.whatif.simulation.outcome import HOUR, Outcome, Past, Window, clocks_of_states, measure
from linli.whatif.simulation.plan import Plan, nothing, plan_for
from linli.whatif.simulation.scenario import Scenario, ScenarioError
from linli.whatif.simulation.stations import Working, stations_of
from linli.whatif.simulation.world import Visit, play

WARM_UP = 28  # days before those that count, in which queues fill
RUN_OUT = 42  # days after them, in which their cases come to an end
RIPE = 42  # days: younger cases of the past have not come to an end and are not drawn
FEWEST_DAYS = 56
FEWEST_CASES = 100

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Office:
    """A unit's kind and how many people it has; one that has none named is told of one."""

    kind: str
    staff: int


@dataclass(frozen=True)
class Ground:
    """What a simulation stands on. `first_day` to `horizon` is the past, offices go by code."""

    histories: Histories
    side: Side
    offices: Mapping[str, Office]
    centre: str
    first_day: date
    horizon: int


@dataclass(frozen=True)
class Wish:
    """`days` to simulate from `start`, `replications` times, from a seed."""

    start: date
    days: int
    replications: int
    seed: int


@dataclass(frozen=True)
class Stage:
    """Everything that is the same in every replication."""

    ground: Ground
    past: Past
    posts: Mapping[int, Post]
    days: Days
    usable: Flags


def simulate(ground: Ground, scenario: Scenario, wish: Wish, progress: Progress) -> dict[str, Any]:
    """Figures of baseline and scenario, ready for JSON. `progress` may raise to end it.

    Raises ScenarioError where the past is too short or the scenario does not fit.
    """
    stage = _stage(ground, wish)
    plan = plan_for(scenario, stage.posts, stage.past.cast.stations)
    before, after = [], []
    for number in range(wish.replications):
        one, other = _replication(stage, plan, wish, number)
        before.append(one)
        after.append(other)
        progress(number + 1, wish.replications)
    return {
        "scenario": scenario.model_dump(mode="json"),
        "days": wish.days,
        "start": wish.start.isoformat(),
        "seed": wish.seed,
        "replications": wish.replications,
        "past": {"days": len(stage.days.cases), "cases": int(stage.usable.sum())},
        "touched": sorted(stage.posts[number].key for number in plan.touched),
        "merged": {stage.posts[a].key: stage.posts[b].key for a, b in plan.into.items()},
        "staff": _staff(stage, plan),
        "clocks": list(stage.past.applied.clocks),
        "recorded": _recorded(stage),
        "figures": _figures(before, after),
        "queues": _queues(before, after, wish),
    }


def _stage(ground: Ground, wish: Wish) -> Stage:
    told, county = ground.histories, ground.side.calendars.county
    said = suggest(told, ground.side)
    applied = apply(told, ground.side, said, told.lead, centre=ground.centre)
    last = datetime.fromtimestamp(ground.horizon / 1_000_000, tz=county.zone).date()
    last -= timedelta(days=RIPE)
    usable = ~told.adopted & (told.opened < _instant(last + timedelta(days=1), county.zone))
    if (last - ground.first_day).days < FEWEST_DAYS or usable.sum() < FEWEST_CASES:
        raise ScenarioError(["past_too_short"])
    finish = _instant(wish.start + timedelta(days=2 * (wish.days + RUN_OUT) + 800), county.zone)
    posts = _posts(ground, np.unique(applied.holder), int(told.opened.min()), finish)
    workings = {number: post.working for number, post in posts.items()}
    stations = stations_of(told, applied, workings)
    shift = _usual_day(ground, days_from(ground.first_day, FEWEST_DAYS))
    efforts = estimate(told, stations, posts, shift=shift, zone=county.zone)
    cast = Cast.of(told, stations, efforts, posts)
    days = Days.of(told, usable, county, ground.first_day, last)
    return Stage(ground, Past(told, applied, cast, ground.centre), posts, days, usable)


def _posts(ground: Ground, holders: Any, first: int, last: int) -> dict[int, Post]:
    found = {}
    calendars, units = ground.side.calendars, ground.histories.indexes.units
    known: dict[int, Working] = {}
    for number in holders[holders != NONE].tolist():
        key = units.key(number)
        office = ground.offices.get(key, Office("unknown", 1))
        calendar = calendars.units.get(key, calendars.county)
        working = known.setdefault(id(calendar), Working.around(calendar, first, last))
        found[number] = Post(key, office.kind, max(office.staff, 1), working)
    return found


def _usual_day(ground: Ground, days: Sequence[date]) -> int:
    """Working time of a usual working day of the county, in microseconds."""
    calendar = ground.side.calendars.county
    starts = [_instant(day, calendar.zone) for day in days]
    working = Working.around(calendar, starts[0], starts[-1])
    spans = [working.between(one, other) for one, other in pairwise(starts)]
    return int(np.median([span for span in spans if span]))


def _replication(stage: Stage, plan: Plan, wish: Wish, number: int) -> tuple[Outcome, Outcome]:
    """One future, without and with the scenario: the same reports, the same efforts."""
    told, county = stage.ground.histories, stage.ground.side.calendars.county
    seeds = np.random.SeedSequence([wish.seed, number]).spawn(3)
    reports, efforts, more = (np.random.default_rng(seed) for seed in seeds)
    begin = wish.start - timedelta(days=WARM_UP)
    days = days_from(begin, WARM_UP + wish.days + RUN_OUT)
    base = arrivals(told, stage.days, county, days, reports)
    visits = stage.past.cast.visits(base, efforts)
    extra = surging(told, base, plan.surges, WARM_UP, more)
    added = stage.past.cast.visits(extra, more)
    window = _window(wish, days, county.zone)
    outcomes = []
    for chosen, cast in ((nothing(stage.posts), visits), (plan, [*_again(visits), *added])):
        moved = sorted(_into(cast, chosen), key=lambda one: (one.at, one.case))
        play(moved, chosen.posts, begin=_instant(begin, county.zone) - HOUR, end=window.end)
        outcomes.append(measure(stage.past, moved, replace(chosen, touched=plan.touched), window))
    return outcomes[0], outcomes[1]


def _again(visits: Sequence[Visit]) -> list[Visit]:
    return [Visit(one.at, one.case, one.day, one.stations) for one in visits]


def _into(visits: Sequence[Visit], plan: Plan) -> list[Visit]:
    """Cases of merged units go to the one that stays."""
    if plan.into:
        for visit in visits:
            visit.stations = [
                (plan.into.get(unit, unit), urgent, work, lag)
                for unit, urgent, work, lag in visit.stations
            ]
    return list(visits)


def _window(wish: Wish, days: Sequence[date], zone: Any) -> Window:
    first, last = wish.start, wish.start + timedelta(days=wish.days)
    noons = [_instant(day, zone) + 12 * HOUR for day in days[WARM_UP : WARM_UP + wish.days + 14]]
    end = _instant(days[-1] + timedelta(days=1), zone)
    return Window(_instant(first, zone), _instant(last, zone), end, noons)


def _instant(day: date, zone: Any) -> int:
    return micros(datetime.combine(day, datetime.min.time(), tzinfo=zone))


def _figures(before: Sequence[Outcome], after: Sequence[Outcome]) -> dict[str, Any]:
    """Each figure without and with the scenario, and its difference run by run."""
    names = dict.fromkeys(name for one in (*before, *after) for name in one.figures)
    nan = float("nan")
    found = {}
    for name in names:
        pairs = [
            (one.figures.get(name, nan), other.figures.get(name, nan))
            for one, other in zip(before, after, strict=True)
        ]
        found[name] = {
            "before": mean_interval([a for a, _ in pairs]).to_json(),
            "after": mean_interval([b for _, b in pairs]).to_json(),
            "difference": mean_interval([b - a for a, b in pairs]).to_json(),
        }
    return found


def _queues(before: Sequence[Outcome], after: Sequence[Outcome], wish: Wish) -> dict[str, Any]:
    """The mean over the replications of how many cases wait at each noon."""
    found: dict[str, Any] = {"first_day": wish.start.isoformat()}
    for name in before[0].queues:
        found[name] = {
            label: [round(float(value), 2) for value in np.mean([o.queues[name] for o in told], 0)]
            for label, told in (("before", before), ("after", after))
        }
    return found


def _recorded(stage: Stage) -> dict[str, float]:
    """What happened, counted as the runs are: the baseline is judged by it."""
    past = stage.past
    told, stations, horizon = past.histories, past.cast.stations, stage.ground.horizon
    late = lateness.late_cases(told, past.applied, horizon)
    found = {
        "cases": float(stage.usable.sum()) / len(stage.days.cases),
        "late": 100 * float(late[stage.usable].mean()),
    }
    for clock, timed in past.applied.clocks.items():
        chosen = stage.usable[told.case[timed.runs.start]]
        chosen &= lateness.counted(told, past.applied, clock)
        if chosen.any():
            missed = lateness.late(told, past.applied, clock, horizon)[chosen]
            found[f"late.{clock}"] = 100 * float(missed.mean())
    clock_of = np.array(clocks_of_states(past))[told.state[stations.begins]]
    for clock in np.unique(clock_of[stations.unit != NONE]):
        rows = (clock_of == clock) & stage.usable[stations.case] & (stations.unit != NONE)
        if clock and rows.any():
            found[f"took.{clock}"] = float(stations.took[rows].mean()) / HOUR
    return {name: round(value, 4) for name, value in found.items()}


def _staff(stage: Stage, plan: Plan) -> list[dict[str, Any]]:
    """How many people the units in question have, without and with the scenario."""
    return [
        {
            "key": post.key,
            "before": post.staff,
            "after": 0 if number in plan.into else plan.posts[number].staff,
        }
        for number, post in stage.posts.items()
        if number in plan.touched
    ]
