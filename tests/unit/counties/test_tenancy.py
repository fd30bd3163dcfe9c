import pytest
from django.db import IntegrityError, connection
from django.db.utils import ProgrammingError

from linli.database.context import (
    NoCountyContextError,
    OtherCountyContextError,
    county_context,
    current_county_or_none,
)
from linli.territory.models import Area, Layer
from tests.conftest import A, B


def _layer(code: str = "wards") -> Layer:
    return Layer.objects.create(code=code, name=code)


def test_the_suite_works_as_a_role_that_owns_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls,"
            " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("linli_app", False, False, 0)


def test_a_query_may_be_built_without_a_county_but_not_evaluated(db):
    query = Layer.objects.filter(code="grid")
    with pytest.raises(NoCountyContextError):
        query.exists()


@pytest.mark.unscoped_sql
def test_a_county_does_not_see_the_rows_of_another(db):
    with county_context(A):
        layer = _layer()
    with county_context(B):
        assert not Layer.objects.filter(pk=layer.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT code FROM territory_layer")
            assert cursor.fetchall() == [("grid",)]


@pytest.mark.unscoped_sql
def test_without_context_there_are_no_rows_after_one_has_ended(db):
    with county_context(A):
        _layer()
    assert current_county_or_none() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM territory_layer")
        assert cursor.fetchone() == (0,)


def test_one_transaction_works_for_one_county(db):
    with county_context(A), pytest.raises(OtherCountyContextError), county_context(B):
        pass


def test_the_same_county_may_be_entered_again(county):
    with county_context(A):
        _layer()
    assert Layer.objects.count() == 2


def test_an_area_cannot_belong_to_the_layer_of_another_county(db):
    with county_context(A):
        layer = _layer()
    with county_context(B), pytest.raises(IntegrityError, match="fk"):
        Area.objects.create(layer_id=layer.pk, level=1, code="1", name="x")


def test_a_row_cannot_be_written_for_another_county(county):
    with pytest.raises(ProgrammingError, match="row-level security"):
        Layer(county_id=B, code="x", name="x").save(force_insert=True)


def test_joins_and_prefetches_carry_the_county(county, django_assert_num_queries):
    layer = _layer()
    Area.objects.create(layer=layer, level=1, code="1", name="x")
    with django_assert_num_queries(3) as captured:
        list(Area.objects.select_related("layer"))
        list(Layer.objects.prefetch_related("areas"))
    joined = captured.captured_queries[0]["sql"]
    assert '"territory_layer"."county_id" = ("territory_area"."county_id")' in joined
    assert all("county_id" in query["sql"] for query in captured.captured_queries)


def test_saving_deleting_and_refreshing_name_the_county(county, django_assert_num_queries):
    layer = _layer()
    with django_assert_num_queries(3) as captured:
        layer.save()
        layer.refresh_from_db()
        layer.delete()
    assert all("county_id" in query["sql"] for query in captured.captured_queries)
    assert not Layer.objects.filter(pk=layer.pk).exists()


def test_what_others_still_need_is_not_deleted(county):
    layer = _layer()
    Area.objects.create(layer=layer, level=1, code="1", name="x")
    with pytest.raises(IntegrityError), county_context(A):
        layer.delete()


def _two_areas() -> tuple[Layer, Layer]:
    wards, parishes = _layer("wards"), _layer("parishes")
    for layer in (wards, parishes):
        Area.objects.create(layer=layer, level=1, code="1", name="x")
    return wards, parishes


def test_an_update_through_a_join_names_the_county_itself(county, django_assert_num_queries):
    _two_areas()
    with django_assert_num_queries(1) as captured:
        assert Area.objects.filter(layer__code="wards").update(name="y") == 1
    outer = captured.captured_queries[0]["sql"].split(" IN (SELECT")[0]
    assert '"territory_area"."county_id" = ' in outer
    assert Area.objects.filter(name="y").count() == 1


def test_a_deletion_through_a_join_names_the_county_itself(county, django_assert_num_queries):
    _wards, parishes = _two_areas()
    with django_assert_num_queries(1) as captured:
        assert Area.objects.filter(layer__code="wards").delete()[0] == 1
    outer = captured.captured_queries[0]["sql"].split(" IN (SELECT")[0]
    assert '"territory_area"."county_id" = ' in outer
    assert Area.objects.filter(layer=parishes).exists()


def test_an_update_without_a_join_stays_one_plain_statement(county, django_assert_num_queries):
    _two_areas()
    with django_assert_num_queries(1) as captured:
        assert Area.objects.filter(code="1").order_by("layer__code").update(name="y") == 2
    assert "SELECT" not in captured.captured_queries[0]["sql"]


def test_a_slice_cannot_be_updated(county):
    with pytest.raises(TypeError, match="slice"):
        Area.objects.filter(layer__code="wards")[:1].update(name="y")
