"""Duty rotas of the demo: the centre round the clock, platforms and some bureaus."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership
from linli.counties.copying import copy_models
from linli.counties.tenancy import new
from linli.flows.demo.people import People
from linli.flows.demo.plan import DemoPlan
from linli.flows.demo.units import bureau_code, centre_code, login_of
from linli.organisations.models import Unit, UnitKind

SINCE = timedelta(days=28)
BUREAUS = ("emergency", "forestry", "water", "power")
WORKDAYS, EVERY_DAY = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
DAY, NIGHT = ("白班", time(8), time(20)), ("夜班", time(20), time(8))
OFFICE, EVENING = ("日班", time(8, 30), time(17, 30)), ("夜班", time(17, 30), time(8, 30))
WEEKEND = ("周末", time(8, 30), time(8, 30))

Hours = tuple[str, time, time]


@dataclass(frozen=True)
class _Writer:
    plan: DemoPlan
    people: People
    begin: date

    def person(self, role: Role, unit: str, number: int = 1) -> Membership:
        return self.people.memberships[login_of(role.value, unit, number)]

    def shift(
        self,
        unit: Unit,
        hours: Hours,
        weekdays: tuple[int, ...],
        officer: Membership,
        deputy: Membership | None = None,
        leader: Membership | None = None,
        on: date | None = None,
    ) -> DutyShift:
        """A weekly line, or the exception of one day."""
        name, starts, ends = hours
        return new(
            DutyShift,
            unit=unit,
            name=name,
            starts=starts,
            ends=ends,
            weekdays=list(weekdays),
            officer=officer,
            deputy=deputy,
            leader=leader,
            valid_from=on or self.begin,
            valid_to=on + timedelta(days=1) if on else None,
        )


def put_on_duty(plan: DemoPlan, people: People) -> None:
    """Write the rotas of the last four weeks and from now on, with a swap on the day after."""
    writer = _Writer(plan, people, plan.until - SINCE)
    units: Mapping[str, Unit] = people.units
    rows = list(_centre(writer, units[centre_code()]))
    for unit in plan.units:
        if unit.kind == UnitKind.TOWNSHIP_PLATFORM:
            rows += _platform(writer, unit.code, units[unit.code])
    for function in BUREAUS:
        if bureau_code(function) in units:
            rows += _bureau(writer, bureau_code(function), units[bureau_code(function)])
    copy_models(rows)


def _centre(writer: _Writer, unit: Unit) -> Iterator[DutyShift]:
    code = centre_code()
    first, second, third = (writer.person(Role.COUNTY_OPERATOR, code, n) for n in (1, 2, 3))
    early, late = (writer.person(Role.DISPATCHER, code, n) for n in (1, 2))
    leader = writer.person(Role.LEADER, code)
    yield writer.shift(unit, DAY, WORKDAYS, first, early, leader)
    yield writer.shift(unit, DAY, (5, 6), second, late, leader)
    yield writer.shift(unit, NIGHT, (0, 1), third, second, leader)
    yield writer.shift(unit, NIGHT, (2, 3), early, first, leader)
    yield writer.shift(unit, NIGHT, (4, 5, 6), late, third, leader)
    tomorrow = writer.plan.until + timedelta(days=1)
    yield writer.shift(unit, DAY, (), third, early, leader, on=tomorrow)


def _platform(writer: _Writer, code: str, unit: Unit) -> Iterator[DutyShift]:
    """By night and at the week's end one alone; the county's leader leads."""
    first, second = (writer.person(Role.TOWNSHIP_OPERATOR, code, n) for n in (1, 2))
    handler = writer.person(Role.UNIT_HANDLER, code)
    yield writer.shift(unit, OFFICE, WORKDAYS, first, second)
    yield writer.shift(unit, EVENING, (0, 2, 4), second, first)
    yield writer.shift(unit, EVENING, (1, 3), handler, first)
    yield writer.shift(unit, WEEKEND, (5,), first, handler)
    yield writer.shift(unit, WEEKEND, (6,), second, handler)


def _bureau(writer: _Writer, code: str, unit: Unit) -> Iterator[DutyShift]:
    handler, head = (writer.person(role, code) for role in (Role.UNIT_HANDLER, Role.UNIT_HEAD))
    yield writer.shift(unit, DAY, EVERY_DAY, handler, head, head)
    yield writer.shift(unit, NIGHT, (0, 2, 4, 6), head, handler, head)
    yield writer.shift(unit, NIGHT, (1, 3, 5), handler, head, head)
