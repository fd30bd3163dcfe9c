"""Creates tenant tables as PRIMARY KEY (county_id, id), links as FOREIGN KEY (county_id, x_id)."""

from collections.abc import Iterator
from typing import Any

from django.db.backends.ddl_references import Columns, ForeignKeyName, Statement, Table
from django.db.backends.postgresql import schema
from django.db.models import Field, ForeignKey, Model

from linli.database import partitions, rls
from linli.database.fields import partition_key, tenant_key


class SchemaEditor(schema.DatabaseSchemaEditor):
    # Constraints of a new column are added afterwards, so that they too can be composite.
    sql_create_column_inline_fk = None  # type: ignore[assignment]

    def _iter_column_sql(self, *args: Any) -> Iterator[str]:
        model: type[Model] = args[2]  # column type, parameters, model, field, ...
        parts = super()._iter_column_sql(*args)  # type: ignore[misc]
        composite = tenant_key(model) is not None
        return (part for part in parts if not (composite and part == "PRIMARY KEY"))

    def table_sql(self, model: type[Model]) -> tuple[str, list[Any]]:
        sql, params = super().table_sql(model)
        county = tenant_key(model)
        if county is None:
            return sql, params
        month = partition_key(model)
        primary: Any = model._meta.pk
        key = [county, *([month] if month else []), primary.column]
        names = ", ".join(self.quote_name(column) for column in key)
        by = f" PARTITION BY RANGE ({self.quote_name(month)})" if month else ""
        return f"{sql[:-1]}, PRIMARY KEY ({names})){by}", params

    def create_model(self, model: type[Model]) -> None:
        super().create_model(model)
        table = self.quote_name(model._meta.db_table)
        if tenant_key(model) is not None:
            for statement in rls.isolate(table):
                self.execute(statement)
        if partition_key(model) is not None:
            for statement in partitions.default_partition(model._meta.db_table):
                self.execute(statement)

    def _create_fk_sql(
        self, model: type[Model], field: "ForeignKey[Any, Any]", suffix: str
    ) -> Statement:
        if not getattr(field, "tenant_link", False):
            return super()._create_fk_sql(model, field, suffix)  # type: ignore[misc,no-any-return]
        table = model._meta.db_table
        target = field.remote_field.model._meta.db_table
        target_field: Any = field.target_field
        here, there = ["county_id", str(field.column)], ["county_id", target_field.column]
        name = ForeignKeyName(
            table, here[1:], target, there[1:], suffix, self._fk_constraint_name_plain
        )
        return Statement(
            self.sql_create_fk,
            table=Table(table, self.quote_name),
            name=name,
            column=Columns(table, here, self.quote_name),
            to_table=Table(target, self.quote_name),
            to_column=Columns(target, there, self.quote_name),
            deferrable="",
        )

    def _fk_constraint_name_plain(self, table: str, columns: list[str], suffix: str) -> str:
        return self.quote_name(self._create_index_name(table, columns, suffix))  # type: ignore[attr-defined]

    def _field_should_be_indexed(self, model: type[Model], field: "Field[Any, Any]") -> bool:
        # A single-column index never starts with the county; tenant tables declare theirs in Meta.
        if tenant_key(model) is not None:
            return False
        return super()._field_should_be_indexed(model, field)  # type: ignore[misc,no-any-return]

    def _create_like_index_sql(self, model: type[Model], field: "Field[Any, Any]") -> Any:
        if tenant_key(model) is not None:
            return None
        return super()._create_like_index_sql(model, field)  # type: ignore[misc]
