"""Who works in a unit, with which rights: for deciding whose work something is."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from django.db import connection

from linli.access.actor import MEMBER_COLUMNS, Actor, Held, Member, Scope
from linli.access.roles import ROLES
from linli.accounts.enums import Role
from linli.database.context import current_county
from linli.database.pipeline import exchange

_PRESENT = f"""
SELECT member.user_id, {MEMBER_COLUMNS}
FROM accounts_membership AS member
JOIN accounts_user AS account ON account.id = member.user_id AND account.is_active
CROSS JOIN (SELECT %s::date AS today) AS asked
WHERE member.county_id = %s AND member.user_id IN (
    SELECT here.user_id FROM accounts_membership AS here
    WHERE here.county_id = member.county_id AND here.unit_id = %s
    AND here.valid_from <= today AND (here.valid_to IS NULL OR here.valid_to > today))
AND member.valid_from <= today AND (member.valid_to IS NULL OR member.valid_to > today)
AND (member.away_from <= today AND member.away_to >= today) IS NOT TRUE
"""  # noqa: S608 -- constants only


def members_present(unit_id: UUID, *, today: date) -> list[Actor]:
    """The members of a unit who are not on leave, each with all of their roles in the county.

    They have an empty scope: what they may do is judged, nothing is read for them.
    """
    held: dict[UUID, list[Held]] = defaultdict(list)
    (rows,) = exchange((_PRESENT, [today, current_county(), unit_id]))
    for user_id, *member in rows:
        held[user_id].append(Member.read(member).held)
    return [_actor(user_id, roles) for user_id, roles in held.items()]


_HOLDING = """
SELECT DISTINCT member.user_id
FROM accounts_membership AS member
JOIN accounts_user AS account ON account.id = member.user_id AND account.is_active
WHERE member.county_id = %(county)s AND member.role = %(role)s
AND (%(unit)s::uuid IS NULL OR member.unit_id = %(unit)s)
AND member.valid_from <= %(today)s AND (member.valid_to IS NULL OR member.valid_to > %(today)s)
AND (member.away_from <= %(today)s AND member.away_to >= %(today)s) IS NOT TRUE
"""


def holders_present(role: Role, *, today: date, unit_id: UUID | None = None) -> list[UUID]:
    """Who holds a role (in a unit), may sign in and is not on leave: their user ids."""
    values = {"county": current_county(), "role": role.value, "unit": unit_id, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, values)
        return sorted(user_id for (user_id,) in cursor.fetchall())


def _actor(user_id: UUID, held: list[Held]) -> Actor:
    return Actor(
        county=current_county(),
        id=user_id,
        label="",
        permissions=frozenset().union(*(ROLES[one.role].permissions for one in held)),
        scope=Scope(),
        held=tuple(held),
    )
