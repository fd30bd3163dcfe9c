"""Counters of pages: appended by writers, folded by a job, read as the sum of both."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from linli.casework.models.counting import MARKS, TallyDelta
from linli.counties.tenancy import new
from linli.database.context import current_county
from linli.database.pipeline import Call, Rows, exchange

FOLD_AT_ONCE = 5_000

_EACH = ", ".join(MARKS)
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in MARKS)
_CHANGED = " OR ".join(f"sum({name}) <> 0" for name in ("amount", *MARKS))
_ADDED = ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in ("amount", *MARKS))


def _marked(column: str, amount: str) -> str:
    return ", ".join(f"{amount} * ('{name}' = ANY({column}))::int AS {name}" for name in MARKS)


_EXPLODED = f"""
    SELECT subject, month, state, dim.key AS dimension, dim.value AS key, amount,
        {_marked("marks", "amount")}
    FROM {{source}}, LATERAL jsonb_each_text(cell) AS dim WHERE state <> ''
    UNION ALL
    SELECT subject, month, old_state, dim.key, dim.value, -amount, {_marked("old_marks", "-amount")}
    FROM {{source}}, LATERAL jsonb_each_text(old_cell) AS dim WHERE old_state <> ''
"""  # noqa: S608 -- constants only
# Ordered by the key, so that two folders that meet wait for each other instead of deadlocking.
_FOLD = f"""
WITH taken AS (
    DELETE FROM casework_tallydelta WHERE county_id = %(county)s AND id IN (
        SELECT id FROM casework_tallydelta WHERE county_id = %(county)s
        ORDER BY subject, recorded_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING subject, month, state, old_state, cell, old_cell, amount, marks, old_marks
), exploded AS ({_EXPLODED.format(source="taken")}), summed AS (
    SELECT subject, dimension, key, month, state, sum(amount) AS amount, {_SUMS} FROM exploded
    GROUP BY subject, dimension, key, month, state HAVING {_CHANGED}
    ORDER BY subject, dimension, key, month, state
), folded AS (
    INSERT INTO casework_tally AS tally
        (county_id, id, subject, dimension, key, month, state, amount, {_EACH})
    SELECT %(county)s, gen_random_uuid(), subject, dimension, key, month, state, amount, {_EACH}
    FROM summed
    ON CONFLICT (county_id, subject, dimension, key, month, state)
    DO UPDATE SET {_ADDED}
)
SELECT count(*) FROM taken
"""  # noqa: S608 -- constants only
_READ = f"""
WITH waiting AS (
    SELECT * FROM casework_tallydelta WHERE county_id = %s AND subject = %s
), everything AS (
    SELECT dimension, key, month, state, amount, {_EACH} FROM casework_tally
    WHERE county_id = %s AND subject = %s AND dimension = ANY(%s)
    UNION ALL
    SELECT dimension, key, month, state, amount, {_EACH}
    FROM ({_EXPLODED.format(source="waiting")}) AS fresh WHERE dimension = ANY(%s)
)
SELECT {{columns}}, {{sums}} FROM everything WHERE month >= %s{{among}}
GROUP BY {{places}} HAVING sum(amount) <> 0 ORDER BY {{places}}
"""  # noqa: S608 -- constants only
_AMOUNT = "sum(amount)::bigint"
_MARKED = ", ".join(f"sum({name})::bigint" for name in MARKS)
_MEASURES = f"{_AMOUNT}, {_MARKED}"
_BY = {"key": ("key", "state"), "month": ("month", "state"), "state": ("state",)}
_CELLS = (
    "dimension",
    "CASE WHEN dimension = ANY(%s) THEN month::text ELSE key END",
    "CASE WHEN dimension = ANY(%s) THEN state ELSE '' END",
)
_OF_THEM = "coalesce(sum(amount) FILTER (WHERE state = ANY(%s)), 0)::bigint"


@dataclass(frozen=True)
class Cell:
    """Where one case counts: month, state, its key in each dimension, and what it is marked with.

    `marks` are of MARKS, in their order.
    """

    month: date
    state: str
    keys: Mapping[str, str]
    marks: tuple[str, ...] = ()


def delta(subject: str, *, old: Cell | None, new_cell: Cell | None, at: datetime) -> TallyDelta:
    """The unsaved change from one cell to another; None stands for no case."""
    either = new_cell or old
    if either is None:
        raise ValueError("a change needs an old or a new cell")
    return new(
        TallyDelta,
        subject=subject,
        month=either.month,
        state=new_cell.state if new_cell else "",
        old_state=old.state if old else "",
        cell={"total": "", **new_cell.keys} if new_cell else {},
        old_cell={"total": "", **old.keys} if old else {},
        marks=list(new_cell.marks) if new_cell else [],
        old_marks=list(old.marks) if old else [],
        recorded_at=at,
    )


def fold() -> int:
    """Fold waiting changes of the current county into its counters; return how many."""
    values: dict[str, Any] = {"county": current_county(), "limit": FOLD_AT_ONCE}
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, values)
        (folded,) = cursor.fetchone() or (0,)
    return int(folded)


def totals(
    subject: str,
    dimension: str = "total",
    *,
    by: str = "state",
    keys: Sequence[str] | None = None,
    since: date | None = None,
) -> Rows:
    """Rows of (key or month, state, amount), or (state, amount), of the current county."""
    return _one(_AMOUNT, subject, dimension, by, keys, since)


def measures(
    subject: str,
    dimension: str = "total",
    *,
    by: str = "state",
    keys: Sequence[str] | None = None,
    since: date | None = None,
) -> Rows:
    """As `totals`, with the number that bears each of MARKS after the amount."""
    return _one(_MEASURES, subject, dimension, by, keys, since)


def tables(
    subject: str,
    by: Mapping[str, str],
    *,
    states: Sequence[Collection[str]],
    since: date | None = None,
) -> Rows:
    """Rows of several dimensions by one question: (dimension, month as text, state, numbers), or
    (dimension, key, "", numbers), which by state would be ten times as many.

    `by` says of each dimension whether its rows are of a "month" or of a "key". The numbers are the
    amount, how many of them are in each set of `states`, how many bear each of MARKS.
    """
    months = [dimension for dimension, each in by.items() if each == "month"]
    sums = [_AMOUNT, *[_OF_THEM] * len(states), _MARKED]
    values = [months, months, *(sorted(map(str, each)) for each in states)]
    (rows,) = exchange(
        _call(_CELLS, ", ".join(sums), subject, list(by), since=since, before=values)
    )
    return rows


def _one(
    sums: str,
    subject: str,
    dimension: str,
    by: str,
    keys: Sequence[str] | None,
    since: date | None,
) -> Rows:
    (rows,) = exchange(_call(_BY[by], sums, subject, [dimension], keys=keys, since=since))
    return rows


def _call(
    columns: Sequence[str],
    sums: str,
    subject: str,
    dimensions: list[str],
    *,
    keys: Sequence[str] | None = None,
    since: date | None = None,
    before: Sequence[Any] = (),
) -> Call:
    """`before` are the values of columns and sums."""
    sql = _READ.format(
        columns=", ".join(columns),
        sums=sums,
        among="" if keys is None else " AND key = ANY(%s)",
        places=", ".join(str(number + 1) for number in range(len(columns))),
    )
    own = [current_county(), subject]
    values = [*own, *own, dimensions, dimensions, *before, since or date.min]
    return sql, values if keys is None else [*values, list(keys)]
