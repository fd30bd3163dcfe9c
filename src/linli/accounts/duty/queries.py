"""The rotas of units with the people on them, read in a handful of queries."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from linli.accounts.duty.book import Answer, Book, Post
from linli.accounts.duty.rules import Line, Person, Turn, Working
from linli.accounts.enums import ADMINISTRATORS, Role
from linli.accounts.models import DutyShift, Membership
from linli.accounts.signing import current
from linli.organisations.models import Unit

ONE_DAY = timedelta(days=1)
SEATS = ("officer_id", "deputy_id", "leader_id")


@dataclass(frozen=True)
class Rotas:
    """A book of rotas together with the rows that it names."""

    book: Book
    units: Mapping[UUID, Unit]
    people: Mapping[UUID, Membership]

    def at(self, unit: UUID, moment: datetime) -> Answer:
        return self.book.at(unit, moment)

    def turns(self, unit: UUID, begin: datetime, end: datetime) -> list[Turn]:
        return self.book.turns(unit, begin, end)

    def lines(self, unit: UUID) -> Sequence[Line]:
        """Its weekly lines; none of a unit that came or went while this was read."""
        post = self.book.posts.get(unit)
        return post.lines if post else ()

    def row(self, person: Person | None) -> Membership | None:
        return self.people.get(person.id) if person else None


def read_rotas(
    units: Collection[UUID] | None,
    *,
    begin: date,
    zone: ZoneInfo,
    working_of: Callable[[UUID], Working],
) -> Rotas:
    """The rotas from a day on, of some units and those that stand in for them, or of all."""
    known = _all_units() if units is None else _with_deputies(units)
    shifts = list(
        DutyShift.objects.filter(unit_id__in=known)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=begin))
        .order_by("valid_from", "starts", "id")
    )
    named = {getattr(row, seat) for row in shifts for seat in SEATS} - {None}
    rows = Membership.objects.filter(pk__in=named).select_related("user", "unit")
    people = {row.pk: row for row in rows}
    posts = _posts(known, shifts, people, _members(known, begin))
    return Rotas(Book(posts, zone, working_of), known, people)


def line_of(row: DutyShift, people: Mapping[UUID, Membership]) -> Line:
    def person(key: UUID | None) -> Person | None:
        return person_of(people[key]) if key else None

    return Line(
        weekdays=frozenset(row.weekdays),
        starts=minutes(row.starts),
        ends=minutes(row.ends),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        officer=person(row.officer_id),
        deputy=person(row.deputy_id),
        leader=person(row.leader_id),
        id=row.pk,
        name=row.name,
    )


def person_of(row: Membership) -> Person:
    return Person(
        id=row.pk,
        user=row.user_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        away_from=row.away_from,
        away_to=row.away_to,
        active=row.user.is_active,
    )


def minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def shift(shift_id: UUID) -> DutyShift | None:
    rows = DutyShift.objects.select_related("unit__area", "officer", "deputy", "leader")
    return rows.filter(pk=shift_id).first()


def candidates(unit: Unit, *, today: date) -> list[Membership]:
    """Who may be put on a unit's rota: its members, those above it and of its deputy, leaders."""
    rows = Membership.objects.filter(current(today), user__is_active=True).filter(
        may_stand_for(unit)
    )
    found = rows.select_related("user", "unit", "area").order_by("user__name", "id")
    return sorted(found, key=lambda row: (row.unit_id != unit.pk, row.role == Role.LEADER))


def units_with(memberships: Collection[UUID]) -> QuerySet[DutyShift, UUID]:
    """The units for which one of these answers by the rota, today or at another time."""
    named = Q(officer__in=memberships) | Q(deputy__in=memberships)
    return DutyShift.objects.filter(named).values_list("unit_id", flat=True)


def may_stand_for(unit: Unit) -> Q:
    units = {unit.pk, unit.parent_id, unit.deputy_id} - {None}
    reach = Q(unit_id__in=units) | Q(role=Role.LEADER)
    if unit.area_id:
        reach |= Q(area_id=unit.area_id)
    return reach & ~Q(role__in=ADMINISTRATORS)


def may_stand(row: Membership, unit: Unit) -> bool:
    """`may_stand_for`, of a membership in hand."""
    if row.role in ADMINISTRATORS:
        return False
    units = {unit.pk, unit.parent_id, unit.deputy_id} - {None}
    here = row.unit_id in units or (unit.area_id is not None and row.area_id == unit.area_id)
    return here or row.role == Role.LEADER


def _all_units() -> dict[UUID, Unit]:
    return {unit.pk: unit for unit in Unit.objects.select_related("area").order_by("code")}


def _with_deputies(units: Collection[UUID]) -> dict[UUID, Unit]:
    found: dict[UUID, Unit] = {}
    wanted: set[UUID] = set(units)
    while wanted:
        rows: QuerySet[Unit] = Unit.objects.select_related("area").filter(pk__in=wanted)
        found |= {unit.pk: unit for unit in rows}
        deputies = {unit.deputy_id for unit in found.values() if unit.deputy_id}
        wanted = deputies - found.keys()
    return found


_MEMBER = ("unit_id", "pk", "user_id", "valid_from", "valid_to", "away_from", "away_to")


def _members(units: Mapping[UUID, Unit], begin: date) -> dict[UUID, list[Person]]:
    rows = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=begin), unit_id__in=units
    )
    rows = rows.exclude(role__in=ADMINISTRATORS).filter(user__is_active=True)
    found: dict[UUID, list[Person]] = {}
    for unit, *person in rows.values_list(*_MEMBER):
        found.setdefault(unit, []).append(Person(*person))
    return found


def _posts(
    units: Mapping[UUID, Unit],
    shifts: Iterable[DutyShift],
    people: Mapping[UUID, Membership],
    members: Mapping[UUID, Sequence[Person]],
) -> dict[UUID, Post]:
    lines: dict[UUID, list[Line]] = {}
    for row in shifts:
        lines.setdefault(row.unit_id, []).append(line_of(row, people))
    return {
        key: Post(
            unit=key,
            deputy=unit.deputy_id,
            active=unit.active,
            lines=tuple(lines.get(key, ())),
            members=tuple(members.get(key, ())),
        )
        for key, unit in units.items()
    }
