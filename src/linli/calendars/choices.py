"""Which of a county's calendars a clock counts by."""

from enum import StrEnum


class CalendarChoice(StrEnum):
    """By whose working time a clock counts: `unit` is the unit that holds the case, or else the
    county.
    """

    COUNTY = "county"
    UNIT = "unit"
    ROUND_THE_CLOCK = "round_the_clock"
