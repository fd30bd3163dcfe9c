"""Which days somebody can mean: beyond lie slips, and the calendar's own end has no next day."""

from datetime import date

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def check_day(day: date) -> date:
    """The same day; ValueError for one that nobody means."""
    if not FIRST <= day <= LAST:
        raise ValueError(day)
    return day
