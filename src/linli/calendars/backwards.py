"""Looking back from a deadline, for reminders."""

from datetime import UTC, datetime

from linli.calendars.durations import Duration, Unit
from linli.calendars.timeline import instant_at, micros, span_micros
from linli.calendars.work_calendar import WorkCalendar


def back_from(end: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """The earliest instant from which `duration`, in hours or working hours, is left until `end`.

    It lies at the close of a shift rather than at the next opening: a reminder then still finds
    somebody. Working days have no fixed length and raise ValueError.
    """
    if duration.unit is Unit.HOURS:
        return end.astimezone(UTC) - duration.span
    wanted = span_micros(duration.span)
    line, moment = calendar.line_around(end, end), micros(end)
    while line.used(moment) <= wanted:  # the night before the first day is not laid out
        line = calendar.line(line.first - 1, line.last)
    found = line.reach(line.used(moment) - wanted)
    return end.astimezone(UTC) if found is None else instant_at(found)
