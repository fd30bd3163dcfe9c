"""The path of an emergency: who is alerted, each with minutes to answer, and the reports due.

The numbers are examples to start from [U]; a county sets its own in its process definition.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described


class Seat(StrEnum):
    """A place on the rota of the unit that holds the case."""

    DUTY_OFFICER = "duty_officer"
    DEPUTY = "deputy"
    DUTY_LEADER = "duty_leader"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(_Part):
    to: Seat
    minutes: int = Described(ge=1, le=120)


class Reports(_Part):
    """The first report 初报 after the alert, follow-ups 续报 after one another, the final one 终报
    after the emergency is over.
    """

    first_minutes: int = Described(default=30, ge=1)
    follow_up_hours: int = Described(default=4, ge=1)
    final_days: int = Described(default=5, ge=1)


class EmergencyPath(_Part):
    """`record_hours`: by when what was done first is on record 先处置后补录."""

    rungs: tuple[Rung, ...] = Described(
        default=(
            Rung(to=Seat.DUTY_OFFICER, minutes=5),
            Rung(to=Seat.DEPUTY, minutes=5),
            Rung(to=Seat.DUTY_LEADER, minutes=10),
        ),
        min_length=1,
    )
    reports: Reports = Reports()
    record_hours: int = Described(default=24, ge=1)


DEFAULT_PATH = EmergencyPath()
