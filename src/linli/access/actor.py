"""Who acts in this request, with which rights, over which part of the county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from linli.access.permissions import Permission
from linli.access.roles import ROLES
from linli.accounts.enums import AssignmentKind, Role
from linli.accounts.models import User
from linli.database.context import Question, current_county
from linli.database.pipeline import exchange
from linli.territory.models import Level


@dataclass(frozen=True)
class Scope:
    """The part of a county that somebody sees: everything, or areas and units named by id."""

    everything: bool = False
    townships: frozenset[UUID] = frozenset()
    villages: frozenset[UUID] = frozenset()
    areas: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Held:
    """One membership as far as decisions need it."""

    id: UUID
    role: Role
    unit_id: UUID | None
    unit_kind: str
    area_id: UUID | None


@dataclass(frozen=True)
class Actor:
    """A member of staff (or the system) in one county. Build with `actor_for()`."""

    county: str
    id: UUID | None
    label: str
    permissions: frozenset[Permission]
    scope: Scope
    held: tuple[Held, ...] = ()
    token_id: UUID | None = None
    request_id: str = ""
    address: str | None = None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.held)

    @property
    def memberships(self) -> frozenset[UUID]:
        return frozenset(held.id for held in self.held)

    @property
    def units(self) -> frozenset[UUID]:
        return frozenset(held.unit_id for held in self.held if held.unit_id)


class PermissionRefusedError(Exception):
    """The actor lacks a right; `permission` names it."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"Needs the right {permission}.")
        self.permission = permission


def can(actor: Actor, permission: Permission) -> bool:
    return permission in actor.permissions


def require(actor: Actor, permission: Permission) -> None:
    if permission not in actor.permissions:
        raise PermissionRefusedError(permission)


def system(label: str = "linli") -> Actor:
    """The system itself, for jobs and commands: every right, the whole county."""
    return Actor(
        county=current_county(),
        id=None,
        label=label,
        permissions=frozenset(Permission),
        scope=Scope(everything=True),
    )


def actor_for(
    user: User,
    *,
    today: date,
    scopes: frozenset[str] | None = None,
    token_id: UUID | None = None,
    request_id: str = "",
    address: str | None = None,
    asked: Question | None = None,
) -> Actor | None:
    """Return the user's actor in the current county, or None where they have no role in it.

    `scopes` narrows the rights to those a token carries. `asked` is the question of the user's
    memberships, where the opening of the county has answered it already.
    """
    if asked is None:
        asked = question(user, county=current_county(), today=today)
        (asked.rows,) = exchange((asked.sql, asked.values))
    return build(
        user.pk,
        str(user),
        [Member.read(row) for row in asked.rows],
        today=today,
        scopes=scopes,
        token_id=token_id,
        request_id=request_id,
        address=address,
    )


def question(user: User, *, county: str, today: date) -> Question:
    """Asks for the user's memberships of a day, while the county is opened."""
    return Question(_CURRENT, [county, user.pk, today, today])


def build(
    user_id: UUID,
    label: str,
    memberships: list["Member"],
    *,
    today: date,
    scopes: frozenset[str] | None,
    token_id: UUID | None,
    request_id: str,
    address: str | None,
) -> Actor | None:
    """The actor of somebody whose memberships of today have been read."""
    if not memberships:
        return None
    return Actor(
        county=current_county(),
        id=user_id,
        label=label,
        permissions=_rights(frozenset(row.held.role for row in memberships), scopes),
        scope=_scope(memberships, today),
        held=tuple(row.held for row in memberships),
        token_id=token_id,
        request_id=request_id,
        address=address,
    )


@lru_cache(maxsize=500)
def _rights(roles: frozenset[Role], scopes: frozenset[str] | None) -> frozenset[Permission]:
    """What roles may do, narrowed to the scopes of a key."""
    rights = frozenset[Permission]().union(*(ROLES[role].permissions for role in roles))
    return rights if scopes is None else frozenset(one for one in rights if one.value in scopes)


# Asked at every request, never remembered: a right that is taken away ends at once.
# Looked up, not joined: every request asks this, and planning two joins more takes twice as long.
MEMBER_COLUMNS = """
    member.id, member.role,
    member.unit_id, (SELECT kind FROM organisations_unit AS unit
        WHERE unit.county_id = member.county_id AND unit.id = member.unit_id),
    member.area_id, (SELECT level FROM territory_area AS area
        WHERE area.county_id = member.county_id AND area.id = member.area_id)
"""
_CURRENT = f"""
SELECT {MEMBER_COLUMNS}
FROM accounts_membership AS member
WHERE member.county_id = %s AND member.user_id = %s
AND member.valid_from <= %s AND (member.valid_to IS NULL OR member.valid_to > %s)
ORDER BY member.valid_from, member.id
"""  # noqa: S608 -- constants only
_ASSIGNED = """
SELECT given.area_id, area.level
FROM accounts_gridassignment AS given
JOIN territory_area AS area ON area.county_id = given.county_id AND area.id = given.area_id
WHERE given.county_id = %s AND given.membership_id = ANY(%s) AND given.kind = %s
AND given.valid_from <= %s AND (given.valid_to IS NULL OR given.valid_to > %s)
"""


@dataclass(frozen=True)
class Member:
    """A membership and the level of its area."""

    held: Held
    level: int | None

    @classmethod
    def read(cls, row: Sequence[Any]) -> "Member":
        """From the columns of MEMBER_COLUMNS."""
        key, role, unit, kind, area, level = row
        return cls(Held(key, Role(role), unit, kind or "", area), level)


def _scope(memberships: list[Member], today: date) -> Scope:
    if any(ROLES[row.held.role].countywide for row in memberships):
        return Scope(everything=True)
    by_level: dict[int, set[UUID]] = {level: set() for level in Level}
    for row in memberships:
        if row.held.area_id and row.level is not None:
            by_level[row.level].add(row.held.area_id)
    if by_level[Level.COUNTY]:
        return Scope(everything=True)
    areas = by_level[Level.GRID] | _assigned(memberships, today, by_level)
    return Scope(
        townships=frozenset(by_level[Level.TOWNSHIP]),
        villages=frozenset(by_level[Level.VILLAGE]),
        areas=frozenset(areas),
        units=frozenset(row.held.unit_id for row in memberships if row.held.unit_id),
    )


def _assigned(memberships: list[Member], today: date, by_level: dict[int, set[UUID]]) -> set[UUID]:
    """Areas that a grid worker is assigned to; those above grids go to their own level."""
    workers = [row.held.id for row in memberships if row.held.role == Role.GRID_WORKER]
    if not workers:
        return set()
    with connection.cursor() as cursor:
        values: list[Any] = [current_county(), workers, AssignmentKind.WORKER.value, today, today]
        cursor.execute(_ASSIGNED, values)
        rows = cursor.fetchall()
    grids: set[UUID] = set()
    for area_id, level in rows:
        (grids if level == Level.GRID else by_level[level]).add(area_id)
    return grids
