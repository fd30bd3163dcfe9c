"""Bulk loads. COPY FROM fails under row-level security, so rows go through a temporary table."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from linli.database.context import current_county


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert rows of a tenant table into the current county; returns how many.

    `columns` are database columns without `county_id`. Every column without a default is needed.
    """
    table = model._meta.db_table
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming")
        cursor.execute(
            f'CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {names} FROM "{table}"'  # noqa: S608 -- names of our own model
            " WITH NO DATA"
        )
        with cursor.cursor.copy(f"COPY pg_temp.incoming ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f'INSERT INTO "{table}" (county_id, {names}) SELECT %s, {names} FROM pg_temp.incoming',  # noqa: S608 -- names of our own model
            [current_county()],
        )
        return int(cursor.rowcount)


def copy_models(rows: Iterable[models.Model]) -> int:
    """Insert unsaved rows of one model of the current county; returns how many.

    As `bulk_create`, without its statements of thousands of placeholders: five times as fast.
    """
    made = list(rows)
    if not made:
        return 0
    fields = [one for one in made[0]._meta.concrete_fields if one.column != "county_id"]
    written = copy_rows(
        type(made[0]),
        [str(field.column) for field in fields],
        ([_stored(field, row) for field in fields] for row in made),
    )
    for row in made:
        row._state.adding = False  # noqa: SLF001 -- as bulk_create does
    return written


def _stored(field: Any, row: models.Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, True), connection)
