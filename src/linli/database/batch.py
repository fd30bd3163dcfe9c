"""Statements that travel together: one round trip for all that an action writes."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import JSONField, Model

from linli.database.pipeline import Call, exchange

_PLAIN = frozenset({str, int, bool, float, UUID, datetime, date})  # what the driver takes as it is
_ENCODED = frozenset({JSONField})  # ... but for these fields


class Batch:
    """Collects statements and sends them in order, as one message to the server.

    An action judges first and writes last: when it refuses, nothing has been sent, so it needs no
    savepoint. A row of the ORM costs about 0.4 ms to save and 0.05 ms to put in here.
    """

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def add(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Any fixed statement with %s for its values."""
        self._calls.append((statement, values))

    def put_first(self, statement: str, values: Sequence[Any]) -> None:
        """One that all others depend on."""
        self._calls.insert(0, (statement, values))

    def insert(self, row: Model) -> None:
        """A new row, as `row.save(force_insert=True)` would write it."""
        statement, fields = _insertion(type(row))
        values = [_stored(field, field.pre_save(row, add=True)) for field in fields]
        self._calls.append((statement, values))
        state = row._state  # noqa: SLF001 -- as Django marks what it has saved
        state.adding, state.db = False, DEFAULT_DB_ALIAS

    def update(self, row: Model, names: Sequence[str]) -> None:
        """Some fields of a tenant row that the caller has locked."""
        statement, fields = _change(type(row), tuple(names))
        values = [_stored(field, getattr(row, field.attname)) for field in fields]
        county = row.county_id  # type: ignore[attr-defined]  # every tenant row has one
        self._calls.append((statement, [*values, county, row.pk]))

    def send(self) -> None:
        """Execute everything; a failure leaves the transaction to be rolled back as a whole."""
        if self._calls:
            exchange(*self._calls)
            self._calls = []


def _stored(field: Any, value: Any) -> Any:
    """A value as the driver takes it; most are already, and asking their fields takes longest."""
    if value is None or (type(value) in _PLAIN and type(field) not in _ENCODED):
        return value
    return field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


@cache
def _insertion(model: type[Model]) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(f"%s{_cast(field)}" for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})', fields  # noqa: S608 -- names of the model


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    changes = ", ".join(f'"{field.column}" = %s{_cast(field)}' for field in fields)
    return (
        f'UPDATE "{model._meta.db_table}" SET {changes} WHERE county_id = %s AND id = %s',  # noqa: S608 -- names of the model
        fields,
    )


def _cast(field: Any) -> str:
    """An array carries its type, as in Django's own statements."""
    return (
        f"::{field.db_type(connections[DEFAULT_DB_ALIAS])}"
        if field.get_internal_type() == "ArrayField"
        else ""
    )
