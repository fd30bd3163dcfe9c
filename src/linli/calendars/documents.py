"""A calendar as people write it: shifts like "08:30-12:00", lists of days."""

import re
from datetime import date
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from linli.calendars.timeline import Shift
from linli.calendars.working_time import WorkCalendar

_SHIFT = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")


def _read_shift(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _SHIFT.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"{value!r} is no shift: write e.g. 08:30-12:00")
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    if max(start_minute, end_minute) > 59:
        raise ValueError(f"{value!r} has a minute beyond 59")
    return Shift(start_hour * 60 + start_minute, end_hour * 60 + end_minute)


def _write_shift(shift: Shift) -> str:
    return f"{shift.start // 60:02}:{shift.start % 60:02}-{shift.end // 60:02}:{shift.end % 60:02}"


WrittenShift = Annotated[Shift, BeforeValidator(_read_shift), PlainSerializer(_write_shift)]
Shifts = tuple[WrittenShift, ...]


class CalendarDocument(BaseModel):
    """One version of a county's or a unit's calendar; `week` begins with Monday."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(min_length=1, max_length=64)
    version: int = Field(default=1, ge=1)
    timezone: str
    week: tuple[Shifts, Shifts, Shifts, Shifts, Shifts, Shifts, Shifts]
    makeup: Shifts = ()
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

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
            raise ValueError(f"unknown time zone {self.timezone!r}") from error
        return WorkCalendar(
            key=self.key,
            version=self.version,
            timezone=self.timezone,
            week=self.week,
            makeup=self.makeup,
            holidays=self.holidays,
            workdays=self.workdays,
        )
