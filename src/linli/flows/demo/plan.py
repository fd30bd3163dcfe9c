"""What the generator hands over: plain values, in the order of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from linli.flows.demo.county import DemoTerritory
from linli.flows.demo.units import DemoStaff, DemoUnit


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One line of a timeline. `at` is UTC, `state` the state afterwards, `unit` the actor's.

    `fields` holds what the transition asks for beside the reason (unit, outcome, ...).
    """

    transition_key: str
    state: str
    at: datetime
    actor_role: str
    actor: str
    unit: str
    reason: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedIncident:
    """A generated incident with its history so far. Codes are those of `DemoPlan`.

    `grid` is empty where the category needs no place, then `lon` and `lat` are None. Of a merged
    one, `duplicate_of` is the index of the other. `platform` is where it begins. `sampled` is
    one that was settled on the spot and drawn for a check. `further` are more grids that it
    touches.
    """

    index: int
    category: str
    severity: str
    source: str
    platform: str
    township: str
    village: str
    grid: str
    lon: float | None
    lat: float | None
    place_text: str
    title: str
    text: str
    verification: str
    steps: tuple[PlannedStep, ...]
    duplicate_of: int | None = None
    sampled: bool = False
    further: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return self.steps[-1].state

    @property
    def opened_at(self) -> datetime:
        return self.steps[0].at


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """A whole county. `notice` says in Chinese and English that it is generated: show it."""

    code: str
    name: str
    name_en: str
    notice: tuple[str, str]
    until: date
    territory: DemoTerritory
    units: tuple[DemoUnit, ...]
    staff: tuple[DemoStaff, ...]
    incidents: tuple[PlannedIncident, ...]
