"""Who works in a unit, with which rights: for deciding whose work something is."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from linli.access.actor import Actor, Held, Scope
from linli.access.roles import ROLES
from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.accounts.signing import current
from linli.database.context import current_county


def members_present(unit_id: UUID, *, today: date) -> list[Actor]:
    """The members of a unit who are not on leave, each with all of their roles in the county.

    They have an empty scope: what they may do is judged, nothing is read for them.
    """
    here = Membership.objects.filter(current(today), unit_id=unit_id)
    rows = Membership.objects.filter(
        current(today), user_id__in=here.values("user_id"), user__is_active=True
    ).exclude(away_from__lte=today, away_to__gte=today)
    held: dict[UUID, list[Held]] = defaultdict(list)
    for row in rows.select_related("unit"):
        kind = row.unit.kind if row.unit else ""
        held[row.user_id].append(Held(row.pk, Role(row.role), row.unit_id, kind, row.area_id))
    return [_actor(user_id, roles) for user_id, roles in held.items()]


def _actor(user_id: UUID, held: list[Held]) -> Actor:
    return Actor(
        county=current_county(),
        id=user_id,
        label="",
        permissions=frozenset().union(*(ROLES[one.role].permissions for one in held)),
        scope=Scope(),
        held=tuple(held),
    )
