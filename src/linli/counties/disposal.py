"""Does to a table what its model declares in `retention`, and writes an audit row with counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.audit.actions import Author, record
from linli.counties.models import County
from linli.database.context import current_county
from linli.lib.retention import Retention

BATCH = 1_000

# What has to go with the rows of a batch (files, search words); called with their ids.
Companion = Callable[[list[Any]], None]


@dataclass(frozen=True)
class Disposed:
    """`held` rows are due as well, but other rows still point at them."""

    county: str
    model: str
    disposal: str
    rows: int = 0
    held: int = 0


def dispose(
    model: type[models.Model], *, by: Author, today: date, companion: Companion | None = None
) -> Disposed:
    """Delete or blank the due rows of one model in the current county, in batches of 1,000."""
    retention: Retention = model.retention  # type: ignore[attr-defined]
    blank = retention.disposal == "blank"
    due = _due(model, retention, today)
    if blank:
        due = due.exclude(_is_blank(model, retention))
    free = due if blank else due.exclude(_referenced(model))
    rows = 0
    while ids := list(free.values_list("pk", flat=True)[:BATCH]):
        if companion:
            companion(ids)
        _remove(model, retention, ids)
        rows += len(ids)
    held = 0 if blank else due.count()
    if rows or held:
        record(
            by=by,
            action=f"retention.{retention.disposal}",
            subject=("model", None, model._meta.label),
            classes=[*retention.blank],
            reason=f"{rows} rows, {held} held: {retention.why}",
        )
    return Disposed(current_county(), model._meta.label, retention.disposal, rows, held)


def _due(model: type[models.Model], retention: Retention, today: date) -> QuerySet[Any]:
    limit: date | datetime = today - timedelta(days=retention.days or 0)
    if isinstance(model._meta.get_field(retention.anchor), models.DateTimeField):
        zone = ZoneInfo(County.objects.get(pk=current_county()).timezone)
        limit = datetime.combine(limit, time(), tzinfo=zone)
    return _rows(model).filter(**{f"{retention.anchor}__lt": limit})


def _rows(model: type[models.Model]) -> QuerySet[Any]:
    """Rows of the current county; a table without counties is taken whole."""
    rows: QuerySet[Any] = model._base_manager.order_by("pk")
    if any(field.attname == "county_id" for field in model._meta.concrete_fields):
        return rows.filter(county_id=current_county())
    return rows


def _remove(model: type[models.Model], retention: Retention, ids: list[Any]) -> None:
    rows = _rows(model).filter(pk__in=ids)
    if retention.disposal == "blank":
        rows.update(**_empty(model, retention))
    else:
        rows.delete()


def _empty(model: type[models.Model], retention: Retention) -> dict[str, Any]:
    fields = (model._meta.get_field(name) for name in retention.blank)
    return {field.name: _empty_value(field) for field in fields}


def _empty_value(field: Any) -> Any:
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    return b"" if isinstance(field, models.BinaryField) else ""


def _is_blank(model: type[models.Model], retention: Retention) -> Q:
    return Q(**{
        (f"{name}__isnull" if value is None else name): (True if value is None else value)
        for name, value in _empty(model, retention).items()
    })  # fmt: skip


def _referenced(model: type[models.Model]) -> Q:
    """Rows that the database would refuse to delete."""
    condition = Q(pk__in=[])
    for relation in _references(model):
        pointing = relation.related_model._base_manager.filter(**{
            f"{relation.field.name}": OuterRef("pk")
        })  # fmt: skip
        condition |= Q(Exists(pointing))
    return condition


def _references(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one):
            yield field
