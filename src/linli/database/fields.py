"""Fields by which the schema editor knows a tenant table, a link within a county, a partition."""

from typing import Any

from django.db import models


class CountyCodeField(models.CharField):  # type: ignore[type-arg]
    """The tenant key as plain text, for tables below the county app (the audit log)."""

    tenant_key = True

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)


class PartitionTimeField(models.DateTimeField):  # type: ignore[type-arg]
    """The time by which a table is partitioned, one partition a month; part of the primary key."""

    partition_key = True


def tenant_key(model: type[models.Model]) -> str | None:
    """Column that holds the county, or None where the table belongs to no county."""
    for field in model._meta.local_fields:
        if getattr(field, "tenant_key", False):
            return field.column
    return None


def partition_key(model: type[models.Model]) -> str | None:
    for field in model._meta.local_fields:
        if getattr(field, "partition_key", False):
            return field.column
    return None
