"""One incident on its way: the clock, the state, and the steps written so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from types import MappingProxyType
from typing import Final

import yaml

from linli.accounts.enums import Role
from linli.calendars import Duration, Unit, WorkCalendar, add_working_time, deadline
from linli.flows.demo.plan import PlannedStep
from linli.flows.demo.reports import Report
from linli.flows.demo.units import (
    DemoUnit,
    centre_code,
    is_village,
    login_of,
    platform_code,
)
from linli.incidents.data.categories import CategoryTree
from linli.incidents.enums import Severity, State
from linli.processes import Definition, load

URGENT: Final = frozenset({Severity.MAJOR.value, Severity.CRITICAL.value})
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
AT_THE_UNIT: Final = frozenset(
    {State.DISPATCHED.value, State.HANDLING.value, State.EXTENSION_ASKED.value, State.REWORK.value}
)


class RestsError(Exception):
    """The history ends here: the present is reached, or the case lies where it is."""


@cache
def phrases() -> dict[str, list[str]]:
    """What staff write, by occasion; `result.01` for the results of a first-level category."""
    document = yaml.safe_load((files(__package__) / "phrases.yaml").read_text("utf-8"))
    results = {f"result.{code}": found for code, found in document.pop("result").items()}
    return {**document, **results}


@cache
def shipped_process() -> Definition:
    return load((files("linli.incidents") / "processes" / "incident.yaml").read_text("utf-8"))


@cache
def times_of_rules(category: str, source: str) -> tuple[Duration, ...]:
    """What rules of routing.yaml may give a unit instead of the category's time."""
    rules = yaml.safe_load((files(__package__) / "routing.yaml").read_text("utf-8"))["routing"]
    return tuple(
        Duration.parse(rule["handle"])
        for rule in rules
        if "handle" in rule
        and category in rule["when"].get("categories", [category])
        and source in rule["when"].get("sources", [source])
    )


@dataclass(frozen=True, slots=True)
class World:
    """What every course shares."""

    rng: Random
    calendar: WorkCalendar
    tree: CategoryTree
    units: Mapping[str, DemoUnit]
    until: datetime
    own: Mapping[str, WorkCalendar]  # of units that have a calendar of their own


class Course:
    """Steps in order, time passing between them. `stalls_at`: nothing follows that step."""

    def __init__(self, world: World, report: Report, *, stalls_at: str) -> None:
        self.world = world
        self.rng = world.rng
        self.report = report
        self.at = report.at
        self.state = ""
        self.platform = report.platform
        self.lead = ""
        self.helper = ""
        self.reopened = False
        self.sampled = False
        self.handlers: set[str] = set()
        self.steps: list[PlannedStep] = []
        self._stalls_at = stalls_at

    @property
    def urgent(self) -> bool:
        return self.report.severity in URGENT

    @property
    def calendar(self) -> WorkCalendar:
        """By which time passes: that of the unit at work, or the county's."""
        if self.state in AT_THE_UNIT:
            return self.world.own.get(self.lead, self.world.calendar)
        return self.world.calendar

    def say(self, occasion: str) -> str:
        chosen = self.rng.choice(phrases()[occasion])
        return chosen.replace("{n}", str(self.rng.randint(2, 40)))

    def office(self, least: float, most: float) -> None:
        """Let office minutes pass; what is urgent is worked on at any hour."""
        self.pass_minutes(self.rng.triangular(least, most, least + (most - least) * 0.2))

    def pass_minutes(self, minutes: float) -> None:
        span = timedelta(seconds=int(minutes * 60))
        if self.urgent:
            self.at += span
        else:
            self.at = add_working_time(self.at, span, self.calendar)

    def spell(self, duration: Duration, share: float) -> timedelta:
        """A share of a deadline, as time of its own kind (see `pass_spell`)."""
        if duration.unit is Unit.WORKING_DAYS:
            monday = sum(end - start for start, end in self.calendar.week[0])
            return timedelta(minutes=duration.amount * monday * share)
        return timedelta(seconds=int(duration.span.total_seconds() * share))

    def pass_spell(self, span: timedelta, unit: Unit) -> None:
        if unit is Unit.HOURS:
            self.at += span
        else:
            self.at = add_working_time(self.at, span, self.calendar)

    def days(self, least: int, most: int) -> None:
        """Let days pass, and come back at an office hour."""
        self.at += timedelta(days=self.rng.randint(least, most))
        self.at = add_working_time(
            self.at, timedelta(minutes=self.rng.randint(5, 300)), self.world.calendar
        )

    def step(
        self,
        key: str,
        role: str,
        unit: str,
        *,
        number: int = 1,
        reason: str = "",
        fields: Mapping[str, str] = NOTHING,
    ) -> None:
        """Write a step at the present moment of the course."""
        if self.at > self.world.until:
            raise RestsError
        transition = shipped_process().transitions[key]
        self.state = transition.to or self.state
        if transition.handles:
            self.handlers.add(unit)
        at = self.at.replace(microsecond=0).astimezone(UTC)
        actor = login_of(role, unit, number)
        self.steps.append(PlannedStep(key, self.state, at, role, actor, unit, reason, fields))
        if key == self._stalls_at:
            raise RestsError

    def by_platform(
        self, key: str, *, number: int = 1, reason: str = "", fields: Mapping[str, str] = NOTHING
    ) -> None:
        """A step of whoever holds the case."""
        role, unit = Role.DISPATCHER.value, centre_code()
        if self.platform == "township":
            role, unit = Role.TOWNSHIP_OPERATOR.value, platform_code(self.report.township)
        self.step(key, role, unit, number=number, reason=reason, fields=fields)

    def by_somebody_else(
        self, key: str, *, reason: str = "", fields: Mapping[str, str] = NOTHING
    ) -> None:
        """A step that nobody who handled may take: the platform's second post, else the county."""
        own = platform_code(self.report.township)
        if self.platform == "township" and own not in self.handlers and own != self.lead:
            self.by_platform(key, number=2, reason=reason, fields=fields)
        else:
            number = self.rng.randint(1, 3)
            self.step(key, Role.VERIFIER.value, centre_code(), number=number, reason=reason,
                      fields=fields)  # fmt: skip

    def by_lead(self, key: str, *, reason: str = "", fields: Mapping[str, str] = NOTHING) -> None:
        role = Role.VILLAGE_OPERATOR if is_village(self.lead) else Role.UNIT_HANDLER
        self.step(key, role.value, self.lead, reason=reason, fields=fields)

    def due(self, begun: datetime) -> datetime:
        """By when a matter dispatched at `begun` is handled at the latest, whichever rule holds."""
        times = (self.duration(), *times_of_rules(self.report.category.code, self.report.source))
        return min(deadline(begun, one, self.calendar) for one in times)

    def duration(self) -> Duration:
        times = self.world.tree.times(self.report.category)
        return Duration.parse(times[self.report.severity])
