"""What is to be tried: more or fewer staff, units merged, days with many times the reports."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

import yaml
from pydantic import Field as Described
from pydantic import ValidationError, model_validator

from linli.processes.parts import Code, Key, Part, Text


class ScenarioError(ValueError):
    """A document that is no scenario, or one that does not fit the county; `faults` say why."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Staff(Part):
    """`add` people at a unit, or that many fewer; `busiest` names a kind of unit instead, of which
    the one with the most steps in the past is meant.
    """

    unit: Code | None = None
    busiest: Key | None = None
    add: Annotated[int, Described(ge=-50, le=50)]

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.unit is None) == (self.busiest is None):
            raise ValueError("name a unit, or the kind of which the busiest is meant")
        if not self.add:
            raise ValueError("nobody more and nobody fewer changes nothing")
        return self


class Merge(Part):
    """Units become one: the first of `units`, or the `count` busiest of a kind."""

    units: tuple[Code, ...] = ()
    busiest: Key | None = None
    count: int = Described(default=2, ge=2, le=10)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.busiest is None) == (not self.units):
            raise ValueError("name the units, or the kind of which the busiest are meant")
        if self.units and len(set(self.units)) < 2:
            raise ValueError("it takes two different units to merge")
        return self


class Surge(Part):
    """From the `day` on (1 is the first) for `days` days, `times` as many reports; those of some
    categories (by the beginning of their code) or townships only, where these are named.
    """

    day: int = Described(ge=1)
    days: int = Described(default=1, ge=1, le=60)
    times: float = Described(gt=1, le=50)
    categories: tuple[Code, ...] = ()
    townships: tuple[Code, ...] = ()


class Scenario(Part):
    key: Key
    title: Text
    staff: tuple[Staff, ...] = ()
    merge: tuple[Merge, ...] = ()
    surges: tuple[Surge, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.staff or self.merge or self.surges):
            raise ValueError("a scenario changes staff, units or reports")
        return self


def read_scenario(text: str) -> Scenario:
    """Read a YAML document. Raises ScenarioError."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScenarioError([str(error)]) from error
    return from_document(document)


def from_document(document: object) -> Scenario:
    try:
        return Scenario.model_validate(document)
    except ValidationError as error:
        faults = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise ScenarioError(
            [f"{where}: {what}" if where else what for where, what in faults]
        ) from error


@cache
def ready_scenarios() -> Mapping[str, Scenario]:
    """Those that ship, by key."""
    folder = files(__package__) / "scenarios"
    texts = [one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".yaml")]
    found = [read_scenario(text) for text in texts]
    return {one.key: one for one in sorted(found, key=lambda one: one.key)}
