"""Counts that every page asks for: their statement is written once, then only asked.

Django builds a statement anew for each question, which takes several times as long as the answer.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from linli.database.pipeline import Call


def counting(queries: Iterable[QuerySet[Any]], *, up_to: int) -> Call:
    """Asks how many rows several queries have together, each counted up to a limit.

    An order matters only to a query whose rows are distinct: one that an index has need not be
    hashed. The county and all values of the queries stand in it: keep it by what these were made
    from.
    """
    parts, values = ["0"], list[Any]()
    for query in queries:
        try:
            sql, more = query[:up_to].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608 -- Django's own
        values += more
    return f"SELECT {' + '.join(parts)}", tuple(values)


def spelled_out(sql: str, values: Sequence[Any]) -> Call:
    """The same with the members of enumerations in its text: only then a plan for all values can
    read an index of these states alone.
    """
    first, *parts = sql.split("%s")
    members = [isinstance(value, Enum) for value in values]
    text = first + "".join(
        (f"'{value.value}'" if member else "%s") + part
        for part, value, member in zip(parts, values, members, strict=True)
    )
    return text, tuple(value for value, member in zip(values, members, strict=True) if not member)
