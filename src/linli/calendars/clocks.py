"""Deadlines that can be paused, resumed and extended: the runs are stored, the rest follows.

When a clock runs out depends on its history and on a calendar alone. Under another calendar it is
as if it had counted by that one from the start.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, Self

from linli.calendars.choices import CalendarChoice
from linli.calendars.durations import Duration, Unit
from linli.calendars.work_calendar import Calendars, WorkCalendar
from linli.calendars.working_time import (
    add_working_time,
    close_of_day,
    deadline,
    working_time_between,
)

NOTHING = timedelta()
FOREVER = datetime.max.replace(tzinfo=UTC)


class Clock(NamedTuple):
    """The first allowance runs from `started_at`; each later one is an extension granted.

    `runs` are earlier runs, each with its begin and end; `since` is the beginning of the present
    one, None while paused. `day` is a date that somebody set, such as a review date: it replaces
    the allowances. `calendar` and `unit` say by which calendar it counts. `used` and `until` were
    written by earlier releases: time of runs that were not kept, and the end of a day.
    """

    started_at: datetime
    allowances: tuple[Duration, ...] = ()
    runs: tuple[tuple[datetime, datetime], ...] = ()
    since: datetime | None = None
    day: date | None = None
    calendar: CalendarChoice = CalendarChoice.COUNTY
    unit: str = ""
    used: timedelta = NOTHING
    until: datetime | None = None

    @classmethod
    def start(
        cls,
        at: datetime,
        allowance: Duration,
        *,
        calendar: CalendarChoice = CalendarChoice.COUNTY,
        unit: str = "",
    ) -> Self:
        return cls(started_at=at, allowances=(allowance,), since=at, calendar=calendar, unit=unit)

    @classmethod
    def start_until(
        cls,
        at: datetime,
        day: date,
        *,
        calendar: CalendarChoice = CalendarChoice.COUNTY,
        unit: str = "",
    ) -> Self:
        """Until the close of a day."""
        return cls(started_at=at, since=at, day=day, calendar=calendar, unit=unit)

    @property
    def paused(self) -> bool:
        return self.since is None

    @property
    def dated(self) -> bool:
        """Whether a date was set instead of a duration."""
        return self.day is not None or self.until is not None

    @property
    def plain(self) -> bool:
        """Whether it counts every hour of the day."""
        return bool(self.allowances) and all(one.unit is Unit.HOURS for one in self.allowances)

    def pause(self, at: datetime) -> Self:
        if self.since is None:
            return self
        return self._replace(runs=(*self.runs, (self.since, at)), since=None)

    def resume(self, at: datetime) -> Self:
        return self if self.since is not None else self._replace(since=at)

    def extend(self, extra: Duration) -> Self:
        return self._replace(allowances=(*self.allowances, extra))

    def correct(self, allowance: Duration) -> Self:
        """Another first allowance, as if it had been so from the start; extensions stay."""
        return self._replace(allowances=(allowance, *self.allowances[1:]))

    def count_by(self, calendar: CalendarChoice, unit: str) -> Self:
        """Another calendar, as if it had counted by that one from the start."""
        if (calendar, unit) == (self.calendar, self.unit):
            return self
        return self._replace(calendar=calendar, unit=unit)

    def due(self, calendars: Calendars) -> datetime | None:
        """When it runs out, in UTC; None while paused. A pause never makes it earlier."""
        if self.since is None:
            return None
        calendar = calendars.calendar_for(self.calendar, self.unit)
        if self.day is not None:
            return close_of_day(self.day, calendar)
        if self.until is not None:
            return self.until
        if self.runs or self.used:
            return self._after_pauses(self.since, calendar)
        due = self.started_at
        for allowance in self.allowances:
            due = deadline(due, allowance, calendar)
        return due

    def _after_pauses(self, since: datetime, calendar: WorkCalendar) -> datetime:
        """Each part is used up in the runs, one after the other; the last run has no end."""
        runs = iter((*self.runs, (since, FOREVER)))
        begin, end = next(runs)
        used = self.used
        for part in self._parts(calendar):
            left, used = max(part.length - used, NOTHING), max(used - part.length, NOTHING)
            while (reached := part.ahead(begin, left, calendar)) > end:
                left -= part.spent(begin, end, calendar)
                begin, end = next(runs)
            begin = reached
        return begin

    def _parts(self, calendar: WorkCalendar) -> Iterator["_Part"]:
        """The allowances as they would lie without any pause."""
        begin = self.started_at
        for allowance in self.allowances:
            end = deadline(begin, allowance, calendar)
            part = _Part(allowance.unit is Unit.HOURS)
            part = part._replace(length=part.spent(begin, end, calendar))
            yield part._replace(opening=end > part.ahead(begin, part.length, calendar))
            begin = end

    def to_json(self) -> dict[str, Any]:
        """What differs from a clock that just began is written; `from_json` knows the rest."""
        written: dict[str, Any] = {
            "started_at": self.started_at.isoformat(),
            "allowances": [str(allowance) for allowance in self.allowances],
            "since": self.since.isoformat() if self.since else None,
        }
        if self.runs:
            written["runs"] = [[begin.isoformat(), end.isoformat()] for begin, end in self.runs]
        if self.calendar is not CalendarChoice.COUNTY:
            written |= {"calendar": self.calendar.value, "unit": self.unit}
        if self.day:
            written["day"] = self.day.isoformat()
        if self.used:
            written["used"] = self.used.total_seconds()
        if self.until:
            written["until"] = self.until.isoformat()
        return written

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        read = datetime.fromisoformat
        return cls(
            started_at=read(stored["started_at"]),
            allowances=tuple(Duration.parse(text) for text in stored["allowances"]),
            runs=tuple((read(begin), read(end)) for begin, end in stored.get("runs", ())),
            since=read(stored["since"]) if stored["since"] else None,
            day=date.fromisoformat(stored["day"]) if stored.get("day") else None,
            calendar=CalendarChoice(stored.get("calendar", CalendarChoice.COUNTY)),
            unit=stored.get("unit", ""),
            used=timedelta(seconds=stored.get("used", 0)),
            until=read(stored["until"]) if stored.get("until") else None,
        )


class _Part(NamedTuple):
    """One allowance as a length of its own kind of time: plain time, or working time.

    `opening`: it ends where a shift begins rather than where the one before closes.
    """

    plain: bool
    length: timedelta = NOTHING
    opening: bool = False

    def spent(self, begin: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
        return end - begin if self.plain else working_time_between(begin, end, calendar)

    def ahead(self, begin: datetime, span: timedelta, calendar: WorkCalendar) -> datetime:
        if self.plain:
            return begin + span
        return add_working_time(begin, span, calendar, opening=self.opening)
