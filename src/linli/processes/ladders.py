"""Escalation ladders: who is told, and when, as a deadline comes near and passes."""

from typing import Self

from pydantic import Field as Described
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from linli.calendars import Unit
from linli.processes.parts import Part, Text, WrittenDuration
from linli.processes.vocabulary import Target


class Rung(Part):
    """At the deadline, or so long `before` or `after` it. `takes_over`: the county's case from now.

    `before` is in hours: a working day before a deadline is no exact instant.
    """

    before: WrittenDuration | None = None
    after: WrittenDuration | None = None
    tell: tuple[Target, ...] = Described(min_length=1)
    takes_over: bool = False

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if self.before is not None and self.after is not None:
            raise PydanticCustomError(
                "rung_two_sides", "a rung is before the deadline or after it, not both"
            )
        if self.before is not None and self.before.unit is Unit.WORKING_DAYS:
            raise PydanticCustomError(
                "rung_before_days", "write what comes before a deadline in hours or working hours"
            )
        return self


class Ladder(Part):
    label: Text
    rungs: tuple[Rung, ...] = Described(min_length=1)
