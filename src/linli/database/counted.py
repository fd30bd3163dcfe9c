"""Counts that every page asks for: their statement is written once, then only asked.

Django builds a statement anew for each question, which takes several times as long as the answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class Counter:
    """How many rows several queries have together, each counted up to a limit.

    It holds the county and all values of its queries: keep it by what these were made from.
    """

    sql: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, queries: Iterable[QuerySet[Any]], *, up_to: int) -> "Counter":
        parts, values = ["0"], list[Any]()
        for query in queries:
            try:
                sql, more = query.order_by().values("pk")[:up_to].query.sql_with_params()
            except EmptyResultSet:
                continue
            parts.append(f"(SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608 -- Django's own
            values += more
        return cls(f"SELECT {' + '.join(parts)}", tuple(values))

    def ask(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            (number,) = cursor.fetchone() or (0,)
        return int(number)
