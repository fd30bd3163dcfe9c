"""Spans as the field writes them: working hours 工作时, working days 工作日, plain hours."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

_WRITTEN = re.compile(r"(\d{1,5}) ?(working hours?|working days?|hours?|wh|wd|h)")


class Unit(StrEnum):
    WORKING_HOURS = "working hours"
    WORKING_DAYS = "working days"
    HOURS = "hours"


_SHORT = {"wh": Unit.WORKING_HOURS, "wd": Unit.WORKING_DAYS, "h": Unit.HOURS}


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of one unit, at least one."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"a duration is at least 1, not {self.amount}")

    def __str__(self) -> str:
        unit = self.unit.value
        return f"{self.amount} {unit[:-1] if self.amount == 1 else unit}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "5 working hours", "1 working day", "24 hours" or, short, "5wh", "1wd", "24h"."""
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f"{text!r} is no duration: write '5 working hours', '1 working day' or '24 hours'"
            )
        written = match[2]
        return cls(int(match[1]), _SHORT.get(written) or Unit(written.rstrip("s") + "s"))

    @property
    def span(self) -> timedelta:
        """The amount of hours; a working day has no fixed length and no span."""
        if self.unit is Unit.WORKING_DAYS:
            raise ValueError("a working day has no fixed length")
        return timedelta(hours=self.amount)
