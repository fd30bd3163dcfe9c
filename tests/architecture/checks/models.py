"""What every model must declare and how tenant tables must be keyed."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, HStoreField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from linli.lib.retention import Retention
from tests.architecture.checks.layers import rank

Models = Iterable[type[models.Model]]
TENANCIES = ("tenant", "reference", "local")
CONTENT = (
    models.CharField,
    models.TextField,
    models.BinaryField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
    SearchVectorField,
    HStoreField,
)
COUNTY = ("county", "county_id")


def all_models() -> list[type[models.Model]]:
    return list(apps.get_models(include_auto_created=True))


def ours() -> list[type[models.Model]]:
    return [model for model in all_models() if model.__module__.startswith("linli.")]


def label(model: type[models.Model], field: Any = None) -> str:
    return f"{model._meta.label}.{field.name}" if field is not None else model._meta.label


def package(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def links(model: type[models.Model]) -> Iterator[Any]:
    return (field for field in model._meta.get_fields() if field.concrete and field.remote_field)


def upward_links(checked: Models) -> list[str]:
    """Foreign keys escape import-linter when they are strings."""
    return [
        f"{label(model, field)} -> {label(field.related_model)}"
        for model in checked
        for field in links(model)
        if field.related_model.__module__.startswith("linli.")
        and field.related_model is not model
        and package(field.related_model) != package(model)
        and rank(package(field.related_model)) <= rank(package(model))
    ]


def undeclared(checked: Models) -> list[str]:
    """Tenancy, purpose, retention and the two classes of fields."""
    return [f"{label(model)}: {fault}" for model in checked for fault in _faults(model)]


def _faults(model: type[models.Model]) -> Iterator[str]:
    if getattr(model, "tenancy", None) not in TENANCIES:
        yield "tenancy"
    if len(getattr(model, "purpose", "")) < 10:
        yield "purpose"
    if not isinstance(getattr(model, "retention", None), Retention):
        yield "retention"
    else:
        yield from _retention_faults(model, model.retention)
    for name in ("sensitive", "ordinary"):
        if not isinstance(getattr(model, name, None), tuple):
            yield name


def _retention_faults(model: type[models.Model], retention: Retention) -> Iterator[str]:
    names = {field.name: field for field in model._meta.get_fields() if field.concrete}
    if len(retention.why) < 5:
        yield "retention says no reason"
    if retention.days is not None:
        anchor = names.get(retention.anchor)
        if not isinstance(anchor, models.DateField):  # a DateTimeField is one too
            yield f"retention hangs on {retention.anchor!r}, which is no date"
    for name in retention.blank:
        if name not in names:
            yield f"retention blanks {name!r}, which is no field"
    if retention.days is not None and getattr(model, "append_only", False):
        yield "retention cannot change an append-only table"


def unclassified(checked: Models) -> list[str]:
    """Fields with content that are not in exactly one of `sensitive` and `ordinary`."""
    found = []
    for model in checked:
        sensitive = set(getattr(model, "sensitive", ()))
        ordinary = set(getattr(model, "ordinary", ()))
        fields = {field.name: field for field in model._meta.concrete_fields}
        content = {name for name, field in fields.items() if _has_content(field)}
        wrong = {name for name in content if (name in sensitive) == (name in ordinary)}
        wrong |= (sensitive & ordinary) | ((sensitive | ordinary) - set(fields))
        found += [f"{label(model)}.{name}" for name in sorted(wrong)]
    return found


def _has_content(field: Any) -> bool:
    if isinstance(field, ArrayField):
        return _has_content(field.base_field)
    return isinstance(field, CONTENT) and not getattr(field, "tenant_key", False)


def county_not_first(checked: Models) -> list[str]:
    """Indexes and unique constraints of tenant tables that do not begin with the county."""
    return [
        f"{label(model)}: {each.name}"
        for model in checked
        if getattr(model, "tenancy", "") == "tenant"
        for each in [*model._meta.indexes, *model._meta.constraints]
        if not isinstance(each, GinIndex | models.CheckConstraint) and _first(each) not in COUNTY
    ]


def _first(each: Any) -> str:
    if isinstance(each, ExclusionConstraint):
        return str(each.expressions[0][0])
    fields = list(each.fields)
    return str(fields[0]).lstrip("-") if fields else ""


def indexed_alone(checked: Models) -> list[str]:
    """A single-column index or key of a tenant table cannot begin with the county."""
    return [
        label(model, field)
        for model in checked
        if getattr(model, "tenancy", "") == "tenant"
        for field in model._meta.local_fields
        if (field.unique and not field.primary_key)
        or (field.db_index and not isinstance(field, models.ForeignKey))
        or model._meta.unique_together
    ]


def wrong_links(checked: Models) -> list[str]:
    """Tenant -> tenant is a TenantForeignKey; nothing else may point at a tenant table."""
    return [
        f"{label(model, field)} -> {label(field.related_model)}"
        for model in checked
        for field in links(model)
        if getattr(field.related_model, "tenancy", "") == "tenant"
        and not (model.tenancy == "tenant" and getattr(field, "tenant_link", False))
    ]


def without_county(checked: Models) -> list[str]:
    from linli.database.fields import tenant_key

    return [
        label(model)
        for model in checked
        if (getattr(model, "tenancy", "") == "tenant") != (tenant_key(model) is not None)
    ]
