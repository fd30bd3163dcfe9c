"""The tenant kernel in Django's terms: keys, links, managers and the base of every tenant model."""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.db.models.expressions import Col, Expression
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.utils.functional import cached_property

from linli.counties.models import County
from linli.database.context import current_county
from linli.lib.ids import uuid7

M = TypeVar("M", bound=models.Model, covariant=True)  # noqa: PLC0105


class CurrentCounty(Expression):
    """The county of the running transaction, read when SQL is written and not before."""

    output_field = models.CharField()

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:  # noqa: ARG002
        return "%s", (current_county(),)


class CountyKey(models.ForeignKey):  # type: ignore[type-arg]
    """First column of every tenant key.

    Without a constraint in the database: its check would lock the one county row in every
    transaction, and row-level security already admits no county but the current one.
    """

    tenant_key = True

    def __init__(self, to: Any = County, **kwargs: Any) -> None:
        kwargs.setdefault("on_delete", models.DO_NOTHING)
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("editable", False)
        super().__init__(to, **kwargs)


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A link that cannot leave its county: the constraint and every join carry the county."""

    tenant_link = True

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> Any:
        target = self.remote_field.model._meta.get_field("county")
        own = self.model._meta.get_field("county")
        return Exact(Col(alias, target), Col(related_alias, own))  # type: ignore[arg-type]


class TenantQuerySet(models.QuerySet[M], Generic[M]):
    def update(self, **values: Any) -> int:
        if (chosen := self._by_keys()) is not self:
            return chosen.update(**values)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete in one statement; the database, not the ORM, refuses what others still need."""
        if (chosen := self._by_keys()) is not self:
            return chosen.delete()
        rows = self._raw_delete(self.db)
        return rows, {self.model._meta.label: rows}

    def _by_keys(self) -> Self:
        """The same rows without joins.

        Of a joined write Django makes `WHERE id IN (subquery)` and leaves the county in the
        subquery, where no key and no shard of the written table can use it.
        """
        self.query.get_initial_alias()
        if self.query.is_sliced or self.query.count_active_tables() == 1:
            return self
        keys = self.order_by().values("pk")
        return self.model._base_manager.using(self.db).filter(pk__in=keys)  # type: ignore[return-value]


class TenantManager(models.Manager[M], Generic[M]):
    """Limits every query to the current county, in its SQL as well as by row-level security."""

    use_in_migrations = False

    def get_queryset(self) -> TenantQuerySet[M]:
        rows = super().get_queryset()
        rows.query = self._narrowed.chain()
        return rows  # type: ignore[return-value]

    @cached_property
    def _narrowed(self) -> Query:
        """Made once a model: which county it is, is read when SQL is written."""
        return super().get_queryset().filter(county_id=CurrentCounty()).query


class TenantModel(models.Model):
    """Base of every table that belongs to a county. Subclasses state purpose and retention."""

    tenancy = "tenant"

    county = CountyKey()
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = TenantManager.from_queryset(TenantQuerySet)()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, **kwargs: Any) -> None:
        self._take_county()
        super().save(**kwargs)

    def delete(
        self,
        using: Any = None,  # noqa: ARG002 -- as Django calls it
        keep_parents: bool = False,  # noqa: ARG002
    ) -> tuple[int, dict[str, int]]:
        return type(self)._base_manager.filter(pk=self.pk).delete()

    def _take_county(self) -> Self:
        self.county_id = self.county_id or current_county()
        return self


def new(model: type[M], **values: Any) -> M:
    """Build an unsaved row of the current county, as `model(...)` would but a third sooner."""
    values.setdefault("county_id", current_county())
    columns = _columns(model)
    taken = [
        values.pop(name) if name in values else (made() if made else default)
        for name, default, made in columns
    ]
    row = model.from_db(None, [name for name, _default, _made in columns], taken)
    row._state.adding = True  # noqa: SLF001 -- as the ORM marks it
    for name, value in values.items():  # links given as rows
        setattr(row, model._meta.get_field(name).name, value)
    return row


@cache
def _columns(model: type[models.Model]) -> list[tuple[str, Any, Callable[[], Any] | None]]:
    """Every column in order with its default, or what makes one anew for each row."""
    return [
        (field.attname, None, field.get_default)
        if field.has_default() and callable(field.default)
        else (field.attname, field.get_default(), None)
        for field in model._meta.concrete_fields
        if not field.generated
    ]
