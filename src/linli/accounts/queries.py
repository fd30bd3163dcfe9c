"""Every read about staff. Lists start from what the viewer's scope holds in the current county."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.accounts.enums import AssignmentKind, Role
from linli.accounts.models import (
    ApiToken,
    GridAssignment,
    Membership,
    RoleRequest,
    Session,
    UploadedList,
    User,
)
from linli.accounts.rules import alike
from linli.accounts.sessions import SessionStore
from linli.accounts.signing import current
from linli.database.context import current_county
from linli.organisations.models import Unit
from linli.territory.models import Area


class Scope(Protocol):
    """`access.Scope` fits."""

    @property
    def everything(self) -> bool: ...
    @property
    def townships(self) -> AbstractSet[UUID]: ...
    @property
    def villages(self) -> AbstractSet[UUID]: ...
    @property
    def areas(self) -> AbstractSet[UUID]: ...
    @property
    def units(self) -> AbstractSet[UUID]: ...


class Viewer(Protocol):
    """`access.Actor` fits."""

    @property
    def id(self) -> UUID | None: ...
    @property
    def scope(self) -> Scope: ...


@dataclass(frozen=True)
class OpenSession:
    key: str
    device: str
    began: datetime
    here: bool


@dataclass(frozen=True)
class Responsible:
    """Who works an area on a day. `area_id` is where the assignment stands, perhaps a parent."""

    membership: Membership
    area_id: UUID
    inherited: bool
    stands_in: bool


@dataclass
class StaffRow:
    """A person with the roles that the viewer may see."""

    user: User
    memberships: list[Membership] = field(default_factory=list)


def open_sessions(user: User, here: str) -> list[OpenSession]:
    rows = Session.objects.filter(account_id=user.pk, expire_date__gt=timezone.now())
    found, store = [], SessionStore()
    for row in rows:
        data = store.decode(row.session_data)
        if "began" in data:
            began = datetime.fromtimestamp(data["began"], tz=UTC)
            device = str(data.get("device", ""))
            found.append(OpenSession(row.session_key, device, began, row.session_key == here))
    return sorted(found, key=lambda one: (not one.here, -one.began.timestamp()))


def visible_to(viewer: Viewer) -> QuerySet[Membership]:
    """Memberships of the county, past ones too, within the viewer's scope."""
    heirs = ("stand_in__user", "successor__user")
    rows = Membership.objects.select_related("user", "unit", "area", *heirs)
    if viewer.scope.everything:
        return rows
    scope = viewer.scope
    condition = Q(user_id=viewer.id)
    condition |= Q(area_id__in=scope.townships | scope.villages | scope.areas)
    condition |= Q(area__township_id__in=scope.townships) | Q(area__village_id__in=scope.villages)
    condition |= Q(unit_id__in=scope.units) | Q(unit__parent_id__in=scope.units)
    return rows.filter(condition)


def staff(
    viewer: Viewer,
    *,
    today: date,
    words: str = "",
    role: str = "",
    unit: UUID | None = None,
    area: UUID | None = None,
) -> list[StaffRow]:
    """People with a current or coming role in the viewer's scope, by unit and name.

    Who sees the whole county also sees accounts kept here that have no role yet.
    """
    rows = visible_to(viewer).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    if role:
        rows = rows.filter(role=role)
    if unit:
        rows = rows.filter(unit_id=unit)
    if area:
        rows = rows.filter(Q(area_id=area) | Q(area__township_id=area) | Q(area__village_id=area))
    if words:
        rows = rows.filter(
            Q(user__name__icontains=words)
            | Q(user__username__istartswith=words)
            | Q(phone__startswith=words)
        )
    people: dict[UUID, StaffRow] = {}
    for row in rows.order_by("unit__code", "user__name", "role", "id"):
        people.setdefault(row.user_id, StaffRow(row.user)).memberships.append(row)
    narrowed = bool(role or unit or area)
    if viewer.scope.everything and not narrowed:
        for user in without_role(today=today, words=words):
            people.setdefault(user.pk, StaffRow(user))
    return list(people.values())


def without_role(*, today: date, words: str = "") -> list[User]:
    """Accounts kept by this county, open or closed, that hold no role in it."""
    rows = User.objects.filter(registered_in=current_county())
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(username__istartswith=words))
    holding = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    held = set(holding.values_list("user_id", flat=True))
    return [user for user in rows.order_by("name", "username") if user.pk not in held]


def person(viewer: Viewer, user_id: UUID) -> StaffRow | None:
    """One person with past and present roles; None outside the viewer's scope."""
    rows = list(visible_to(viewer).filter(user_id=user_id).order_by("-valid_from", "-id"))
    if rows:
        return StaffRow(rows[0].user, rows)
    if viewer.scope.everything:
        user = User.objects.filter(pk=user_id, registered_in=current_county()).first()
        return StaffRow(user) if user else None
    return None


def membership(viewer: Viewer, membership_id: UUID) -> Membership | None:
    return visible_to(viewer).filter(pk=membership_id).first()


def members_of(unit: Unit, *, today: date) -> list[Membership]:
    """Who works for a unit today: colleagues may know this of each other."""
    rows = Membership.objects.filter(current(today), unit=unit).select_related("user", "area")
    return list(rows.order_by("role", "user__name"))


def roles_of(user_id: UUID, *, today: date) -> frozenset[Role]:
    rows = Membership.objects.filter(current(today), user_id=user_id).values_list("role")
    return frozenset(Role(role) for (role,) in rows)


def active_user(user_id: str) -> User | None:
    """Somebody who may sign in."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def find_user(username: str) -> User | None:
    """Somebody who belongs to this county, by the exact user name."""
    user = User.objects.filter(username=username).first()
    if user is None:
        return None
    here = user.registered_in == current_county()
    return user if here or Membership.objects.filter(user=user).exists() else None


def open_requests() -> list[RoleRequest]:
    rows = RoleRequest.objects.filter(decided_at__isnull=True)
    return list(rows.select_related("user", "unit", "area").order_by("asked_at", "id"))


def uploaded(list_id: UUID, *, kind: str, by: UUID) -> UploadedList | None:
    """A list that somebody uploaded; nobody else opens it."""
    return UploadedList.objects.filter(pk=list_id, kind=kind, uploaded_by=by).first()


def tokens_of(user_id: UUID) -> list[ApiToken]:
    """The user's keys for the current county, valid ones first."""
    rows = ApiToken.objects.filter(user_id=user_id, county_id=current_county())
    return sorted(rows, key=lambda row: (row.revoked_at is not None, row.created_at))


def assignments_of(membership_id: UUID, *, today: date) -> list[GridAssignment]:
    """The areas that somebody works today or will work."""
    later = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    rows = GridAssignment.objects.filter(later, membership_id=membership_id)
    return list(rows.select_related("area").order_by("area__code"))


def responsible_worker(area_id: UUID, on: date) -> Responsible | None:
    """Who works an area on a day: its own worker, or the nearest parent's."""
    return responsible_workers([area_id], on)[area_id]


def responsible_workers(area_ids: Collection[UUID], on: date) -> dict[UUID, Responsible | None]:
    """The same for many areas, in a handful of queries."""
    chains = ancestors(area_ids)
    everywhere = {one for chain in chains.values() for one in chain}
    rows = GridAssignment.objects.filter(
        current(on), area_id__in=everywhere, kind=AssignmentKind.WORKER
    ).select_related("membership__user", "membership__unit")
    workers = _chosen(row for row in rows if row.membership and _works(row.membership, on))
    return {area_id: _nearest(chain, workers) for area_id, chain in chains.items()}


def contacts(area_id: UUID, on: date) -> list[GridAssignment]:
    """Village-group heads and other contacts without account, of an area and of its parents."""
    chain = ancestors([area_id])[area_id]
    rows = GridAssignment.objects.filter(
        current(on), area_id__in=chain, kind=AssignmentKind.CONTACT
    ).select_related("area", "membership__user")
    return sorted(rows, key=lambda row: (chain.index(row.area_id), row.contact_name))


def ancestors(area_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Each area with its parents, nearest first."""
    parent: dict[UUID, UUID | None] = {}
    wanted = set(area_ids)
    while wanted:
        found = dict(Area.objects.filter(pk__in=wanted).values_list("pk", "parent_id"))
        parent |= found
        wanted = {above for above in found.values() if above and above not in parent}
    return {area_id: _climb(area_id, parent) for area_id in area_ids}


def assigned_in(area: Area, *, on: date) -> list[GridAssignment]:
    """Who is named for an area itself on a day, and from a later one on."""
    going_on = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    rows = GridAssignment.objects.filter(going_on, area=area)
    return list(rows.select_related("membership__user").order_by("kind", "valid_from"))


def workers(viewer: Viewer, *, today: date) -> list[Membership]:
    """Grid workers within the viewer's scope who may be assigned."""
    rows = visible_to(viewer).filter(current(today), role=Role.GRID_WORKER, user__is_active=True)
    return list(rows.order_by("user__name"))


def successors(membership: Membership, *, today: date) -> list[Membership]:
    """Who may stand in: a like role for the same unit and area, or any grid worker."""
    rows = Membership.objects.filter(current(today), user__is_active=True)
    rows = rows.exclude(user_id=membership.user_id).select_related("user", "unit", "area")
    if membership.role != Role.GRID_WORKER:
        rows = rows.filter(unit=membership.unit_id, area=membership.area_id)
    rows = rows.order_by("user__name", "id")
    return [row for row in rows if alike(membership.role, row.role)]


def _climb(area_id: UUID, parent: Mapping[UUID, UUID | None]) -> list[UUID]:
    chain: list[UUID] = []
    step: UUID | None = area_id if area_id in parent else None
    while step is not None and step not in chain:
        chain.append(step)
        step = parent.get(step)
    return chain


def _works(membership: Membership, on: date) -> bool:
    over = membership.valid_to is not None and membership.valid_to <= on
    return membership.user.is_active and not over


def _chosen(rows: Iterable[GridAssignment]) -> dict[UUID, GridAssignment]:
    """One worker an area: who stands in goes first, then who came last."""
    found: dict[UUID, GridAssignment] = {}
    key: Any = lambda row: (row.stands_in_for_id is not None, row.valid_from, row.pk)  # noqa: E731
    for row in sorted(rows, key=key):
        found[row.area_id] = row
    return found


def _nearest(chain: Sequence[UUID], workers: Mapping[UUID, GridAssignment]) -> Responsible | None:
    for step, area_id in enumerate(chain):
        row = workers.get(area_id)
        if row is not None and row.membership is not None:
            stands_in = row.stands_in_for_id is not None
            return Responsible(row.membership, area_id, inherited=step > 0, stands_in=stands_in)
    return None
