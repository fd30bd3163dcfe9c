"""The instants at which deadlines are tried: each hour of an ordinary week and of the hardest one.

The hardest is the one that begins the two weeks with the fewest working days in the year to come.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from linli.calendars import WorkCalendar
from linli.processes.routing_table import HOURS_OF_WEEK

WEEKS_AHEAD = 56
FORTNIGHT = 14


def hours_to_try(calendar: WorkCalendar, today: date) -> list[datetime]:
    """In UTC, in the order of time."""
    first = monday(today)
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS_AHEAD)]
    hardest = min(mondays, key=lambda one: sum(map(calendar.is_working_day, _days(one))))
    ordinary = next((one for one in mondays if _is_ordinary(calendar, one)), hardest)
    return [instant for one in sorted({ordinary, hardest}) for instant in _hours(calendar, one)]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _hours(calendar: WorkCalendar, first: date) -> list[datetime]:
    begin = datetime.combine(first, time(), tzinfo=calendar.zone).astimezone(UTC)
    return [begin + timedelta(hours=hour) for hour in range(HOURS_OF_WEEK)]


def _is_ordinary(calendar: WorkCalendar, first: date) -> bool:
    return all(calendar.shifts_on(day) == calendar.week[day.weekday()] for day in _days(first))


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(FORTNIGHT))
