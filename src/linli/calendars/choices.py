"""Which of a county's calendars a clock counts by."""

from enum import StrEnum


class CalendarChoice(StrEnum):
    """`unit` is the calendar of the unit that holds the case: the county's where it has none."""

    COUNTY = "county"
    UNIT = "unit"
    ROUND_THE_CLOCK = "round_the_clock"
