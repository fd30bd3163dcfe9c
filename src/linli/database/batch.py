"""Statements that travel together: one round trip for all that an action writes."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg.adapt import Transformer


class Batch:
    """Collects statements and sends them in order, as one message to the server.

    An action judges first and writes last: when it refuses, nothing has been sent, so it needs no
    savepoint. A row of the ORM costs about 0.4 ms to save and 0.05 ms to put in here.
    """

    def __init__(self) -> None:
        self._statements: list[str] = []
        self._literal = _literals()

    def add(self, statement: str, values: Iterable[Any] = ()) -> None:
        """Any statement with %s for its values, which are written into it here."""
        given = [self._literal(value) for value in values]
        self._statements.append(statement % tuple(given) if given else statement)

    def insert(self, row: Model) -> None:
        """A new row, as `row.save(force_insert=True)` would write it."""
        head, fields = _insertion(type(row))
        literal = self._literal
        values = [literal(field.pre_save(row, add=True), field) + kind for field, kind in fields]
        self._statements.append(f"{head} ({', '.join(values)})")
        state = row._state  # noqa: SLF001 -- as Django marks what it has saved
        state.adding, state.db = False, connection.alias

    def update(self, row: Model, names: Sequence[str]) -> None:
        """Some fields of a tenant row that the caller has locked."""
        literal = self._literal
        changes = [
            f"{column} = {literal(getattr(row, field.attname), field)}{kind}"
            for field, column, kind in _assignments(type(row), tuple(names))
        ]
        table, key = row._meta.db_table, literal(row.pk)
        county = literal(row.county_id)  # type: ignore[attr-defined]  # every tenant row has one
        self._statements.append(
            f'UPDATE "{table}" SET {", ".join(changes)} WHERE county_id = {county} AND id = {key}'  # noqa: S608 -- names of the model, values as literals
        )

    def send(self) -> None:
        """Execute everything; a failure leaves the transaction to be rolled back as a whole."""
        if not self._statements:
            return
        with connection.cursor() as cursor:
            cursor.execute(";\n".join(self._statements))
        self._statements = []


def _literals() -> Callable[..., str]:
    """The driver's own quoting, of a value or of a field's value.

    Left to `execute`, the whole message would be searched for its hundred placeholders again.
    """
    connection.ensure_connection()
    quote = Transformer(connection.connection).as_literal

    def literal(value: Any, field: Any = None) -> str:
        if field is not None and value is not None:
            value = field.get_db_prep_save(value, connection)
        return "NULL" if value is None else bytes(quote(value)).decode()

    return literal


@cache
def _insertion(model: type[Model]) -> tuple[str, list[tuple[Any, str]]]:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    head = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES'
    return head, [(field, _cast(field)) for field in fields]


@cache
def _assignments(model: type[Model], names: tuple[str, ...]) -> list[tuple[Any, str, str]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [(field, f'"{field.column}"', _cast(field)) for field in fields]


def _cast(field: Any) -> str:
    """An array carries its type, as in Django's own statements."""
    return f"::{field.db_type(connection)}" if field.get_internal_type() == "ArrayField" else ""
