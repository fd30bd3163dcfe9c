"""Duty rotas beside the county's working calendar: who answers for a unit, and when nobody does.

A unit without a weekly rota is covered by its members in the working hours of its calendar, and by
nobody else at other times; then its deputy unit answers, and that one's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from linli.accounts.duty.book import Answer, Cover, hours_in
from linli.accounts.duty.queries import Rotas, read_rotas
from linli.accounts.duty.rules import Working, runs_out
from linli.calendars import CalendarChoice
from linli.casework.definitions import calendar_for, newest_calendars

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DutyHours:
    """A unit's week from `monday`. `runs_out`: the day from which its rota has nobody any more."""

    unit: UUID
    monday: date
    cover: Cover
    runs_out: date | None

    @property
    def uncovered(self) -> frozenset[int]:
        """Hours of the week (0 is Monday 00:00 to 01:00) at some time of which nobody answers."""
        return frozenset(hours_in(self.cover.unanswered))

    @property
    def example(self) -> tuple[date, int] | None:
        """The first such hour, as a day and an hour of that day."""
        first = min(self.uncovered, default=None)
        return None if first is None else (self.monday + first // 24 * ONE_DAY, first % 24)


def rotas(units: Collection[UUID] | None = None, *, begin: date) -> Rotas:
    """The rotas from a day on: of some units and whoever stands in for them, or of all."""
    zone = newest_calendars().county.zone
    return read_rotas(units, begin=begin - ONE_DAY, zone=zone, working_of=working_hours)


def on_duty(unit: UUID, at: datetime) -> tuple[Answer, Rotas]:
    """Who answers for a unit at an instant, and the rows that the answer names."""
    found = rotas([unit], begin=_local(at))
    return found.at(unit, at), found


def duty_hours(units: Collection[UUID] | None = None, *, day: date) -> dict[UUID, DutyHours]:
    """The week that holds a day, hour by hour, of some units or of all."""
    monday = day - timedelta(days=day.weekday())
    read = rotas(units, begin=monday)
    return {
        key: DutyHours(key, monday, read.book.cover(key, monday), runs_out(read.lines(key), monday))
        for key in (read.units if units is None else units)
    }


def working_hours(unit: UUID) -> Working:
    """When the members of a unit work, by the calendar that counts for it."""
    calendar = calendar_for(CalendarChoice.UNIT, unit)
    return lambda day: _shifts(calendar.shifts_on(day))


def _shifts(shifts: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    return shifts


def _local(moment: datetime) -> date:
    return moment.astimezone(newest_calendars().county.zone).date()
