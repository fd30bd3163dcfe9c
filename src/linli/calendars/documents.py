"""Calendars as people write them: shifts like "08:30-12:00", days with their names."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from linli.calendars.festivals import Festival
from linli.calendars.hours import DAY_MINUTES, Hours, Shift
from linli.calendars.work_calendar import WorkCalendar
from linli.lib.errors import InputError

_SHIFT = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~]\s*(\d{1,2}):(\d{2})")
NAME_MAX = 40


def read_shift(value: object) -> object:
    """A shift from text; an end that is not after the start lies on the next day."""
    if not isinstance(value, str):
        return value
    match = _SHIFT.fullmatch(value.strip())
    if match is None:
        raise InputError("“%(text)s” is no shift: write e.g. 08:30-12:00.", text=value[:40])
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    if max(start_minute, end_minute) > 59:
        raise InputError("“%(text)s” has a minute beyond 59.", text=value)
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if max(start + 1, end) > DAY_MINUTES:
        raise InputError("“%(text)s” goes beyond 24:00: write a night as 22:00-06:00.", text=value)
    return Shift(start, end if end > start else end + DAY_MINUTES)


def write_shift(shift: Shift) -> str:
    end = shift.end if shift.end <= DAY_MINUTES else shift.end - DAY_MINUTES
    return f"{shift.start // 60:02}:{shift.start % 60:02}-{end // 60:02}:{end % 60:02}"


def _read_days(value: object) -> object:
    """Days with names; earlier releases stored bare lists of days."""
    return value if isinstance(value, Mapping) else dict.fromkeys(_listed(value), "")


def _listed(value: object) -> Iterable[Any]:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return value
    raise ValueError("days are written as a list, or with the name of each")


def _write_days(days: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): days[day] for day in sorted(days)}


WrittenShift = Annotated[Shift, BeforeValidator(read_shift), PlainSerializer(write_shift)]
WrittenShifts = tuple[WrittenShift, ...]
Week = tuple[
    WrittenShifts, WrittenShifts, WrittenShifts, WrittenShifts, WrittenShifts, WrittenShifts,
    WrittenShifts,
]  # fmt: skip
NamedDays = Annotated[
    Mapping[date, Annotated[str, Field(max_length=NAME_MAX)]],
    BeforeValidator(_read_days),
    PlainSerializer(_write_days),
    Field(max_length=5_000),
]


def refusal(error: ValueError) -> InputError:
    """What a document refused, as an error that can be translated."""
    if isinstance(error, InputError):
        return error
    details = error.errors() if isinstance(error, ValidationError) else []
    inner = details[0].get("ctx", {}).get("error") if details else None
    if isinstance(inner, InputError):
        return inner
    return InputError("This is no calendar: %(text)s", text=str(error)[:200])


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WrittenHours(_Document):
    """Other hours from a day on; `week` begins with Monday."""

    since: date
    week: Week
    makeup: WrittenShifts = ()

    def hours(self) -> Hours:
        return Hours(self.week, self.makeup, self.since)


class _Days(_Document):
    """What a county and a unit write alike. `version` is the one that it was published as."""

    key: str = Field(min_length=1, max_length=64)
    version: int = Field(default=1, ge=1)
    makeup: WrittenShifts = ()
    changes: tuple[WrittenHours, ...] = Field(default=(), max_length=100)
    holidays: NamedDays = Field(default_factory=dict)
    workdays: NamedDays = Field(default_factory=dict)
    festivals: tuple[Festival, ...] = Field(default=(), max_length=100)


class CalendarDocument(_Days):
    """One version of a whole calendar: a county's, or a unit's laid over it."""

    timezone: str
    week: Week

    @model_validator(mode="after")
    def _can_be_built(self) -> Self:
        self.calendar()
        return self

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        return cls.model_validate(yaml.safe_load(text))

    def calendar(self) -> WorkCalendar:
        """The calendar; an unknown time zone or overlapping shifts raise ValueError."""
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise InputError("Unknown time zone %(zone)s.", zone=self.timezone) from error
        return WorkCalendar(
            key=self.key,
            version=self.version,
            timezone=self.timezone,
            week=self.week,
            makeup=self.makeup,
            changes=tuple(change.hours() for change in self.changes),
            holidays=frozenset(self.holidays),
            workdays=frozenset(self.workdays),
            festivals=self.festivals,
        )


class UnitDocument(_Days):
    """What a unit does otherwise than its county; a unit that writes nothing follows it.

    Without a `week` the county's hours hold. `observes` says whether the county's holidays,
    make-up workdays and festivals hold too; a day that the unit names itself always does.
    """

    week: Week | None = None
    observes: bool = True

    @property
    def follows(self) -> bool:
        """Whether it is the county's calendar and nothing else."""
        own = (self.week, self.holidays, self.workdays, self.festivals)
        return self.observes and not any(own)

    def over(self, county: CalendarDocument) -> CalendarDocument:
        """The unit's whole calendar. Raises ValueError where the two do not fit together."""
        return CalendarDocument(
            key=self.key,
            version=max(self.version, county.version),
            timezone=county.timezone,
            week=self.week or county.week,
            makeup=self.makeup or county.makeup,
            changes=self.changes if self.week else county.changes,
            holidays=self._days(county.holidays, self.holidays, self.workdays),
            workdays=self._days(county.workdays, self.workdays, self.holidays),
            festivals=(*(county.festivals if self.observes else ()), *self.festivals),
        )

    def _days(
        self, inherited: Mapping[date, str], own: Mapping[date, str], other: Mapping[date, str]
    ) -> dict[date, str]:
        kept = inherited if self.observes else {}
        return {day: name for day, name in kept.items() if day not in other} | dict(own)
