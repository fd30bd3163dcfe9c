"""The notices of a member of staff: their own and those of their units, as long as unread."""

from typing import Any

from django.db.models import Q, QuerySet

from linli.access.actor import Actor
from linli.database.context import current_county
from linli.database.pipeline import FixedPlan, exchange
from linli.notifications.models import Notice

SHOWN = 50
COUNT_UP_TO = 100


def for_actor(actor: Actor) -> QuerySet[Notice]:
    """What this person has not taken notice of yet."""
    rows: QuerySet[Notice] = Notice.objects.filter(read_at__isnull=True)
    mine = Q(user_id=actor.id) if actor.id else Q()
    if actor.units:
        mine |= Q(unit_id__in=actor.units)
    return rows.filter(mine) if mine else rows.none()


def newest(actor: Actor) -> list[Notice]:
    """The newest 50; older ones follow when these are read."""
    return list(for_actor(actor).order_by("-created_at", "-id")[:SHOWN])


_NOTICES = "SELECT 1 FROM notifications_notice WHERE county_id = %s AND read_at IS NULL"
# As `for_actor`, for those who ask it together with something else: each half by its own index,
# so that nobody counts more than is told.
UNREAD = FixedPlan(f"""SELECT LEAST(count(*), {COUNT_UP_TO}) FROM (
({_NOTICES} AND user_id = %s LIMIT {COUNT_UP_TO}) UNION ALL
({_NOTICES} AND unit_id = ANY(%s) LIMIT {COUNT_UP_TO})) AS unread""")  # noqa: S608 -- constants only


def reader(actor: Actor) -> list[Any]:
    """The values of UNREAD."""
    county = current_county()
    return [county, actor.id, county, list(actor.units)]


def unread_count(actor: Actor) -> int:
    """How many, counted up to 100."""
    (((count,),),) = exchange((UNREAD, reader(actor)))
    return int(count)
