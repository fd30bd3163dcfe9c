"""Working time: calendars, durations, deadlines and clocks that can be paused. Pure Python.

Every function takes aware datetimes of any zone and gives instants in UTC: two datetimes of the
same zone compare by wall clock in Python, which is wrong in the hour that daylight saving repeats.
"""

from linli.calendars.backwards import back_from
from linli.calendars.choices import CalendarChoice
from linli.calendars.clocks import Clock
from linli.calendars.documents import CalendarDocument, UnitDocument
from linli.calendars.durations import Duration, Unit
from linli.calendars.festivals import Festival
from linli.calendars.hours import Hours, Shift
from linli.calendars.remaining import Remaining, remaining
from linli.calendars.work_calendar import Calendars, WorkCalendar
from linli.calendars.working_time import (
    add_working_days,
    add_working_time,
    close_of_day,
    deadline,
    working_time_between,
)

__all__ = [
    "CalendarChoice",
    "CalendarDocument",
    "Calendars",
    "Clock",
    "Duration",
    "Festival",
    "Hours",
    "Remaining",
    "Shift",
    "Unit",
    "UnitDocument",
    "WorkCalendar",
    "add_working_days",
    "add_working_time",
    "back_from",
    "close_of_day",
    "deadline",
    "remaining",
    "working_time_between",
]
