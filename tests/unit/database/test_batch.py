"""Rows written in one message are the rows that Django would have saved."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from linli.casework.models import IdempotencyKey, TallyDelta
from linli.database.batch import Batch
from linli.incidents.models import Incident, IncidentEvent, IncidentText
from tests.factories.rows import build, make

WIDE = [Incident, IncidentEvent, IncidentText, TallyDelta, IdempotencyKey]
MOMENT = datetime(2026, 5, 1, 8, tzinfo=UTC)


def stored(row: models.Model) -> dict[str, object]:
    found = type(row)._base_manager.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name != "id"}


@pytest.mark.parametrize("model", WIDE, ids=lambda model: model.__name__)
def test_an_inserted_row_is_the_row_that_save_would_write(county, model):
    saved = make(model)
    values = {
        field.attname: getattr(saved, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != "county"
    }
    if model is Incident:
        values |= {"number": "other", "source_ref": "other"}
    if model is IdempotencyKey:
        values["key"] = "other"
    other = model(county_id=county, **values)
    batch = Batch()
    batch.insert(other)
    batch.send()
    expected = stored(saved) | {k: v for k, v in values.items() if v == "other"}
    assert stored(other) == expected
    if not getattr(model, "append_only", False):
        other.save()  # known as saved: an update, not a second insert


def test_an_update_changes_the_named_fields_only(county):
    row = make(Incident, handler_ids=[], title="old")
    row.title, row.text, row.due_at = "new", "not named", None
    row.handler_ids = [row.pk]
    batch = Batch()
    batch.update(row, ["title", "due_at", "handler_ids", "progress"])
    batch.send()
    found = Incident.objects.get(pk=row.pk)
    assert (found.title, found.due_at, found.handler_ids) == ("new", None, [row.pk])
    assert found.text != "not named"


def test_everything_travels_in_one_message_and_in_order(county):
    row = build(Incident)
    batch = Batch()
    batch.insert(row)
    batch.insert(build(IncidentEvent, incident=row, occurred_at=MOMENT))
    row.title = "later"
    batch.update(row, ["title"])
    with CaptureQueriesContext(
        connection,
    ) as sent:
        batch.send()
        batch.send()  # empty now
    assert len(sent) == 1
    assert Incident.objects.get(pk=row.pk).title == "later"


def test_a_failing_statement_takes_the_others_along(county):
    row = build(Incident)
    batch = Batch()
    batch.insert(row)
    batch.insert(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.send()
    assert not Incident.objects.exists()


def test_a_value_cannot_become_sql(county):
    row = build(Incident, title="'); DROP TABLE incidents_incident; -- %s", text="100 %")
    batch = Batch()
    batch.insert(row)
    batch.send()
    found = Incident.objects.get(pk=row.pk)
    assert (found.title, found.text) == (row.title, "100 %")
