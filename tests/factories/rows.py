"""Makes a valid row of any of our models, with the rows that it needs."""

import itertools
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from linli.accounts.models import Membership
from linli.database.context import current_county
from linli.lib.ids import uuid7
from linli.organisations.models import Unit

_numbers = itertools.count(1000)
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)

# What a check constraint asks for beyond types.
NEEDED: dict[str, dict[str, Any]] = {
    "accounts.GridAssignment": {"contact_name": "王强"},
    "accounts.DutyShift": {"weekdays": [0], "officer": lambda: make(Membership)},
    "notifications.Notice": {"unit": lambda: make(Unit)},
}


def make(model: type[models.Model], **values: Any) -> models.Model:
    """Save a row in the current county; what `values` leave open is filled in."""
    row = build(model, **values)
    row.save(force_insert=True)
    return row


def build(model: type[models.Model], **values: Any) -> models.Model:
    """An unsaved row; the rows it must point at are saved."""
    needed = NEEDED.get(model._meta.label, {})
    given = {name: value() if callable(value) else value for name, value in needed.items()}
    given |= values
    for field in model._meta.concrete_fields:
        if field.name not in given and field.attname not in given and _open(field):
            given[field.name] = _value(field)
    return model(**given)


def _open(field: Any) -> bool:
    if getattr(field, "tenant_key", False):
        return True
    automatic = getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)
    return not (field.null or field.has_default() or automatic or field.generated)


def _value(field: Any) -> Any:
    if field.attname == "county_id":
        return _county(field)
    if field.is_relation:
        return make(field.related_model)
    if field.choices:
        return field.choices[0][0]
    for kinds, made in _BY_TYPE:
        if isinstance(field, kinds):
            return made(field)
    raise TypeError(f"{field} is of a type that the factory does not know")


def _county(field: Any) -> Any:
    if not field.is_relation:
        return current_county()
    return field.related_model.objects.get(pk=current_county())


def _text(field: Any) -> str:
    return f"{field.name}-{next(_numbers)}"[-(field.max_length or 100) :]


_BY_TYPE: tuple[tuple[Any, Any], ...] = (
    (models.UUIDField, lambda _: uuid7()),
    (SearchVectorField, lambda _: "'abc':1"),
    (models.GenericIPAddressField, lambda _: "10.0.0.1"),
    ((models.CharField, models.TextField), _text),
    (models.BooleanField, lambda _: False),
    ((models.IntegerField, models.FloatField), lambda _: next(_numbers)),
    (models.BinaryField, lambda _: b"sealed"),
    (models.DateTimeField, lambda _: NOW),
    (models.DateField, lambda _: date(2026, 6, 1)),
    (models.TimeField, lambda _: time(8)),
    (models.JSONField, lambda _: {"a": 1}),
    (ArrayField, lambda _: []),
)
