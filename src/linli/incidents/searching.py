"""Full-text search: the database's own functions find the ids (docs/adr/0007)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.access.actor import Actor
from linli.counties.opening import instants
from linli.database.pipeline import exchange
from linli.incidents.filters import Filter
from linli.lib.bigrams import tsquery_literal

_SEARCH = f"SELECT id FROM incidents_search({', '.join(['%s'] * 25)})"  # noqa: S608 -- placeholders


def search(
    actor: Actor, wanted: Filter, *, before: tuple[datetime, UUID] | None, size: int
) -> list[UUID]:
    """Ids of the newest cases that an actor sees and that have the words and all else wanted."""
    query = tsquery_literal(wanted.text)
    if query is None:
        return []
    scope = actor.scope
    sight: list[Any] = [scope.everything]
    sight += [list(ids) for ids in (scope.townships, scope.villages, scope.areas, scope.units)]
    (rows,) = exchange(
        (_SEARCH, [query, *sight, actor.id, *_narrowed(wanted), *(before or (None, None)), size])
    )
    return [key for (key,) in rows]


def _narrowed(wanted: Filter) -> list[Any]:
    """`filters.condition` in the order of the function's arguments; None for what is not asked."""
    states = sorted(wanted.wanted_states) if wanted.states else None
    values: list[Any] = [None if wanted.group == "all" else wanted.group == "open", states]
    values += [wanted.township, wanted.village, wanted.area, wanted.category, wanted.unit]
    values += [wanted.severity or None, wanted.source or None]
    values += [timezone.now() if wanted.overdue else None]
    values += [mark or None for mark in (wanted.supervised, wanted.sampled, wanted.unplaced)]
    return [*values, *instants(wanted.opened_from, wanted.opened_to)]
