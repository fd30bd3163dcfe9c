"""Lines of duty rotas: begun, changed, ended. What has begun is cut and begun anew."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.accounts.duty.queries import SEATS, line_of, may_stand
from linli.accounts.duty.rules import check_line
from linli.accounts.models import DutyShift, Membership
from linli.audit.actions import Author, record
from linli.counties.tenancy import new
from linli.lib.errors import InputError, gettext_noop
from linli.organisations.models import Unit

NOT_HERE = gettext_noop("%(name)s works neither here, nor for the unit above, nor as a leader.")
GONE = gettext_noop("This shift has ended already.")
PAST = gettext_noop("What was said of past days stays: change it from today on.")
COPIED = ("unit_id", "name", "weekdays", "starts", "ends", "valid_to")


@dataclass(frozen=True)
class ShiftFacts:
    """What a line of a rota says. Without weekdays it is dated; `valid_to` is the day after."""

    starts: time
    ends: time
    officer: Membership | None
    valid_from: date
    weekdays: tuple[int, ...] = ()
    valid_to: date | None = None
    deputy: Membership | None = None
    leader: Membership | None = None
    name: str = ""


@transaction.atomic
def add_shift(*, unit: Unit, facts: ShiftFacts, by: Author) -> DutyShift:
    """Put a line on a unit's rota. Raises InputError with the field at fault."""
    _lock(unit)
    made = _filled(new(DutyShift, unit=unit), facts)
    _check(made, unit)
    made.save(force_insert=True)
    record(by=by, action="duty.shift_added", subject=_subject(unit))
    return made


@transaction.atomic
def change_shift(*, shift: DutyShift, facts: ShiftFacts, on: date, by: Author) -> DutyShift:
    """Say something else from a day on; what was said of the days before stays. Raises InputError.

    `facts.valid_from` counts for a line that has not begun by `on`.
    """
    unit = shift.unit
    _lock(unit)
    old = _current(shift, on)
    if old.valid_from < on < timezone.localdate():
        raise InputError(PAST, field="valid_from")
    if old.valid_from >= on:
        made = _filled(old, facts)
        _check(made, unit)
        made.save()
    else:
        _cut(old, on)
        made = _filled(new(DutyShift, unit=unit), facts)
        made.valid_from = max(on, facts.valid_from)
        _check(made, unit)
        made.save(force_insert=True)
    record(by=by, action="duty.shift_changed", subject=_subject(unit))
    return made


@transaction.atomic
def end_shift(*, shift: DutyShift, on: date, by: Author) -> None:
    """`on` is the first day without; a turn that began the evening before runs to its end."""
    _lock(shift.unit)
    _cut(_current(shift, on), on)
    record(by=by, action="duty.shift_ended", subject=_subject(shift.unit))


def hand_shifts(*, membership: Membership, successor: Membership, on: date) -> None:
    """The successor stands wherever somebody stood on a rota from a day on.

    Part of ending a role, which writes the log. Without a successor the lines stay: the deputies
    answer, and the check of the rotas names the gap.
    """
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    for row in DutyShift.objects.filter(_seated(membership), going_on).order_by("id"):
        unit = Unit.objects.get(pk=row.unit_id)
        if not may_stand(successor, unit):
            continue
        seats = {seat: _instead(row, seat, membership, successor) for seat in SEATS}
        if seats["officer_id"] == seats["deputy_id"]:
            seats["deputy_id"] = None
        _hand(row, seats, on)


def take_back_shifts(*, membership: Membership, successor: Membership | None, on: date) -> None:
    """A planned end is planned anew: lines that were cut for the successor are whole again."""
    if successor is None:
        return
    for row in DutyShift.objects.filter(_seated(membership), valid_to=on):
        same = {name: getattr(row, name) for name in COPIED if name != "valid_to"}
        made = DutyShift.objects.filter(_seated(successor), **same, valid_from=on).first()
        if made is not None:
            row.valid_to = made.valid_to
            made.delete()
            row.save(update_fields=["valid_to"])


def _seated(membership: Membership) -> Q:
    mine = Q()
    for seat in SEATS:
        mine |= Q((seat, membership.pk))
    return mine


def _instead(
    row: DutyShift, seat: str, membership: Membership, successor: Membership
) -> UUID | None:
    held: UUID | None = getattr(row, seat)
    return successor.pk if held == membership.pk else held


def _hand(row: DutyShift, seats: dict[str, UUID | None], on: date) -> None:
    if row.valid_from >= on:
        for seat, key in seats.items():
            setattr(row, seat, key)
        row.save(update_fields=[seat.removesuffix("_id") for seat in seats])
        return
    made = new(DutyShift, **{name: getattr(row, name) for name in COPIED}, **seats, valid_from=on)
    _cut(row, on)
    made.save(force_insert=True)


def _lock(unit: Unit) -> None:
    """Two people who change one rota at once go one after the other."""
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)


def _current(shift: DutyShift, on: date) -> DutyShift:
    row = DutyShift.objects.filter(pk=shift.pk).first()
    if row is None or (row.valid_to is not None and row.valid_to <= on):
        raise InputError(GONE)
    return row


def _cut(row: DutyShift, on: date) -> None:
    """End a line on a day; one that had not begun goes altogether."""
    if row.valid_from >= on:
        row.delete()
        return
    row.valid_to = on
    row.save(update_fields=["valid_to"])


def _filled(row: DutyShift, facts: ShiftFacts) -> DutyShift:
    for name, value in vars(facts).items():
        setattr(row, name, value)
    row.weekdays, row.name = sorted(set(facts.weekdays)), facts.name.strip()
    return row


def _check(row: DutyShift, unit: Unit) -> None:
    for seat in ("officer", "deputy", "leader"):
        member: Membership | None = getattr(row, seat)
        if member is not None and not may_stand(member, unit):
            raise InputError(NOT_HERE, field=seat, name=str(member.user))
    others = DutyShift.objects.filter(unit=unit).exclude(pk=row.pk)
    later = Q(valid_to__isnull=True) | Q(valid_to__gte=row.valid_from)
    beside = list(others.filter(later))
    named = {getattr(one, seat) for one in (row, *beside) for seat in SEATS} - {None}
    people = Membership.objects.filter(pk__in=named).select_related("user").in_bulk()
    check_line(line_of(row, people), [line_of(one, people) for one in beside])


def _subject(unit: Unit) -> tuple[str, UUID, str]:
    return ("unit", unit.pk, unit.name)
