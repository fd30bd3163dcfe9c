"""One row by its key, locked: what every write begins with."""

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from linli.counties.tenancy import TenantModel
from linli.database.context import current_county

M = TypeVar("M", bound=TenantModel)


def locked(model: type[M], key: UUID) -> M | None:
    """The row of the current county, locked until its transaction ends; None where there is none.

    As `select_for_update().filter(pk=key).first()`, whose SQL the ORM would write anew each time:
    for a wide row that takes longer than all else that a step does.
    """
    statement, names, readers = _selection(model)
    with connection.cursor() as cursor:
        cursor.execute(statement, [current_county(), key])
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
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
