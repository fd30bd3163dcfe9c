"""Who works which area, from one day to another. Rows are ended and begun, never rewritten."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from linli.accounts.enums import AssignmentKind, Role
from linli.accounts.models import GridAssignment, Membership
from linli.accounts.rules import check_dates
from linli.audit.actions import Author, record
from linli.counties.tenancy import new
from linli.lib.errors import InputError, gettext_noop
from linli.territory.models import Area

NO_WORKER = gettext_noop("%(name)s is no grid worker on that day: grant the role first.")
NO_NAME = gettext_noop("Name the contact.")
GONE = gettext_noop("This assignment has ended already.")
LATER_ONE = gettext_noop("From %(day)s on somebody else is named already. End that one first.")

ONE_DAY = timedelta(days=1)
ENDING = ["valid_to", "shortened", "planned_to"]


@transaction.atomic
def assign_worker(
    *,
    area: Area,
    worker: Membership,
    valid_from: date,
    by: Author,
    valid_to: date | None = None,
) -> GridAssignment:
    """Name the worker of an area from a day on; whoever was named until then ends on that day.

    `valid_to` is the first day without. Raises InputError.
    """
    check_dates(valid_from, valid_to)
    ends = worker.valid_to is not None and worker.valid_to <= valid_from
    if worker.role != Role.GRID_WORKER or ends or not worker.user.is_active:
        raise InputError(NO_WORKER, field="worker", name=str(worker.user))
    _make_room(area, valid_from)
    made = new(
        GridAssignment,
        area=area,
        kind=AssignmentKind.WORKER,
        membership=worker,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    made.save(force_insert=True)
    record(by=by, action="area.worker_assigned", subject=("area", area.pk, area.name))
    return made


@transaction.atomic
def assign_contact(
    *,
    area: Area,
    name: str,
    phone: str,
    valid_from: date,
    by: Author,
    valid_to: date | None = None,
) -> GridAssignment:
    """Name a contact without account, such as a village-group head. Raises InputError."""
    check_dates(valid_from, valid_to)
    if not name.strip():
        raise InputError(NO_NAME, field="contact_name")
    made = new(
        GridAssignment,
        area=area,
        kind=AssignmentKind.CONTACT,
        contact_name=name.strip(),
        contact_phone=phone.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    made.save(force_insert=True)
    classes = ["contact_name", "contact_phone"]
    subject = ("area", area.pk, area.name)
    record(by=by, action="area.contact_named", subject=subject, classes=classes)
    return made


@transaction.atomic
def end_assignment(*, assignment: GridAssignment, on: date, by: Author) -> None:
    """`on` is the first day without. Who has not begun leaves the former worker as before.

    Raises InputError.
    """
    if assignment.valid_to is not None and assignment.valid_to <= on:
        raise InputError(GONE)
    begins = assignment.valid_from
    _end(assignment, on)
    if begins >= on and assignment.kind == AssignmentKind.WORKER:
        _make_good(assignment, begins)
    area = assignment.area
    record(by=by, action="area.assignment_ended", subject=("area", area.pk, area.name))


def follow_assignments(moved: Mapping[UUID, UUID], *, on: date, by: Author) -> None:
    """Whoever works an area that only got another code works the new one from that day on."""
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    found = GridAssignment.objects.filter(going_on, area_id__in=moved).select_related("area")
    lenders_first = F("stands_in_for").asc(nulls_first=True)
    rows = list(found.order_by(lenders_first, "pk").select_for_update(of=("self",)))
    begun: dict[UUID | None, GridAssignment] = {}
    for row in rows:
        made = begun[row.pk] = new(
            GridAssignment,
            area_id=moved[row.area_id],
            kind=row.kind,
            membership_id=row.membership_id,
            contact_name=row.contact_name,
            contact_phone=row.contact_phone,
            valid_from=max(on, row.valid_from),
            valid_to=row.valid_to,
            stands_in_for=begun.get(row.stands_in_for_id, row.stands_in_for),
            shortened=row.shortened,
            planned_to=row.planned_to,
        )
        made.save(force_insert=True)
        subject = ("area", made.area_id, row.area.name)
        record(by=by, action="area.assignment_followed", subject=subject)
    for row in rows:
        _end(row, on)


def leave_assignments(areas: Collection[UUID], *, on: date, by: Author) -> None:
    """End whatever is assigned at these areas from a day on."""
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    found = GridAssignment.objects.filter(going_on, area_id__in=areas).select_related("area")
    lenders_last = F("stands_in_for").asc(nulls_last=True)
    for row in found.order_by(lenders_last, "pk").select_for_update(of=("self",)):
        _end(row, on)
        subject = ("area", row.area_id, row.area.name)
        record(by=by, action="area.assignment_ended", subject=subject)


def hand_assignments(
    *, membership: Membership, successor: Membership | None, on: date
) -> list[UUID]:
    """End every assignment on a day; the successor, if any, has them from then on."""
    areas = []
    for row in _open(membership, on).select_related("stands_in_for"):
        if successor is not None and not _returns_to(successor, row):
            begin = max(on, row.valid_from)
            made = _worker_row(row.area_id, successor, begin, row.valid_to)
            made.stands_in_for = row.stands_in_for
            made.save(force_insert=True)
            areas.append(row.area_id)
        _cut(row, on)
    return areas


def take_back_assignments(
    *, membership: Membership, successor: Membership | None, on: date
) -> None:
    """A planned end is planned anew: the areas go on as if nothing had been planned."""
    for row in _open(membership, on - ONE_DAY).filter(shortened=True, valid_to=on):
        if successor is not None:
            heirs = GridAssignment.objects.filter(
                membership=successor, area=row.area_id, valid_from=on
            )
            for heir in heirs.filter(stands_in_for=row.stands_in_for_id):
                _end(heir, on)
        _restore(row)


def lend_assignments(
    *, membership: Membership, to: Membership, begin: date, end: date
) -> list[UUID]:
    """Give who stands in the same areas from `begin` to `end` (both included), lent ones too."""
    areas = []
    for row in _open(membership, begin).filter(valid_from__lte=end):
        _lend(row, to, begin, end)
        areas.append(row.area_id)
    return areas


def end_stand_ins(*, of: Membership, on: date) -> None:
    """Whoever stands in for somebody stops on a day."""
    rows = GridAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), stands_in_for__membership=of
    )
    for row in rows:
        _end_stand_ins_of_row(row, on)
        _end(row, on)


def _open(membership: Membership, on: date) -> QuerySet[GridAssignment]:
    later = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return GridAssignment.objects.filter(
        later, membership=membership, kind=AssignmentKind.WORKER
    ).order_by("area_id", "valid_from")


def _make_room(area: Area, on: date) -> None:
    rows = GridAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        area=area,
        kind=AssignmentKind.WORKER,
        stands_in_for__isnull=True,
    )
    for row in rows.select_for_update(of=("self",)):
        if row.valid_from > on:
            raise InputError(LATER_ONE, field="valid_from", day=row.valid_from.isoformat())
        _end_stand_ins_of_row(row, on)
        _cut(row, on)


def _end_stand_ins_of_row(row: GridAssignment, on: date) -> None:
    for stand_in in GridAssignment.objects.filter(stands_in_for=row):
        if stand_in.valid_to is None or stand_in.valid_to > on:
            _end_stand_ins_of_row(stand_in, on)
            _cut(stand_in, on)


def _lend(row: GridAssignment, to: Membership, begin: date, end: date) -> None:
    last = end + ONE_DAY
    until = min(row.valid_to, last) if row.valid_to else last
    made = _worker_row(row.area_id, to, max(begin, row.valid_from), until)
    made.stands_in_for = row
    made.save(force_insert=True)


def _cut(row: GridAssignment, on: date) -> None:
    """End a row on a day because something else begins; the end that it had is kept."""
    if not row.shortened:
        row.shortened, row.planned_to = True, row.valid_to
    _stop(row, on)


def _end(row: GridAssignment, on: date) -> None:
    """End a row on a day for good."""
    row.shortened, row.planned_to = False, None
    _stop(row, on)


def _stop(row: GridAssignment, on: date) -> None:
    """What had not begun goes altogether."""
    if row.valid_from >= on:
        _end_stand_ins_of_row(row, on)
        row.delete()
        return
    row.valid_to = on
    row.save(update_fields=ENDING)


def _make_good(gone: GridAssignment, begins: date) -> None:
    """Whoever ended because `gone` was going to begin goes on."""
    ended = GridAssignment.objects.filter(
        area=gone.area_id,
        kind=gone.kind,
        stands_in_for=gone.stands_in_for_id,
        valid_to=begins,
        shortened=True,
    )
    for row in ended.select_related("membership__stand_in"):
        _restore(row, no_later=row.membership.valid_to if row.membership else None)
        _lend_again(row, begins)


def _restore(row: GridAssignment, *, no_later: date | None = None) -> None:
    """Give a shortened row its own end back, as far as nothing else comes before that."""
    was = row.valid_to
    bounds = [no_later, _next_begin(row)]
    until = min((day for day in (row.planned_to, *bounds) if day), default=None)
    row.valid_to, row.shortened = until, until != row.planned_to
    row.planned_to = row.planned_to if row.shortened else None
    row.save(update_fields=ENDING)
    for stand_in in GridAssignment.objects.filter(stands_in_for=row, shortened=True, valid_to=was):
        _restore(stand_in, no_later=until)


def _next_begin(row: GridAssignment) -> date | None:
    """When the next worker of the area begins; who stands in ends with a leave, not with these."""
    if row.stands_in_for_id is not None:
        return None
    following = GridAssignment.objects.filter(
        area=row.area_id,
        kind=row.kind,
        stands_in_for__isnull=True,
        valid_from__gte=row.valid_to,
    )
    return following.order_by("valid_from").values_list("valid_from", flat=True).first()


def _lend_again(row: GridAssignment, begin: date) -> None:
    """A leave whose days lay behind the end that is gone has nobody standing in for this area."""
    away = row.membership
    if away is None or away.stand_in is None or away.away_from is None or away.away_to is None:
        return
    lent = GridAssignment.objects.filter(stands_in_for=row, valid_to__gt=begin)
    if away.away_to >= begin and not lent.exists():
        _lend(row, away.stand_in, max(away.away_from, begin), away.away_to)


def _returns_to(successor: Membership, row: GridAssignment) -> bool:
    """Whether the successor is the very person whom this row stands in for."""
    lender = row.stands_in_for
    return lender is not None and lender.membership_id == successor.pk


def _worker_row(
    area_id: UUID, membership: Membership, begin: date, end: date | None
) -> GridAssignment:
    return new(
        GridAssignment,
        area_id=area_id,
        kind=AssignmentKind.WORKER,
        membership=membership,
        valid_from=begin,
        valid_to=end,
    )
