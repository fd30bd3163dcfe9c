"""New official days put into a calendar: what is added, and what they replace."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from linli.calendars.announcements import Announcement
from linli.calendars.documents import CalendarDocument, UnitDocument

D = TypeVar("D", CalendarDocument, UnitDocument)


def with_announced(document: D, found: Announcement) -> D:
    """The calendar with the days of a notice.

    They replace the days of the same holidays in the notice's year, and days without a name, which
    an earlier release seeded; whatever else the county has named stays. Raises ValueError where the
    result cannot work.
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


def edited(document: D, **changes: Any) -> D:
    """A copy with other parts, checked as a whole. Raises ValueError."""
    written = document.model_dump(mode="json") | changes
    return type(document).model_validate(written)
