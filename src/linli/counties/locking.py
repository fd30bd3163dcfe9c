"""One row by its key, locked: what every write begins with."""

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from linli.counties.tenancy import TenantModel
from linli.database.context import current_county
from linli.database.pipeline import Call, Rows, exchange

M = TypeVar("M", bound=TenantModel)


def locked(model: type[M], key: UUID) -> M | None:
    """The row of the current county, locked until the transaction ends; None where there is none.

    As `select_for_update().filter(pk=key).first()`, whose SQL the ORM would write anew each time:
    for a wide row that takes longer than all else that a step does.
    """
    (rows,) = exchange(lock(model, key))
    return row_of(model, rows)


def lock(model: type[TenantModel], key: UUID) -> Call:
    """What `locked` asks, to travel with other questions; `row_of` reads the answer."""
    return _selection(model)[0], [current_county(), key]


def row_of(model: type[M], rows: Rows) -> M | None:
    if not rows:
        return None
    _statement, names, readers = _selection(model)
    values = list(rows[0])
    for position, read in readers:
        values[position] = read(values[position], None, connection)
    return model.from_db(connection.alias, names, values)


@cache
def _selection(model: type[TenantModel]) -> tuple[str, list[str], list[tuple[int, Any]]]:
    """The statement, the attributes that it fills, and what turns stored values into theirs."""
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    statement = f'SELECT {columns} FROM "{table}" WHERE county_id = %s AND id = %s FOR UPDATE'  # noqa: S608 -- names of the model
    readers = [
        (position, field.from_db_value)
        for position, field in enumerate(fields)
        if hasattr(field, "from_db_value")
    ]
    return statement, [field.attname for field in fields], readers
