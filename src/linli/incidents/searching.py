"""Full-text search: the database's own functions find the cases (docs/adr/0007)."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.utils import timezone

from linli.access.actor import Actor
from linli.counties.opening import instants
from linli.database.context import current_county
from linli.database.pipeline import exchange
from linli.incidents.filters import Filter
from linli.incidents.models import Incident
from linli.lib.bigrams import tsquery_literal

FUNCTION = "incidents_search"
ENDED = {"progress": "CASE WHEN one.is_open THEN one.progress END"}  # whose clocks nobody shows

C = TypeVar("C", bound=tuple[Any, ...])  # a NamedTuple whose fields are columns of a case


def search(
    columns: type[C],
    actor: Actor,
    wanted: Filter,
    *,
    before: tuple[datetime, UUID] | None,
    size: int,
) -> list[C]:
    """The newest cases that an actor sees and that have the words and all else wanted."""
    query = tsquery_literal(wanted.text)
    if query is None:
        return []
    statement, readers = _statement(FUNCTION, names_of(columns))
    scope = actor.scope
    sight: list[Any] = [scope.everything]
    sight += [list(ids) for ids in (scope.townships, scope.villages, scope.areas, scope.units)]
    values = [query, *sight, actor.id, *_narrowed(wanted), *(before or (None, None)), size]
    (rows,) = exchange((statement, [*values, current_county()]))
    return [columns.__new__(columns, *_read(row, readers)) for row in rows]


def names_of(columns: type[tuple[Any, ...]]) -> tuple[str, ...]:
    names: tuple[str, ...] = columns._fields  # type: ignore[attr-defined]  # of a NamedTuple
    return names


def _narrowed(wanted: Filter) -> list[Any]:
    """`filters.condition` in the order of the function's arguments; None for what is not asked."""
    states = sorted(wanted.wanted_states) if wanted.states else None
    values: list[Any] = [None if wanted.group == "all" else wanted.group == "open", states]
    values += [wanted.township, wanted.village, wanted.area, wanted.category, wanted.unit]
    values += [wanted.severity or None, wanted.source or None]
    values += [timezone.now() if wanted.overdue else None]
    values += [mark or None for mark in (wanted.supervised, wanted.sampled, wanted.unplaced)]
    return [*values, *instants(wanted.opened_from, wanted.opened_to)]


@cache
def _statement(function: str, names: tuple[str, ...]) -> tuple[str, list[tuple[int, Any]]]:
    """The statement, and what turns stored values into those of the model."""
    by_name = {field.attname: field for field in Incident._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    selected = ", ".join(ENDED.get(field.attname, f'one."{field.column}"') for field in fields)
    statement = f"""
SELECT {selected} FROM {function}({", ".join(["%s"] * 25)}) AS hit
JOIN incidents_incident AS one ON one.county_id = %s AND one.id = hit.id
ORDER BY hit.opened_at DESC, hit.id DESC
"""  # noqa: S608 -- names of the model
    readers = [
        (position, field.from_db_value)
        for position, field in enumerate(fields)
        if hasattr(field, "from_db_value")
    ]
    return statement, readers


def _read(row: tuple[Any, ...], readers: list[tuple[int, Any]]) -> list[Any]:
    values = list(row)
    for position, read in readers:
        values[position] = read(values[position], None, connection)
    return values
