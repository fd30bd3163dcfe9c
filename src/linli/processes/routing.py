"""Which unit should take a matter, by a definition's rules. A suggestion: a person dispatches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from linli.calendars import Duration
from linli.processes.definition import Definition
from linli.processes.routing_table import Pick, Rule, When
from linli.processes.vocabulary import Reach


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing looks at.

    `path` are area codes from the deepest to the county's own, which is always there; `categories`
    the matter's own code, then those above it; `trade` the one that its category names, which is
    looked for county-wide only if `countywide`; `hour` that of the county's local week.
    """

    path: tuple[str, ...]
    categories: tuple[str, ...]
    trade: str
    countywide: bool
    severity: str
    source: str
    hour: int


class Directory(Protocol):
    """The units in service. Answers are unit codes; None where there is no such unit."""

    def unit(self, code: str) -> str | None:
        """The code itself, of a unit in service."""

    def of_trade(self, trade: str, area: str) -> str | None:
        """The unit of a trade that works in exactly this area; the county's own: county-wide."""

    def centre(self, area: str) -> str | None:
        """The centre of exactly this area."""


class How(StrEnum):
    """How a rule found its unit."""

    NAMED = "named"
    NEAREST = "nearest"
    COUNTYWIDE = "countywide"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Found:
    """A unit, and the area on the matter's path for which it was found ("" for one by name)."""

    unit: str
    how: How
    area: str = ""


class Ground(StrEnum):
    """A kind of condition of a rule."""

    AREA = "area"
    CATEGORY = "category"
    SEVERITY = "severity"
    SOURCE = "source"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Choice:
    """What one rule says of a matter. `grounds` are its conditions, each with what met it."""

    rule: Rule
    found: Found
    grounds: tuple[tuple[Ground, str], ...]
    co_units: tuple[str, ...] = ()

    @property
    def lead(self) -> str:
        return self.found.unit

    @property
    def handle(self) -> Duration | None:
        """The time to handle, where the rule sets another than the category."""
        return self.rule.handle


@dataclass(frozen=True, slots=True)
class Routed:
    """The choice of the first rule that fits and finds a unit; what later ones would have said."""

    chosen: Choice
    later: tuple[Choice, ...] = ()


def route(definition: Definition, matter: Matter, directory: Directory) -> Routed | None:
    """None where no rule of the definition finds a unit for the matter."""
    said = tuple(choices(definition, matter, directory))
    return Routed(said[0], said[1:]) if said else None


def choices(definition: Definition, matter: Matter, directory: Directory) -> Iterator[Choice]:
    """What each rule that fits says, in their order; the first one decides."""
    for rule in definition.routing:
        grounds = met(rule.when, matter)
        if grounds is None:
            continue
        found = find(rule.lead, matter, directory)
        if found is not None:
            yield Choice(rule, found, grounds, _beside(rule, found, matter, directory))


def met(when: When, matter: Matter) -> tuple[tuple[Ground, str], ...] | None:
    """The conditions, each with what met it; None where one does not hold."""
    if not when.mask >> matter.hour & 1:
        return None
    grounds = []
    for ground, wanted, have in (
        (Ground.AREA, when.areas, matter.path),
        (Ground.CATEGORY, when.categories, matter.categories),
        (Ground.SEVERITY, when.severities, (matter.severity,)),
        (Ground.SOURCE, when.sources, (matter.source,)),
    ):
        if not wanted:
            continue
        name = next((one for one in have if one in wanted), None)
        if name is None:
            return None
        grounds.append((ground, name))
    if when.hours:
        grounds.append((Ground.HOUR, str(matter.hour)))
    return tuple(grounds)


def find(pick: Pick, matter: Matter, directory: Directory) -> Found | None:
    """The unit that a rule means for a matter."""
    if pick.unit is not None:
        code = directory.unit(pick.unit)
        return Found(code, How.NAMED) if code else None
    if pick.centre:
        return _along(matter.path, directory.centre)
    trade = matter.trade if pick.own_trade else pick.function
    if not trade:
        return None
    wide = pick.reach is Reach.COUNTY or (pick.own_trade and matter.countywide)
    path = matter.path[-1:] if wide else matter.path
    found = _along(path, lambda area: directory.of_trade(trade, area))
    return replace(found, how=_reach(found.area, matter)) if found else None


def _along(path: Sequence[str], ask: Callable[[str], str | None]) -> Found | None:
    for area in path:
        code = ask(area)
        if code:
            return Found(code, How.CENTRE, area)
    return None


def _reach(area: str, matter: Matter) -> How:
    return How.COUNTYWIDE if area == matter.path[-1] else How.NEAREST


def _beside(rule: Rule, lead: Found, matter: Matter, directory: Directory) -> tuple[str, ...]:
    """The co-handling units that are found, each once and none twice with the lead unit."""
    found = (find(pick, matter, directory) for pick in rule.co_units)
    codes = dict.fromkeys(one.unit for one in found if one)
    return tuple(code for code in codes if code != lead.unit)
