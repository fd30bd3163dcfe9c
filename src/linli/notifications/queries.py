"""The notices of a member of staff: their own and those of their units, as long as unread."""

from dataclasses import replace
from functools import lru_cache

from django.db.models import Q, QuerySet

from linli.access.actor import Actor
from linli.database.counted import Counter
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


def unread_count(actor: Actor) -> int:
    """How many, counted up to 100."""
    return _counter(replace(actor, request_id="", address=None)).ask()


@lru_cache(maxsize=1024)
def _counter(actor: Actor) -> Counter:
    return Counter.of([for_actor(actor)], up_to=COUNT_UP_TO)
