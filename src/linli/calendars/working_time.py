"""The arithmetic of working time."""

from datetime import UTC, date, datetime, time, timedelta

from linli.calendars.durations import Duration, Unit
from linli.calendars.hours import DAY_MINUTES, Shifts
from linli.calendars.timeline import (
    CHANGING,
    MINUTE,
    Timeline,
    instant_at,
    micros,
    span_micros,
)
from linli.calendars.work_calendar import WorkCalendar


def add_working_time(
    start: datetime, span: timedelta, calendar: WorkCalendar, *, opening: bool = False
) -> datetime:
    """The earliest instant by which `span` of working time has passed since `start`.

    It ends at the close of a shift rather than at the next opening, unless `opening` asks for the
    latest such instant. No span, no move.
    """
    wanted = span_micros(span)
    if wanted < 0:
        raise ValueError("working time is added forward only")
    if wanted == 0 and not opening:
        return start.astimezone(UTC)
    line = calendar.line_around(start, start)
    moment = micros(start)
    while True:
        target = line.used(moment) + wanted
        found = line.pass_by(target) if opening else line.reach(target)
        if found is not None:
            return instant_at(found)
        line = calendar.line(line.first, line.last + 1)


def working_time_between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Working time from `start` to `end`; negative when `end` is the earlier one."""
    if end < start:
        return -working_time_between(end, start, calendar)
    line = calendar.line_around(start, end)
    return timedelta(microseconds=line.used(micros(end)) - line.used(micros(start)))


def add_working_days(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The same time of day on the n-th working day after the day of `start`.

    The day of the start does not count (民法典 201). A start outside working time counts from
    the next opening, one at the close of a shift from that close; where that day's shifts are
    shorter, the time moves into them. What starts after midnight in a shift of the day before
    belongs to that day.
    """
    if days <= 0:
        if days < 0:
            raise ValueError("working days are added forward only")
        return start.astimezone(UTC)
    moment = micros(start)
    line = calendar.line_around(start, start)
    while (found := _day_reached(line, moment, days)) is None:
        line = calendar.line(line.first, line.last + 1)
    interval, target = found
    wall = _wall(max(moment, line.opens[interval]), line, line.day_of[interval], calendar)
    day = date.fromordinal(line.days[target])
    wall = _inside(wall, calendar.shifts_on(day))
    return _on_wall(day, wall, line.midnights[target], calendar)


def _day_reached(line: Timeline, moment: int, days: int) -> tuple[int, int] | None:
    """The interval that a start counts from and the n-th working day after its day, by index."""
    interval = line.next_interval(moment)
    if interval is None or line.day_of[interval] + days >= len(line.days):
        return None
    return interval, line.day_of[interval] + days


def close_of_day(day: date, calendar: WorkCalendar) -> datetime:
    """The end of the last shift of `day`, or of the next working day (民法典 203).

    A day ends at its midnight, even where a shift goes on.
    """
    while not (shifts := calendar.shifts_on(day)):
        day += timedelta(days=1)
    return _on_wall(day, min(shifts[-1].end, DAY_MINUTES) * MINUTE, CHANGING, calendar)


def deadline(start: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """When a duration that begins at `start` ends, in UTC."""
    if duration.unit is Unit.WORKING_DAYS:
        return add_working_days(start, duration.amount, calendar)
    if duration.unit is Unit.HOURS:
        return start.astimezone(UTC) + duration.span
    return add_working_time(start, duration.span, calendar)


def _wall(moment: int, line: Timeline, day: int, calendar: WorkCalendar) -> int:
    """Microseconds on the wall clock since the midnight of a working day of the line."""
    midnight = line.midnights[day]
    if midnight != CHANGING:
        return moment - midnight
    naive = calendar.local(instant_at(moment)).replace(tzinfo=None)
    return span_micros(naive - datetime.fromordinal(line.days[day]))


def _inside(wall: int, shifts: Shifts) -> int:
    """Keep a time of day inside the shifts: a break becomes the close before it."""
    best = shifts[0].start * MINUTE
    for start, end in shifts:
        if start * MINUTE <= wall:
            best = min(wall, end * MINUTE)
    return best


def _on_wall(day: date, wall: int, midnight: int, calendar: WorkCalendar) -> datetime:
    if midnight != CHANGING:
        return instant_at(midnight + wall)
    local = datetime.combine(day, time()) + timedelta(microseconds=wall)
    return local.replace(tzinfo=calendar.zone).astimezone(UTC)
