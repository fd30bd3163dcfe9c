"""Changes to a calendar, made on a copy and checked as a whole: each raises ValueError."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from linli.calendars.announcements import Announcement
from linli.calendars.documents import CalendarDocument, UnitDocument, WrittenHours

D = TypeVar("D", bound=CalendarDocument | UnitDocument)


def with_announced(document: D, found: Announcement) -> D:
    """The calendar with the days of a notice.

    They replace the days of the same holidays in the notice's year, and days without a name, which
    an earlier release seeded; whatever else the county has named stays.
    """
    dated = [*found.holidays, *found.workdays]
    years = {found.year} if found.year else {day.year for day in dated}
    names = found.names

    def kept(days: Mapping[date, str]) -> dict[date, str]:
        return {
            day: name
            for day, name in days.items()
            if day not in found.holidays
            and day not in found.workdays
            and (day.year not in years or (name and names.isdisjoint(name.split("、"))))
        }

    return edited(
        document,
        holidays=kept(document.holidays) | found.holidays,
        workdays=kept(document.workdays) | found.workdays,
    )


def with_days(document: D, first: date, last: date, *, at_work: bool, name: str) -> D:
    """Days in a row that are off, or at work, under a name; whatever they were before."""
    days = {first + timedelta(days=number): name for number in range((last - first).days + 1)}
    off, work = ({}, days) if at_work else (days, {})
    rest = without_days(document, days)
    return edited(document, holidays={**rest.holidays, **off}, workdays={**rest.workdays, **work})


def without_days(document: D, days: Collection[date]) -> D:
    """The same days as any others of their weekday."""
    holidays, workdays = (
        {day: name for day, name in named.items() if day not in days}
        for named in (document.holidays, document.workdays)
    )
    return edited(document, holidays=holidays, workdays=workdays)


def with_hours(document: D, whole: CalendarDocument, hours: WrittenHours) -> D:
    """Other hours from a day on, or from the beginning for the first day of all.

    `whole` is what holds until now: a unit that had no hours of its own keeps the county's before.
    """
    if hours.since == date.min:
        return edited(document, week=hours.week, makeup=hours.makeup)
    own = document.week is not None
    kept = [change for change in whole.changes if own or change.since < hours.since]
    changes = {change.since: change for change in kept} | {hours.since: hours}
    ordered = [changes[since].model_dump(mode="json") for since in sorted(changes)]
    return edited(document, week=whole.week, makeup=whole.makeup, changes=ordered)


def without_hours(document: D, since: date) -> D:
    kept = [one.model_dump(mode="json") for one in document.changes if one.since != since]
    return edited(document, changes=kept)


def edited(document: D, **changes: Any) -> D:
    """A copy with other parts."""
    written = document.model_dump(mode="json") | changes
    return cast("D", type(document).model_validate(written))
