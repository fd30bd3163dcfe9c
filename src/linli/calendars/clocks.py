"""Deadlines that can be paused, resumed and extended: what was used is stored, not guessed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from linli.calendars.durations import Duration, Unit
from linli.calendars.working_time import (
    WorkCalendar,
    add_working_time,
    deadline,
    working_time_between,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The first allowance runs from `started_at`; each later one is an extension granted.

    `used` is the time spent in earlier runs (working time, or plain time for plain hours),
    `since` the beginning of the present run, None while paused. `until` is a date that somebody
    set, such as a review date: it replaces the allowances.
    """

    started_at: datetime
    allowances: tuple[Duration, ...] = ()
    used: timedelta = timedelta()
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def start(cls, at: datetime, allowance: Duration) -> Self:
        return cls(started_at=at, allowances=(allowance,), since=at)

    @classmethod
    def start_until(cls, at: datetime, until: datetime) -> Self:
        return cls(started_at=at, since=at, until=until)

    @property
    def paused(self) -> bool:
        return self.since is None

    def pause(self, at: datetime, calendar: WorkCalendar) -> Self:
        if self.since is None:
            return self
        return replace(self, used=self.used + self._spent(self.since, at, calendar), since=None)

    def resume(self, at: datetime) -> Self:
        return self if self.since is not None else replace(self, since=at)

    def extend(self, extra: Duration) -> Self:
        return replace(self, allowances=(*self.allowances, extra))

    def correct(self, allowance: Duration) -> Self:
        """Another first allowance, as if it had been so from the start; extensions stay."""
        return replace(self, allowances=(allowance, *self.allowances[1:]))

    def due(self, calendar: WorkCalendar) -> datetime | None:
        """When it runs out, in UTC; None while paused. A pause never makes it earlier."""
        if self.since is None:
            return None
        if self.until is not None:
            return self.until
        unpaused = self.started_at
        for allowance in self.allowances:
            unpaused = deadline(unpaused, allowance, calendar)
        if self.since == self.started_at:
            return unpaused
        left = self._spent(self.started_at, unpaused, calendar) - self.used
        if left <= timedelta():
            return unpaused
        return max(unpaused, self._ahead(self.since, left, calendar))

    def to_json(self) -> dict[str, Any]:
        return {
            "started_at": self.started_at.isoformat(),
            "allowances": [str(allowance) for allowance in self.allowances],
            "used": self.used.total_seconds(),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(
            started_at=datetime.fromisoformat(stored["started_at"]),
            allowances=tuple(Duration.parse(text) for text in stored["allowances"]),
            used=timedelta(seconds=stored["used"]),
            since=datetime.fromisoformat(stored["since"]) if stored["since"] else None,
            until=datetime.fromisoformat(stored["until"]) if stored["until"] else None,
        )

    def _plain(self) -> bool:
        return all(allowance.unit is Unit.HOURS for allowance in self.allowances)

    def _spent(self, start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
        return end - start if self._plain() else working_time_between(start, end, calendar)

    def _ahead(self, start: datetime, span: timedelta, calendar: WorkCalendar) -> datetime:
        return start + span if self._plain() else add_working_time(start, span, calendar)
