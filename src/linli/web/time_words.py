"""Time left in words. A bar and a colour go with the words, never instead of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.calendars import WorkCalendar, remaining, working_time_between

SOON = timedelta(hours=2)
SOON_SHARE = 0.25  # of the time that was given


@dataclass(frozen=True)
class TimeLeft:
    """What a row says about its deadline; `used` is the share of the time gone, in percent."""

    words: str
    due_words: str
    tone: str
    icon: str
    used: int | None = None


def span(duration: timedelta) -> str:
    """The two largest units: "2 days 3 h", "2天3小时"."""
    whole = abs(duration)
    return _largest(whole.days, *divmod(whole.seconds // 60, 60), False, get_language())


def working_span(now: datetime, due: datetime, calendar: WorkCalendar) -> str:
    """The same in working time: "2 working days 3 h"; empty where there is none between."""
    found = remaining(now, due, calendar)
    if not (found.days or found.hours or found.minutes):
        return ""
    return _largest(found.days, found.hours, found.minutes, True, get_language())


@lru_cache(maxsize=8192)
def _largest(days: int, hours: int, minutes: int, working: bool, _language: str | None) -> str:
    """Kept: a list says fifty of them, and there are not many."""
    words = list(_units(days, hours, minutes, working))
    if len(words) == 2:
        return _("%(large)s %(small)s") % {"large": words[0], "small": words[1]}
    return words[0] if words else _("less than a minute")


def _units(days: int, hours: int, minutes: int, working: bool) -> Iterator[str]:
    if days and working:
        yield ngettext("%d working day", "%d working days", days) % days
    elif days:
        yield ngettext("%d day", "%d days", days) % days
    if hours:
        yield _("%d h") % hours
    if minutes and not days:
        yield _("%d min") % minutes


def due_words(due: datetime, now: datetime) -> str:
    """Such as "due today 18:00" or "due November 25 11:30", in the current time zone."""
    local, today = timezone.localtime(due), timezone.localtime(now).date()
    return _due(local.date(), today, due >= now, get_language()) % f"{local:%H:%M}"


@lru_cache(maxsize=8192)
def _due(day: date, today: date, ahead: bool, _language: str | None) -> str:
    """With %s for the time of day. Kept: the rows of a page lie on a few days."""
    match (day - today).days:
        case 0:
            return _("due today %s") if ahead else _("was due today %s")
        case 1:
            return _("due tomorrow %s")
        case -1:
            return _("was due yesterday %s")
    pattern = "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT"
    text = _("due %(day)s %(clock)s") if ahead else _("was due %(day)s %(clock)s")
    return text % {"day": formats.date_format(day, pattern), "clock": "%s"}


def time_left(
    due: datetime | None,
    *,
    start: datetime | None = None,
    finished: datetime | None = None,
    stopped: bool = False,
    now: datetime | None = None,
    calendar: WorkCalendar | None = None,
    moment: bool = True,
) -> TimeLeft:
    """What is said of a deadline at `now`; `finished` ends the clock, `stopped` pauses it.

    With the `calendar` that its clock goes by, all is said in working time; the moment is none
    the less the one on the wall. Without `moment` there are no `due_words`: a list shows none.
    """
    now = now or timezone.now()
    if due is None:
        return TimeLeft(_("no deadline"), "", "neutral", "dash-circle")
    if finished is not None:
        return _after_the_end(due, finished)
    if stopped:
        return TimeLeft(_("clock stopped"), "", "neutral", "pause-circle")
    when = due_words(due, now) if moment else ""
    if now > due:
        return TimeLeft(_overdue(due, now, calendar), when, "overdue", "exclamation-octagon", 100)
    left = _between(now, due, calendar)
    used = _used(_between(start, now, calendar), left) if start else None
    words = _("%s left") % ((calendar and working_span(now, due, calendar)) or span(due - now))
    if left <= SOON or (used is not None and used >= 100 * (1 - SOON_SHARE)):
        return TimeLeft(words, when, "attention", "hourglass-split", used)
    return TimeLeft(words, when, "neutral", "clock", used)


def _overdue(due: datetime, now: datetime, calendar: WorkCalendar | None) -> str:
    words = working_span(now, due, calendar) if calendar else span(now - due)
    return _("overdue by %s") % words if words else _("overdue")  # nobody has worked since


def _after_the_end(due: datetime, finished: datetime) -> TimeLeft:
    if finished <= due:
        return TimeLeft(_("done in time"), "", "done", "check-circle")
    return TimeLeft(_("done %s late") % span(finished - due), "", "overdue", "clock-history")


def _used(gone: timedelta, left: timedelta) -> int | None:
    given = gone + left
    if given <= timedelta():
        return None
    return max(0, min(100, round(100 * (gone / given))))


def _between(start: datetime, end: datetime, calendar: WorkCalendar | None) -> timedelta:
    return working_time_between(start, end, calendar) if calendar else end - start
