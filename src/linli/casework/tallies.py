"""Counters of pages: appended by writers, folded by a job, read as the sum of both."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from linli.casework.models.counting import MARKS, TallyDelta
from linli.counties.tenancy import new
from linli.database.context import current_county
from linli.database.pipeline import Call, FixedPlan, Rows, exchange

FOLD_AT_ONCE = 5_000
HAD = "had"  # the dimension in which a case counts under several keys

_EACH = ", ".join(MARKS)
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in MARKS)
_CHANGED = " OR ".join(f"sum({name}) <> 0" for name in ("amount", *MARKS))
_ADDED = ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in ("amount", *MARKS))


def _marked(column: str, amount: str) -> str:
    return ", ".join(f"{amount} * ('{name}' = ANY({column}))::int AS {name}" for name in MARKS)


def _keys(cell: str) -> str:
    """Rows of (dimension, key, 1 or for no marks 0)."""
    return f"""LATERAL (
        SELECT one.key, one.value, 1 FROM jsonb_each_text({cell} - '{HAD}') AS one
        UNION ALL SELECT '{HAD}', unit, 0 FROM jsonb_array_elements_text({cell} -> '{HAD}') AS unit
    ) AS dim (dimension, key, marked)"""  # noqa: S608 -- constants only


_EXPLODED = f"""
    SELECT subject, month, state, dimension, key, amount, {_marked("marks", "amount * marked")}
    FROM {{source}}, {_keys("cell")} WHERE state <> ''
    UNION ALL
    SELECT subject, month, old_state, dimension, key, -amount,
        {_marked("old_marks", "-amount * marked")}
    FROM {{source}}, {_keys("old_cell")} WHERE old_state <> ''
"""  # noqa: S608 -- constants only
# By place and in an array: joined, the choice is made anew for each row, or a table that statistics
# hold for empty is read once a row.
# Ordered by the key, so that two folders that meet wait for each other instead of deadlocking.
_FOLD = f"""
WITH taken AS (
    DELETE FROM casework_tallydelta WHERE county_id = %(county)s AND ctid = ANY(ARRAY(
        SELECT ctid FROM casework_tallydelta WHERE county_id = %(county)s
        ORDER BY subject, recorded_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED))
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
# Both halves are of the same types: only then a condition on the key reaches the index.
_READ = f"""
WITH waiting AS (
    SELECT * FROM casework_tallydelta WHERE county_id = %s AND subject = %s
), everything AS (
    SELECT key::text, month, state::text, amount, {_EACH} FROM casework_tally
    WHERE county_id = %s AND subject = %s AND dimension = %s
    UNION ALL
    SELECT key, month, state::text, amount, {_EACH}
    FROM ({_EXPLODED.format(source="waiting")}) AS fresh WHERE dimension = %s
)
SELECT {{columns}}, {{sums}} FROM everything WHERE month >= %s{{among}}
GROUP BY {{places}} HAVING sum(amount) <> 0 ORDER BY {{places}}
"""  # noqa: S608 -- constants only
_SUM = "sum({})::bigint"
_BY = {"key": ("key", "state"), "month": ("month", "state"), "state": ("state",)}
_OF_THEM = "coalesce(sum(amount) FILTER (WHERE state = ANY(%s)), 0)::bigint"


@dataclass(frozen=True)
class Table:
    """What is asked of one dimension: rows of (key or month, state, amount, how many bear each of
    `marks`); by "state", the first column is missing.

    With `among` a key has one row instead of one for each state, of which it may have a dozen:
    (key, amount, how many are in each of these sets of states, how many bear each of `marks`).
    """

    dimension: str = "total"
    by: str = "state"
    marks: tuple[str, ...] = ()
    keys: Sequence[str] | None = None
    among: Sequence[Collection[str]] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.by,) if self.among else _BY[self.by]

    @property
    def sums(self) -> tuple[str, ...]:
        numbers = map(_SUM.format, ("amount", *self.marks))
        return (next(numbers), *[_OF_THEM] * len(self.among), *numbers)


@dataclass(frozen=True)
class Cell:
    """Where one case counts: month, state, its key in each dimension, and what it is marked with.

    `marks` are of MARKS, in their order. `had` are the units that have or had a task: the case
    counts under each of them, without marks.
    """

    month: date
    state: str
    keys: Mapping[str, str]
    marks: tuple[str, ...] = ()
    had: tuple[str, ...] = ()

    @property
    def stored(self) -> dict[str, Any]:
        one = {"total": "", **self.keys}
        return {**one, HAD: list(self.had)} if self.had else one


def delta(
    subject: str, *, old: Cell | None, new_cell: Cell | None, at: datetime, amount: int = 1
) -> TallyDelta:
    """The unsaved change of cases from one cell to another; None stands for no case."""
    either = new_cell or old
    if either is None:
        raise ValueError("a change needs an old or a new cell")
    return new(
        TallyDelta,
        subject=subject,
        month=either.month,
        state=new_cell.state if new_cell else "",
        old_state=old.state if old else "",
        cell=new_cell.stored if new_cell else {},
        old_cell=old.stored if old else {},
        marks=list(new_cell.marks) if new_cell else [],
        old_marks=list(old.marks) if old else [],
        amount=amount,
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
    (rows,) = tables(subject, Table(dimension, by, keys=keys), since=since)
    return rows


def measures(
    subject: str,
    dimension: str = "total",
    *,
    by: str = "state",
    keys: Sequence[str] | None = None,
    since: date | None = None,
) -> Rows:
    """As `totals`, with the number that bears each of MARKS after the amount."""
    (rows,) = tables(subject, Table(dimension, by, MARKS, keys), since=since)
    return rows


def tables(subject: str, *wanted: Table, since: date | None = None) -> list[Rows]:
    """The rows of each table, in one round trip."""
    return exchange(*(call(subject, table, since=since) for table in wanted))


def call(subject: str, table: Table, *, since: date | None = None) -> Call:
    """What asks for the rows of a table, to be sent together with more."""
    sql = _READ.format(
        columns=", ".join(table.columns),
        sums=", ".join(table.sums),
        among="" if table.keys is None else " AND key = ANY(%s)",
        places=", ".join(str(number + 1) for number in range(len(table.columns))),
    )
    own = [current_county(), subject]
    among = [sorted(map(str, each)) for each in table.among]
    values = [*own, *own, table.dimension, table.dimension, *among, since or date.min]
    return FixedPlan(sql), values if table.keys is None else [*values, list(table.keys)]
