"""Pages of incidents, newest first, by cursor: as fast on the thousandth page as on the first."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.casework import tallies
from linli.casework.tallies import HAD, Table
from linli.database.counting import counting
from linli.database.pipeline import exchange
from linli.incidents.filters import Filter, condition
from linli.incidents.lines import Listed
from linli.incidents.models import Incident, IncidentPlace, IncidentTask
from linli.incidents.queries import areas_of
from linli.incidents.rules import Invalid
from linli.incidents.searching import C, names_of, search

M = TypeVar("M", bound=Model)
T = TypeVar("T")

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
            raise Invalid("after", "cursor_unknown") from error
        if read.opened_at.tzinfo is None:
            raise Invalid("after", "cursor_unknown")
        return read


@dataclass(frozen=True)
class Count:
    """How many there are; `exact` is False where it is "more than"."""

    number: int
    exact: bool = True


class Page(NamedTuple, Generic[T]):
    rows: list[T]
    next: Cursor | None


def page(
    actor: Actor, wanted: Filter, *, after: Cursor | None = None, size: int = PAGE
) -> Page[Incident]:
    """The incidents that an actor may see and asked for, newest first."""
    return _page(list(_rows(actor, wanted, after, size + 1)), size)


def listed_page(
    actor: Actor, wanted: Filter, *, after: Cursor | None = None, size: int = PAGE
) -> Page[Listed]:
    """The same page, as far as a list shows it."""
    return columns_page(Listed, actor, wanted, after=after, size=size)


def columns_page(
    columns: type[C],
    actor: Actor,
    wanted: Filter,
    *,
    after: Cursor | None = None,
    size: int = PAGE,
) -> Page[C]:
    """The same page, as far as the named columns go: read at half the cost of models."""
    if wanted.text.strip() and can(actor, Permission.INCIDENT_VIEW):
        return _page(search(columns, actor, wanted, before=after, size=size + 1), size)
    rows = _rows(actor, wanted, after, size + 1).values_list(*names_of(columns))
    return _page([columns.__new__(columns, *row) for row in rows], size)


def _page(rows: list[T], size: int) -> Page[T]:
    shown = rows[:size]
    if len(rows) <= size:
        return Page(shown, None)
    last: Any = shown[-1]
    return Page(shown, Cursor(last.opened_at, last.id))


def _rows(actor: Actor, wanted: Filter, after: Cursor | None, size: int) -> QuerySet[Incident]:
    if not can(actor, Permission.INCIDENT_VIEW):
        return Incident.objects.none()
    find = _found if wanted.text.strip() else _newest
    return find(actor, wanted, after, size)


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
    if actor.id and actor.scope.units and not areas_of(actor.scope):
        return _of_units(actor, wanted, rows)
    known = _in_own_townships(actor, wanted)
    parts = _parts(actor, wanted, rows, counted=known is not None)
    ids: list[QuerySet[Any, Any]] = [part.order_by()[: COUNT_UP_TO + 1] for part in parts]
    if not ids:
        return known or 0
    rest = ids[0].union(*ids[1:]) if ids[1:] else ids[0]
    return (known or 0) + rest.count()


def _of_units(actor: Actor, wanted: Filter, rows: QuerySet[Incident]) -> int:
    """What the units had or have, counted along their index, and what else this person reported."""
    units = actor.scope.units
    reported = rows.filter(reporter_id=actor.id).order_by().values("pk")
    if len(units) == 1 and wanted.nothing_else and _dimension(wanted)[0] == "total":
        return _of_one_unit(str(*units), wanted, reported)
    tasks = IncidentTask.objects.filter(
        condition(wanted, now=timezone.now(), prefix="incident__"), unit_id__in=units
    )
    had = tasks.order_by("-opened_at", "-incident_id").values("opened_at", "incident_id").distinct()
    theirs = IncidentTask.objects.filter(incident_id=OuterRef("pk"), unit_id__in=units)
    beyond = reported.filter(~Exists(theirs))
    (((number,),),) = exchange(counting([had, beyond], up_to=COUNT_UP_TO + 1))
    return int(number)


def _of_one_unit(unit: str, wanted: Filter, reported: QuerySet[Incident, Any]) -> int:
    """What counters say of a unit, and what else this person reported."""
    had = tallies.call("incident", Table(HAD, keys=[unit]))
    beyond = reported.exclude(unit_ids__contains=[unit])
    rows, ((number,),) = exchange(had, counting([beyond], up_to=COUNT_UP_TO + 1))
    states = wanted.wanted_states
    return int(number) + sum(int(amount) for state, amount in rows if state in states)


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
    rows = tallies.totals("incident", "township", keys=[str(key) for key in townships])
    states = wanted.wanted_states
    return sum(int(amount) for state, amount in rows if state in states)


def _from_tallies(actor: Actor, wanted: Filter) -> int | None:
    """A sum of counters, where the filter and the scope are one of their dimensions."""
    dimension, keys = _dimension(wanted)
    scope = actor.scope
    if not can(actor, Permission.INCIDENT_VIEW):
        return 0
    if not scope.everything:
        return None
    rows = tallies.totals("incident", dimension, keys=keys)
    states = wanted.wanted_states
    return sum(int(amount) for state, amount in rows if state in states)


def _dimension(wanted: Filter) -> tuple[str, list[str] | None]:
    for name in ("township", "category", "unit"):
        if value := getattr(wanted, name):
            return name, [str(value)]
    return "total", None


def _newest(actor: Actor, wanted: Filter, after: Cursor | None, size: int) -> QuerySet[Incident]:
    """One statement for who sees everything; else the newest of each branch, then their rows."""
    now = timezone.now()
    if actor.scope.everything:
        rows: QuerySet[Incident] = Incident.objects.filter(condition(wanted, now=now))
        return _in_order(rows, after, "id")[:size]
    first, *others = (keys[:size] for keys in _branches(actor, wanted, after, now))
    newest = sorted(set(first.union(*others, all=True)), reverse=True)[:size]
    found = Incident.objects.filter(pk__in=[key for _opened_at, key in newest])
    return found.order_by("-opened_at", "-id")


def _branches(
    actor: Actor, wanted: Filter, after: Cursor | None, now: datetime
) -> Iterable[QuerySet[Any, Any]]:
    """Times and ids by each reason to see a case, each read in order from its own index."""
    scope = actor.scope
    incidents = Incident.objects.filter(condition(wanted, now=now))
    yield _keys(incidents.filter(reporter_id=actor.id), after, "id")
    for name, areas in (("township_id", scope.townships), ("village_id", scope.villages)):
        for area in areas:
            yield _keys(incidents.filter(**{name: area}), after, "id")
    if scope.areas:
        yield _keys(incidents.filter(area_id__in=scope.areas), after, "id")
    # A unit may have had a case more than once, and it may have several places in an area.
    pointing = condition(wanted, now=now, prefix="incident__")
    for unit in scope.units:
        tasks = IncidentTask.objects.filter(pointing, unit_id=unit)
        yield _keys(tasks, after, "incident_id").distinct()
    for column, keys in areas_of(scope):
        places = IncidentPlace.objects.filter(pointing, Q((f"{column}__in", keys)))
        yield _keys(places, after, "incident_id").distinct()


def _keys(rows: QuerySet[M], after: Cursor | None, key: str) -> QuerySet[Any, Any]:
    return _in_order(rows, after, key).annotate(key=F(key)).values_list("opened_at", "key")


def _in_order(rows: QuerySet[M], after: Cursor | None, key: str) -> QuerySet[M]:
    """Newest first, beyond the cursor."""
    if after is not None:
        earlier = Q(opened_at__lt=after.opened_at)
        same = Q(**{"opened_at": after.opened_at, f"{key}__lt": after.id})
        # The first condition bounds the index scan, the second settles ties.
        rows = rows.filter(Q(opened_at__lte=after.opened_at), earlier | same)
    return rows.order_by("-opened_at", f"-{key}")


def _found(actor: Actor, wanted: Filter, after: Cursor | None, size: int) -> QuerySet[Incident]:
    keys = search(Cursor, actor, wanted, before=after, size=size)
    found = Incident.objects.filter(pk__in=[key.id for key in keys])
    return found.order_by("-opened_at", "-id")
