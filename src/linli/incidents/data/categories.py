"""The category tree that a new county starts with: its shape, its checks, its loader."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from linli.calendars import Duration
from linli.incidents.enums import Severity, VerificationKind


def _readable(text: str) -> str:
    Duration.parse(text)
    return text


Written = Annotated[str, AfterValidator(_readable)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Part):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class CategorySpec(_Part):
    """One category; those of the first level have a two-digit code and sort only."""

    code: str = Field(pattern=r"^[0-9]{2}([0-9]{2})?$")
    name: str = Field(min_length=2, max_length=80)
    name_en: str = Field(min_length=2, max_length=120)
    icon: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    severity: Severity = Severity.GENERAL
    function: str = ""
    level: Literal["", "township", "county"] = ""
    deadlines: str = ""
    verification: VerificationKind = VerificationKind.ON_SITE
    place: Literal["required", "optional", "none", "several"] = "optional"
    on_the_spot: bool = False
    sample: float = Field(default=0.0, ge=0, le=1)
    basis: Literal["P", "U"] = "U"

    @property
    def parent(self) -> str:
        """The code of the first level; empty on the first level itself."""
        return self.code[:2] if len(self.code) == 4 else ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.parent and not (self.function and self.level and self.deadlines):
            raise ValueError(f"{self.code}: function, level and deadlines are needed")
        if self.on_the_spot and not self.sample:
            raise ValueError(f"{self.code}: what is settled on the spot is sampled at some rate")
        if self.on_the_spot and self.severity in {Severity.MAJOR, Severity.CRITICAL}:
            raise ValueError(f"{self.code}: a severe matter is never settled on the spot")
        return self


class CategoryTree(_Part):
    """Categories in order; `deadlines` are named sets of a duration for each severity."""

    version: int = Field(ge=1)
    functions: Mapping[str, Label]
    deadlines: Mapping[str, Mapping[Severity, Written]]
    categories: tuple[CategorySpec, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [category.code for category in self.categories]
        doubled = sorted({code for code in codes if codes.count(code) > 1})
        if doubled:
            raise ValueError(f"codes given twice: {', '.join(doubled)}")
        for category in self.leaves():
            self._check(category, set(codes))
        for name, times in self.deadlines.items():
            if set(times) != set(Severity):
                raise ValueError(f"deadlines {name}: one for each severity is needed")
        return self

    def _check(self, category: CategorySpec, codes: set[str]) -> None:
        for word, known in (
            (category.parent, codes),
            (category.function, self.functions),
            (category.deadlines, self.deadlines),
        ):
            if word not in known:
                raise ValueError(f"{category.code}: “{word}” is not defined")

    def leaves(self) -> list[CategorySpec]:
        """The second level: what an incident can have."""
        return [category for category in self.categories if category.parent]

    def times(self, category: CategorySpec) -> dict[str, str]:
        """Severity to duration, as the county's table keeps it; empty on the first level."""
        found = self.deadlines.get(category.deadlines, {})
        return {severity.value: duration for severity, duration in found.items()}


@cache
def shipped_categories() -> CategoryTree:
    """The tree of categories.yaml."""
    text = (files(__package__) / "categories.yaml").read_text("utf-8")
    return CategoryTree.model_validate(yaml.safe_load(text))
