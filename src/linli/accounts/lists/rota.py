"""The office's own list of who is on duty: a line a shift, by days of the week or by date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.accounts.actions.duty import ShiftFacts, add_shift
from linli.accounts.duty.queries import SEATS, line_of, may_stand, minutes, person_of
from linli.accounts.duty.rules import Line, check_line, words
from linli.accounts.lists.hours import read_hours, read_weekdays, write_weekdays
from linli.accounts.lists.people import NOBODY, People, unit_lookup
from linli.accounts.models import DutyShift, Membership
from linli.audit.actions import Author, record
from linli.lib.errors import InputError, gettext_noop
from linli.lib.tables import Column, Row, read_table
from linli.organisations.models import Unit
from linli.organisations.plans import Change, Effect, Plan, plan_rows

COLUMNS = (
    Column("unit", ("值班单位", "单位", "单位名称", "单位编码", "部门", "unit"), required=False),
    Column("when", ("值班日期", "日期", "星期", "值班时间", "day", "weekday")),
    Column("hours", ("时段", "值班时段", "起止时间", "hours")),
    Column("name", ("值班人员", "值班员", "值班人", "主班", "officer")),
    Column("deputy", ("副班", "备班", "副班人员", "备岗", "deputy"), required=False),
    Column("leader", ("带班领导", "带班", "值班领导", "leader"), required=False),
    Column("shift", ("班次", "班次名称", "shift"), required=False),
    Column("valid_from", ("起始日期", "开始日期", "from"), required=False),
    Column("valid_to", ("截止日期", "结束日期", "to"), required=False),
)
BAD_DAYS = gettext_noop(
    "%(sheet)s, row %(row)d: %(column)s “%(value)s” is neither a date nor days of the week such as "
    "周一至周五 or 周六、周日."
)
BAD_HOURS = gettext_noop(
    "%(sheet)s, row %(row)d: %(column)s “%(value)s” names no hours: write e.g. 08:30-17:30."
)
NOT_YOURS = gettext_noop("%(sheet)s, row %(row)d: you do not keep the rota of “%(value)s”.")
NOT_FOR_UNIT = gettext_noop(
    "%(sheet)s, row %(row)d: %(value)s works neither for %(unit)s nor for the unit above it."
)

ONE_DAY = timedelta(days=1)

MayEdit = Callable[[Unit], bool]


@dataclass(frozen=True)
class RotaRow:
    unit: Unit
    facts: ShiftFacts


class _Reader:
    def __init__(self, today: date, may_edit: MayEdit, own: Unit | None) -> None:
        self.today, self.may_edit, self.own = today, may_edit, own
        self.people = People(today)
        self.units = unit_lookup(Unit.objects.filter(active=True).select_related("area"))
        self.lines = _lines(today)

    def read(self, row: Row) -> Change[RotaRow]:
        unit = self._unit(row)
        weekdays, begin, end = _when(row, self.today)
        starts, ends = _hours(row)
        facts = ShiftFacts(
            weekdays=weekdays,
            starts=starts,
            ends=ends,
            valid_from=begin,
            valid_to=end,
            officer=self._person(row, "name", unit),
            deputy=self._person(row, "deputy", unit),
            leader=self._person(row, "leader", unit),
            name=row.text("shift")[:20],
        )
        line = _line(facts)
        beside = self.lines.setdefault(unit.pk, [])
        known = any(_same(line, other) for other in beside)
        if not known:
            check_line(line, beside)
            beside.append(line)
        effect = Effect.UNCHANGED if known else Effect.ADDED
        return Change(row, effect, _label(unit, facts), _detail(facts, line), RotaRow(unit, facts))

    def _unit(self, row: Row) -> Unit:
        unit = self.units.find(row, "unit") or self.own
        if unit is None:
            row.text("unit", required=True)
        if unit is None or not self.may_edit(unit):
            raise row.error(NOT_YOURS, "unit", value=unit.name if unit else "")
        return unit

    def _person(self, row: Row, column: str, unit: Unit) -> Membership | None:
        if not row.text(column, required=column == "name"):
            return None
        one = Row(row.sheet, row.number, {"name": row.text(column)}, {"name": row.titles[column]})
        known = self.people.by_username.get(row.text(column).casefold()) or self.people.find(one)
        if known is None:
            raise one.error(NOBODY, "name", value=row.text(column)[:60])
        fitting = [held for held in known.memberships if may_stand(held, unit)]
        if not fitting:
            raise one.error(NOT_FOR_UNIT, "name", value=str(known.user), unit=unit.name)
        return min(fitting, key=lambda held: held.unit_id != unit.pk)


def plan_rota(content: bytes, *, may_edit: MayEdit, own: Unit | None = None) -> Plan[RotaRow]:
    """What the list would add to the rotas; a row without a unit is of `own`.

    Raises InputError for the whole file.
    """
    reader = _Reader(timezone.localdate(), may_edit, own)
    return plan_rows(read_table(content, COLUMNS), reader.read)


@transaction.atomic
def apply_rota(plan: Plan[RotaRow], *, by: Author) -> int:
    """Write every good row, all or none; return how many. Raises InputError with its row."""
    for change in plan.effective:
        try:
            add_shift(unit=change.facts.unit, facts=change.facts.facts, by=by)
        except InputError as error:
            error.params.update(sheet=change.row.sheet, row=change.row.number)
            raise
    record(by=by, action="rota.imported", reason=f"{len(plan.effective)} rows")
    return len(plan.effective)


def _lines(today: date) -> dict[object, list[Line]]:
    """What stands on the rotas from today on, by unit."""
    later = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    shifts = list(DutyShift.objects.filter(later))
    seats = (getattr(row, seat) for row in shifts for seat in SEATS)
    people = Membership.objects.select_related("user").in_bulk({key for key in seats if key})
    found: dict[object, list[Line]] = {}
    for row in shifts:
        found.setdefault(row.unit_id, []).append(line_of(row, people))
    return found


def _when(row: Row, today: date) -> tuple[tuple[int, ...], date, date | None]:
    """Days of the week with their stretch, or none of them and one date."""
    text, last = row.text("when", required=True), row.date("valid_to")
    weekdays = read_weekdays(text)
    if weekdays:
        return weekdays, row.date("valid_from") or today, last + ONE_DAY if last else None
    try:
        day = row.date("when")
    except InputError as error:
        raise row.error(BAD_DAYS, "when", value=text[:40]) from error
    return (), day or today, (day or today) + ONE_DAY


def _hours(row: Row) -> tuple[time, time]:
    text = row.text("hours", required=True)
    found = read_hours(text)
    if found is None:
        raise row.error(BAD_HOURS, "hours", value=text[:40])
    return found


def _line(facts: ShiftFacts) -> Line:
    return Line(
        weekdays=frozenset(facts.weekdays),
        starts=minutes(facts.starts),
        ends=minutes(facts.ends),
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        officer=person_of(facts.officer) if facts.officer else None,
        deputy=person_of(facts.deputy) if facts.deputy else None,
        leader=person_of(facts.leader) if facts.leader else None,
        name=facts.name,
    )


def _same(line: Line, other: Line) -> bool:
    """Whether the list only repeats what stands on the rota."""
    names = ("weekdays", "starts", "ends", "officer", "deputy", "leader")
    alike = all(getattr(line, name) == getattr(other, name) for name in names)
    if line.dated:
        return alike and line.valid_from == other.valid_from
    return alike and other.valid_on(line.valid_from) and line.valid_to == other.valid_to


def _label(unit: Unit, facts: ShiftFacts) -> str:
    when = write_weekdays(facts.weekdays) if facts.weekdays else facts.valid_from.isoformat()
    return f"{unit.name} {when}"


def _detail(facts: ShiftFacts, line: Line) -> str:
    people = (facts.officer, facts.deputy, facts.leader)
    return f"{words(line)} {'、'.join(str(one.user) for one in people if one)}"
