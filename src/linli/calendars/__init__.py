"""Working time: calendars, durations, deadlines and clocks that can be paused. Pure Python.

Every function takes aware datetimes of any zone and gives instants in UTC: two datetimes of the
same zone compare by wall clock in Python, which is wrong in the hour that daylight saving repeats.
"""

from linli.calendars.backwards import back_from
from linli.calendars.clocks import Clock
from linli.calendars.documents import CalendarDocument
from linli.calendars.durations import Duration, Unit
from linli.calendars.remaining import Remaining, remaining
from linli.calendars.timeline import Shift
from linli.calendars.working_time import (
    WorkCalendar,
    add_working_days,
    add_working_time,
    close_of_day,
    deadline,
    working_time_between,
)

__all__ = [
    "CalendarDocument",
    "Clock",
    "Duration",
    "Remaining",
    "Shift",
    "Unit",
    "WorkCalendar",
    "add_working_days",
    "add_working_time",
    "back_from",
    "close_of_day",
    "deadline",
    "remaining",
    "working_time_between",
]
