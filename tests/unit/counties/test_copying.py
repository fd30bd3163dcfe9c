from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from linli.casework.models import TallyDelta
from linli.counties.copying import copy_models, copy_rows
from linli.counties.tenancy import new
from linli.database.context import county_context
from linli.lib.ids import uuid7
from linli.territory.models import Layer
from tests.conftest import A

COLUMNS = ("id", "code", "name", "governing", "revision")


def test_rows_are_copied_into_the_current_county(county):
    rows = [(uuid7(), f"layer{n}", "x", False, 0) for n in range(1000)]
    assert copy_rows(Layer, COLUMNS, rows) == 1000
    assert Layer.objects.filter(name="x").count() == 1000


def test_a_second_load_in_the_same_transaction_starts_empty(county):
    copy_rows(Layer, COLUMNS, [(uuid7(), "one", "x", False, 0)])
    assert copy_rows(Layer, COLUMNS, [(uuid7(), "two", "x", False, 0)]) == 1


def test_a_constraint_refuses_the_whole_load(county):
    rows = [(uuid7(), "same", "x", False, 0), (uuid7(), "same", "x", False, 0)]
    with pytest.raises(IntegrityError), county_context(A):
        copy_rows(Layer, COLUMNS, rows)
    assert not Layer.objects.filter(code="same").exists()


def test_models_are_copied_as_bulk_create_writes_them(county):
    """JSON, lists and dates among them."""
    cell = {"total": "", "township": '天门镇, \t"\\N"'}
    values = {"subject": "x", "month": date(2026, 2, 1), "cell": cell, "marks": ["handled", "a,b"]}
    one, other = (
        new(TallyDelta, **values, recorded_at=datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC))
        for _ in range(2)
    )
    TallyDelta.objects.bulk_create([one])
    assert copy_models([other]) == 1
    assert copy_models([]) == 0
    stored = [TallyDelta.objects.values().get(pk=row.pk) for row in (one, other)]
    assert [row.pop("id") for row in stored] == [one.pk, other.pk]
    assert stored[0] == stored[1]
    other.save()  # a row that is there
    assert TallyDelta.objects.filter(subject="x").count() == 2
