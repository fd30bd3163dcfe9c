"""How the layers above work in a county: in one transaction, by the county's own clock."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from linli.counties.queries import county
from linli.database.context import Question, county_context


@contextmanager
def open_county(code: str, *questions: Question) -> Iterator[None]:
    """`county_context`, in which local times and "today" are the county's, not the server's."""
    with county_context(code, *questions), by_clock_of(code):
        yield


def instants(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the first local day to the end of the last one: included, excluded; None is open.

    A column compared with instants is read by its index; one turned into a date is not.
    """
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time(), tzinfo=zone) if first else None
    if last is None or last == date.max:  # the calendar ends there
        return begin, None
    return begin, datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)


def by_clock_of(code: str) -> Any:
    """Local time as in this county; the installation's own where there is no such county."""
    zone = _zone(code)
    return timezone.override(zone) if zone else nullcontext()


def day_in(code: str, moment: datetime) -> date:
    """The day by the county's clock, for whoever has not opened it yet."""
    return timezone.localdate(moment, _zone(code))


def _zone(code: str) -> ZoneInfo | None:
    found = county(code)
    return ZoneInfo(found.timezone) if found else None
