"""An import profile: how the columns of a foreign file become incidents.

docs/imports.md explains every key to someone who writes one.
"""

import codecs
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from linli.incidents.enums import Severity, Source, State

RuleAction = Literal["reject", "flag", "accept"]

# What another system can tell us of a case; everything between is for this county to do.
IMPORTED_STATES = (State.REPORTED.value, State.CLOSED.value)
FINAL_STATES = frozenset({State.CLOSED.value})
SEVERITIES = tuple(Severity.values)
SOURCES = tuple(Source.values)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{name}” is no time zone; write one like Asia/Shanghai") from None
    return name


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f"“{name}” is no encoding; try utf-8 or gb18030") from None
    return name


def _known_pattern(pattern: str) -> str:
    if pattern == "iso":
        return pattern
    try:
        datetime.strptime("", pattern)  # noqa: DTZ007 - only the pattern is looked at
    except ValueError as error:
        if "%" in pattern and "does not match" in str(error):
            return pattern
    raise ValueError(f"“{pattern}” is no pattern of a time; write iso, or one like %Y-%m-%d %H:%M")


Column = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Part):
    """A constant `value`, or a `column` whose values are looked up in `map`."""

    value: str | None = None
    column: Column | None = None
    map: dict[str, str] = Field(default_factory=dict)
    default: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.value is None) == (self.column is None):
            raise ValueError("write either value or column")
        if self.value is not None and (self.map or self.default is not None):
            raise ValueError("map and default belong to a column, not to a value")
        return self

    def results(self) -> Iterator[str]:
        """Everything that the choice can come to."""
        yield from self.map.values()
        yield from (given for given in (self.value, self.default) if given is not None)


class Category(Choice):
    """Codes of the county's category tree; or `create: from_column` takes the file's own types."""

    create: Literal["from_column"] | None = None
    prefix: str = Field(default="", pattern=r"^[a-z0-9_.-]{0,20}$")

    @model_validator(mode="after")
    def _mapped_or_created(self) -> Self:
        if self.create and self.column is None:
            raise ValueError("create: from_column needs a column")
        if self.column and not (self.create or self.map or self.default is not None):
            raise ValueError("write a map, a default, or create: from_column")
        return self


class Text(_Part):
    """What the incident says: the filled ones among `columns`, joined."""

    columns: list[Column] = Field(min_length=1)
    separator: str = ". "


class Time(_Part):
    """A point in time; `format` is `iso` or a pattern of Python's strptime."""

    column: Column
    format: Annotated[str, AfterValidator(_known_pattern)] = "iso"


class Place(_Part):
    """Where it happened; longitude and latitude are in `crs`, so are the bounds."""

    lon: Column | None = None
    lat: Column | None = None
    crs: Literal["wgs84", "gcj02", "bd09", "cgcs2000"] = "wgs84"
    bounds: tuple[float, float, float, float] | None = None
    address: Text | None = None
    area: Column | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat belong together")
        if self.bounds and not (
            self.bounds[0] < self.bounds[2] and self.bounds[1] < self.bounds[3]
        ):
            raise ValueError("write bounds as [west, south, east, north]")
        return self


class Rules(_Part):
    """What becomes of a record that breaks a rule."""

    closed_before_opened: RuleAction = "reject"
    outside_bounds: RuleAction = "flag"
    no_place: RuleAction = "accept"


class Profile(_Part):
    """How one kind of file is read. See docs/imports.md."""

    name: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    about: str = ""
    format: Literal["csv", "json", "json-lines"]
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    records: str = ""
    timezone: Annotated[str, AfterValidator(_known_zone)]
    ambiguous_hour: Literal["earlier", "later", "reject"] = "earlier"
    source_id: Column
    text: Text
    category: Category
    state: Choice
    severity: Choice = Choice(value="general")
    source: Choice = Choice(value="import")
    opened: Time
    closed: Time | None = None
    updated: Time | None = None
    place: Place = Place()
    outcome: Column | None = None
    rules: Rules = Rules()

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        for key, choice, words in (
            ("state", self.state, IMPORTED_STATES),
            ("severity", self.severity, SEVERITIES),
            ("source", self.source, SOURCES),
        ):
            strange = sorted(set(choice.results()) - set(words))
            if strange:
                raise ValueError(f"{key}: {', '.join(strange)} is none of {', '.join(words)}")
        if self.closed is None and FINAL_STATES & set(self.state.results()):
            raise ValueError("closed: a closing time is needed, because some states are final")
        return self

    def required_columns(self) -> list[str]:
        """Columns without which no record can become an incident; the source id is the first."""
        chosen = [part for part in self._choices() if part.default is None]
        return _once([self.source_id, self.opened.column, *(part.column for part in chosen)])

    def columns(self) -> list[str]:
        """Every column that the profile names, once, the required ones first."""
        address = self.place.address.columns if self.place.address else []
        chosen = [part.column for part in self._choices()]
        times = [part.column for part in (self.closed, self.updated) if part]
        places = [self.place.lon, self.place.lat, self.place.area, self.outcome]
        named = [*chosen, *self.text.columns, *times, *address, *places]
        return _once([*self.required_columns(), *named])

    def _choices(self) -> tuple[Choice, ...]:
        return (self.category, self.state, self.severity, self.source)


def _once(names: list[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
