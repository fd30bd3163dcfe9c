"""Pages of incidents, newest first, by cursor: as fast on the thousandth page as on the first."""

import base64
import binascii
import heapq
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.casework import tallies
from linli.incidents.filters import Filter, condition
from linli.incidents.models import Incident, IncidentPlace, IncidentTask
from linli.incidents.queries import areas_of
from linli.incidents.rules import Invalid
from linli.lib.bigrams import tsquery_literal

M = TypeVar("M", bound=Model)

PAGE = 50
COUNT_UP_TO = 50_000


class Cursor(NamedTuple):
    """The last row of a page; the next page begins after it."""

    opened_at: datetime
    id: UUID

    def encode(self) -> str:
        text = json.dumps([self.opened_at.isoformat(), self.id.hex])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read a cursor; raises Invalid for anything that was not one."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            moment, key = json.loads(raw)
            read = cls(datetime.fromisoformat(moment), UUID(key))
        except (ValueError, TypeError, AttributeError, binascii.Error) as error:
            raise Invalid("cursor", "cursor_unknown") from error
        if read.opened_at.tzinfo is None:
            raise Invalid("cursor", "cursor_unknown")
        return read


@dataclass(frozen=True)
class Count:
    """How many there are; `exact` is False where it is "more than"."""

    number: int
    exact: bool = True


@dataclass(frozen=True)
class Page:
    rows: list[Incident]
    next: Cursor | None


def page(actor: Actor, wanted: Filter, *, after: Cursor | None = None, size: int = PAGE) -> Page:
    """The incidents that an actor may see and asked for, newest first."""
    if wanted.text.strip():
        rows = _search(actor, wanted, after, size + 1)
    else:
        rows = _newest(actor, wanted, after, size + 1)
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, Cursor(rows[-1].opened_at, rows[-1].pk) if more else None)


def count(actor: Actor, wanted: Filter) -> Count | None:
    """How many there are; None for a search, whose common words nobody counts."""
    if wanted.text.strip():
        return None
    if wanted.nothing_else:
        known = _from_tallies(actor, wanted)
        if known is not None:
            return Count(known)
    number = _counted(actor, wanted)
    return Count(min(number, COUNT_UP_TO), exact=number <= COUNT_UP_TO)


def _counted(actor: Actor, wanted: Filter) -> int:
    """Each part of a scope counted by its own index, each incident once."""
    if not can(actor, Permission.INCIDENT_VIEW):
        return 0
    rows = Incident.objects.filter(condition(wanted, now=timezone.now()))
    if actor.scope.everything:
        return rows.order_by()[: COUNT_UP_TO + 1].count()
    known = _in_own_townships(actor, wanted)
    parts = _parts(actor, wanted, rows, counted=known is not None)
    ids: list[QuerySet[Any, Any]] = [part.order_by()[: COUNT_UP_TO + 1] for part in parts]
    if not ids:
        return known or 0
    rest = ids[0].union(*ids[1:]) if ids[1:] else ids[0]
    return (known or 0) + rest.count()


def _parts(
    actor: Actor, wanted: Filter, rows: QuerySet[Incident], *, counted: bool
) -> Iterable[QuerySet[Any, Any]]:
    """Ids by each reason to see a case; own townships are left out where counters know them."""
    scope = actor.scope
    beyond = _outside(scope.townships) if counted else Q()
    for column, keys in areas_of(scope):
        if not (counted and column == "township_id"):
            yield rows.filter(beyond, Q((f"{column}__in", keys))).values_list("pk")
    within = condition(wanted, now=timezone.now(), prefix="incident__")
    if counted:
        within &= _outside(scope.townships, "incident__")
    if scope.units:
        tasks = IncidentTask.objects.filter(within, unit_id__in=scope.units)
        yield tasks.values_list("incident_id")
    for column, keys in areas_of(scope):
        places = IncidentPlace.objects.filter(within, Q((f"{column}__in", keys)))
        yield places.values_list("incident_id")
    if actor.id:
        yield rows.filter(beyond, reporter_id=actor.id).values_list("pk")


def _outside(townships: Iterable[UUID], prefix: str = "") -> Q:
    nowhere = Q(**{f"{prefix}township_id__isnull": True})
    return nowhere | ~Q(**{f"{prefix}township_id__in": list(townships)})


def _in_own_townships(actor: Actor, wanted: Filter) -> int | None:
    """What counters say of own townships; None where they do not know the filter."""
    townships = actor.scope.townships
    if not townships or not wanted.nothing_else or _dimension(wanted)[0] != "total":
        return None
    states, known = wanted.wanted_states, 0
    for township in townships:
        rows = tallies.totals("incident", "township", key=str(township))
        known += sum(int(amount) for state, amount in rows if state in states)
    return known


def _from_tallies(actor: Actor, wanted: Filter) -> int | None:
    """A sum of counters, where the filter and the scope are one of their dimensions."""
    dimension, key = _dimension(wanted)
    scope = actor.scope
    if not can(actor, Permission.INCIDENT_VIEW):
        return 0
    if not scope.everything:
        return None
    rows = tallies.totals("incident", dimension, key=key)
    states = wanted.wanted_states
    return sum(int(amount) for state, amount in rows if state in states)


def _dimension(wanted: Filter) -> tuple[str, str | None]:
    for name in ("township", "category", "unit"):
        if value := getattr(wanted, name):
            return name, str(value)
    return "total", None


def _newest(actor: Actor, wanted: Filter, after: Cursor | None, size: int) -> list[Incident]:
    """Merge the branches of a scope, each read in order from its own index."""
    branches = [branch(wanted, after, size) for branch in _branches(actor)]
    merged = heapq.merge(*branches, key=_order, reverse=True)
    return list(islice(_once(merged), size))


Branch = Callable[[Filter, Cursor | None, int], list[Incident]]


def _branches(actor: Actor) -> list[Branch]:
    if not can(actor, Permission.INCIDENT_VIEW):
        return []
    if actor.scope.everything:
        return [_incidents(Q())]
    scope = actor.scope
    branches = [_incidents(Q(township_id=area)) for area in scope.townships]
    branches += [_incidents(Q(village_id=area)) for area in scope.villages]
    if scope.areas:
        branches.append(_incidents(Q(area_id__in=scope.areas)))
    branches += [_further_places(Q((f"{column}__in", keys))) for column, keys in areas_of(scope)]
    branches += [_tasks(unit) for unit in scope.units]
    if actor.id:
        branches.append(_incidents(Q(reporter_id=actor.id)))
    return branches


def _incidents(within: Q) -> Branch:
    def read(wanted: Filter, after: Cursor | None, size: int) -> list[Incident]:
        rows: QuerySet[Incident] = Incident.objects.filter(
            within, condition(wanted, now=timezone.now())
        )
        rows = _beyond(rows, after, "opened_at", "id")
        return list(rows.order_by("-opened_at", "-id")[:size])

    return read


def _tasks(unit: UUID) -> Branch:
    def read(wanted: Filter, after: Cursor | None, size: int) -> list[Incident]:
        now = timezone.now()
        rows: QuerySet[IncidentTask] = IncidentTask.objects.filter(unit_id=unit)
        rows = rows.filter(condition(wanted, now=now, prefix="incident__"))
        rows = _beyond(rows, after, "opened_at", "incident_id").select_related("incident")
        # A unit may have had a case more than once: read some to spare.
        return [row.incident for row in rows.order_by("-opened_at", "-incident_id")[: 2 * size]]

    return read


def _further_places(there: Q) -> Branch:
    def read(wanted: Filter, after: Cursor | None, size: int) -> list[Incident]:
        within = condition(wanted, now=timezone.now(), prefix="incident__")
        rows: QuerySet[IncidentPlace] = IncidentPlace.objects.filter(within, there)
        rows = _beyond(rows, after, "opened_at", "incident_id").select_related("incident")
        once = rows.distinct("opened_at", "incident_id")  # a case may have several places here
        return [row.incident for row in once.order_by("-opened_at", "-incident_id")[:size]]

    return read


def _beyond(rows: QuerySet[M], after: Cursor | None, time: str, key: str) -> QuerySet[M]:
    if after is None:
        return rows
    earlier = Q(**{f"{time}__lt": after.opened_at})
    same = Q(**{time: after.opened_at, f"{key}__lt": after.id})
    # The first condition bounds the index scan, the second settles ties.
    return rows.filter(Q(**{f"{time}__lte": after.opened_at}), earlier | same)


def _order(incident: Incident) -> tuple[datetime, UUID]:
    return incident.opened_at, incident.pk


def _once(rows: Iterable[Incident]) -> Iterable[Incident]:
    last = None
    for row in rows:
        if row.pk != last:
            last = row.pk
            yield row


_SEARCH = f"SELECT id FROM incidents_search({', '.join(['%s'] * 17)})"  # noqa: S608 -- placeholders


def _search(actor: Actor, wanted: Filter, after: Cursor | None, size: int) -> list[Incident]:
    if not can(actor, Permission.INCIDENT_VIEW):
        return []
    query = tsquery_literal(wanted.text)
    if query is None:
        return []
    scope = actor.scope
    group = None if wanted.group == "all" else wanted.group == "open"
    values: list[Any] = [query, scope.everything]
    values += [list(ids) for ids in (scope.townships, scope.villages, scope.areas, scope.units)]
    values += [actor.id, group, list(wanted.states) or None, wanted.township, wanted.village]
    values += [wanted.area, wanted.category, wanted.unit]
    values += [after.opened_at if after else None, after.id if after else None, size]
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, values)
        ids = [row[0] for row in cursor.fetchall()]
    found = Incident.objects.filter(condition(wanted, now=timezone.now()), pk__in=ids)
    return list(found.order_by("-opened_at", "-id"))
