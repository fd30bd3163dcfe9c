"""The time left until a deadline, in parts that a template can put into words."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.calendars.timeline import micros
from linli.calendars.work_calendar import WorkCalendar
from linli.calendars.working_time import add_working_days, working_time_between


@dataclass(frozen=True, slots=True)
class Remaining:
    """Whole working days, then hours and minutes of working time left, or passed when overdue."""

    overdue: bool
    days: int
    hours: int
    minutes: int


def remaining(now: datetime, due: datetime, calendar: WorkCalendar) -> Remaining:
    """How far `due` is from `now` in working time; a deadline is missed only after its instant."""
    overdue = now > due
    early, late = (due, now) if overdue else (now, due)
    days = _whole_days(early, late, calendar)
    rest = working_time_between(add_working_days(early, days, calendar), late, calendar)
    minutes = max(rest, timedelta()) // timedelta(minutes=1)
    return Remaining(
        overdue=overdue,
        days=days,
        hours=minutes // 60,
        minutes=minutes % 60,
    )


def _whole_days(early: datetime, late: datetime, calendar: WorkCalendar) -> int:
    """The largest n with `add_working_days(early, n) <= late`."""
    line = calendar.line_around(early, late)
    begun = line.next_interval(micros(early))
    if begun is None:
        return 0
    last = bisect_right(line.days, calendar.local(late).date().toordinal()) - 1
    days = max(0, last - line.day_of[begun])
    # The time of day may take off one.
    while days > 0 and add_working_days(early, days, calendar) > late:
        days -= 1
    return days
