import pytest
from django.db import IntegrityError

from linli.counties.copying import copy_rows
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
