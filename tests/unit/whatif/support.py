"""Random histories as the engine itself would let them happen, and a side to apply to them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from linli.calendars import Duration
from linli.calendars.timeline import micros
from linli.processes import CaseFacts, Decision, Definition, Field, Transition, available, decide
from linli.whatif.histories import CaseRow, Collector, EventRow
from linli.whatif.sides import Calendars, Matter, Side, Suggested
from tests.unit.processes.support import CENTRE as CENTRE_DESK
from tests.unit.processes.support import NOW, PEOPLE, TOWNSHIP, calendar, incident
from tests.unit.processes.test_every_transition import filled

AREAS = ("north", "south")
ENDS = frozenset({"withdrawn", "merged", "not_accepted", "settled_on_the_spot", "archived"})
OWN: Mapping[tuple[str, str], str] = {("flood", "general"): "3 working days"}
CENTRE = "centre"


def category_times(category: str, severity: str) -> Mapping[str, Duration]:
    written = OWN.get((category, severity))
    return {"handle": Duration.parse(written)} if written else {}


def to_roads(_matter: Matter) -> Suggested:
    return Suggested("U-roads", "all")


def side(definition: Definition | None = None, suggest: Any = to_roads) -> Side:
    return Side(definition or incident(), suggest, Calendars(calendar()), category_times)


class Walk:
    """One case on a random way; `decisions` are the engine's, one for each event."""

    def __init__(self, rng: Random, number: str, begin: datetime = NOW) -> None:
        self.rng = rng
        self.category = rng.choice(("hazard", "flood"))
        severity = rng.choice(list(incident().severities))
        own = category_times(self.category, severity)
        self.case = CaseFacts(severity=severity, reporter="worker", durations=own)
        self.area = rng.choice(AREAS)
        self.now = begin
        self.number = number
        self.opened = begin
        self.decisions: list[Decision] = []
        self.events: list[EventRow] = []

    def go(self, steps: int) -> "Walk":
        for _ in range(steps):
            self.act()
        return self

    def act(self) -> None:
        self._end_stop()
        later = self.now + timedelta(minutes=self.rng.choice((0, 5, 50, 300, 2_000, 9_000)))
        stopped = self.case.progress.stopped
        self.now = min(later, stopped.until) if stopped else later
        who, allowed = self._somebody()
        if not allowed:
            return
        step = self._picked(allowed)
        self._take(who, step.key, self._filled(step))

    def _somebody(self) -> tuple[Any, list[Transition]]:
        """Anybody who may take a step now, and the steps: the first of people in random order."""
        for who in self.rng.sample(PEOPLE, len(PEOPLE)):
            offers = available(incident(), self.case, who, now=self.now, calendar=calendar())
            allowed = [offer.transition for offer in offers if offer.allowed]
            if any(step.primary for step in allowed) or (allowed and self.rng.random() < 0.3):
                return who, allowed
        return None, []

    def _picked(self, allowed: list[Transition]) -> Transition:
        """Mostly onwards: cases that end early or only get comments would try little."""
        onwards = [step for step in allowed if step.primary]
        if onwards and self.rng.random() < 0.5:
            return self.rng.choice(onwards)
        lasting = [step for step in allowed if step.to not in ENDS]
        return self.rng.choice(lasting if lasting and self.rng.random() < 0.9 else allowed)

    def _filled(self, step: Transition) -> dict[Any, object]:
        """The step's fields by chance; a correction brings the times of its category."""
        fields: dict[Any, object] = filled(step)
        chosen: dict[str, Any] = {
            "unit": lambda: self.rng.choice(("U-roads", "U-water")),
            "co_units": list,
            "review_date": lambda: self.now.date() + timedelta(days=self.rng.randint(2, 20)),
            "condition": lambda: self.rng.choice(list(incident().stop_clocks)),
        }
        fields |= {name: chosen[name]() for name in chosen if name in fields}
        if not self.case.state:
            fields.pop("severity", None)
        elif Field.CATEGORY in step.fields:
            self.category = self.rng.choice(("hazard", "flood"))
            severity = self.rng.choice(list(incident().severities))
            fields |= {"category": self.category, "severity": severity}
            self.case = self.case._replace(durations=category_times(self.category, severity))
        return fields

    def _end_stop(self) -> None:
        """Half of the stops end by themselves, which somebody then records."""
        stopped = self.case.progress.stopped
        if stopped is None or self.rng.random() < 0.5:
            return
        self.now = max(self.now, stopped.until)
        for who in (TOWNSHIP, CENTRE_DESK):
            offers = available(incident(), self.case, who, now=self.now, calendar=calendar())
            if any(one.allowed and one.transition.key == "start_clock" for one in offers):
                self._take(who, "start_clock", {})
                return

    def _take(self, who: Any, key: str, fields: dict[Any, object]) -> None:
        decision = decide(
            incident(), self.case, who, key, fields, now=self.now, calendar=calendar()
        )
        self.case = decision.case
        self.decisions.append(decision)
        values = decision.fields
        until, extra = values.get(Field.REVIEW_DATE), values.get(Field.EXTRA_TIME)
        self.events.append(
            EventRow(
                kind=key,
                state=decision.state,
                at=micros(self.now),
                unit=str(values.get(Field.UNIT, "")),
                category=self.category,
                severity=self.case.severity,
                area=self.area,
                extra=extra if isinstance(extra, Duration) else None,
                until=until if isinstance(until, date) else None,
                condition=str(values.get(Field.CONDITION, "")),
            )
        )

    def row(self) -> CaseRow:
        return CaseRow(
            self.number, micros(self.opened), "grid_worker", home=self.area, township=self.area
        )


def walks(seed: int, cases: int, steps: int = 25, *, apart: int = 7) -> list[Walk]:
    """Cases that begin some hours apart, each with at least its report."""
    rng = Random(seed)
    found = []
    for number in range(cases):
        walk = Walk(rng, f"2026-{number:06}", NOW + timedelta(hours=apart * number)).go(steps)
        if walk.events:
            found.append(walk)
    return found


def collect(told: list[Walk]) -> Any:
    collector = Collector()
    for walk in told:
        collector.add(walk.row(), walk.events)
    return collector.histories()
