"""A run carried out: the past is read, the pure core works, the result is told in plain values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from linli.calendars.timeline import micros
from linli.casework.definitions import newest_process
from linli.counties.opening import open_county
from linli.flows.whatif.asking import ReplayWish, SimulationWish, begin_of
from linli.flows.whatif.ground import Surroundings, labels, offices
from linli.flows.whatif.reading import read_past
from linli.incidents.actions.report import PROCESS
from linli.whatif.histories import Indexes
from linli.whatif.replaying import replay
from linli.whatif.report import changed_cases, summary
from linli.whatif.simulation.running import Ground, Wish, simulate

Progress = Callable[[str, int, int], None]
"""Told a stage (read, replay, simulate), how much is done, of how much; may raise to end it."""


@dataclass(frozen=True)
class Replayed:
    """The result for JSON, and a row for each changed case (`report.Changed`)."""

    result: dict[str, Any]
    rows: list[Any]


def carry_out_replay(county: str, wish: ReplayWish, progress: Progress) -> Replayed:
    """Put the county's past through the published definition and the draft. Outside a context.

    Raises AskedWrongError.
    """
    draft, document = wish.checked()
    with open_county(county):
        published, here = newest_process(PROCESS), Surroundings()
        now = timezone.now()
    zone = here.zone
    histories = read_past(
        county,
        begin_of(wish.since, zone),
        begin_of(wish.until + timedelta(days=1), zone),
        indexes=Indexes(),
        progress=lambda done, of: progress("read", done, of),
    )
    progress("replay", 0, 1)
    calendar = document.calendar() if document else None
    sides = here.side(published), here.side(draft, calendar)
    told = replay(histories, *sides, centre=here.centre, horizon=micros(now))
    result = summary(told, seed=wish.seed)
    rows = list(changed_cases(told))
    progress("replay", 1, 1)
    with open_county(county):
        words = labels(histories.indexes, (published, draft))
    versions = {"published": published.version, "draft": draft.version}
    span = {"since": wish.since.isoformat(), "until": wish.until.isoformat()}
    facts = {"county": county, "process": versions, "labels": words, "changed": len(rows)}
    return Replayed(facts | span | result, rows)


def carry_out_simulation(county: str, wish: SimulationWish, progress: Progress) -> dict[str, Any]:
    """Play days to come through, without and with the scenario. Call outside a context.

    Raises AskedWrongError, ScenarioError.
    """
    with open_county(county):
        now, today = timezone.now(), timezone.localdate()
        scenario = wish.checked(today)
        published, here = newest_process(PROCESS), Surroundings()
        people = offices(today)
    zone = here.zone
    histories = read_past(
        county,
        begin_of(wish.since, zone),
        now,
        indexes=Indexes(),
        progress=lambda done, of: progress("read", done, of),
    )
    ground = Ground(
        histories=histories,
        side=here.side(published),
        offices=people,
        centre=here.centre,
        first_day=wish.since,
        horizon=micros(now),
    )
    asked = Wish(_next_monday(today), wish.days, wish.replications, wish.seed)
    found = simulate(ground, scenario, asked, lambda done, of: progress("simulate", done, of))
    with open_county(county):
        words = labels(histories.indexes, (published,))
    return {"county": county, "since": wish.since.isoformat(), "labels": words} | found


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())
