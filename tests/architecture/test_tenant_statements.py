import pytest
from django.db import connection, transaction

from linli.database.context import county_context
from linli.territory.models import Area, Layer
from tests.conftest import A
from tests.plugins.tenant_statements import unscoped

TABLES = frozenset({"shop", "shop_item"})

SCOPED = [
    "SELECT set_config('linli.county', '530128', true)",
    "SAVEPOINT x",
    "CREATE TABLE shop (id int)",
    "SELECT id FROM other WHERE name = 'from shop'",
    "SELECT shop_search(%s)",
    'SELECT "shop"."id" FROM "shop" WHERE "shop"."county_id" = %s',
    (
        'SELECT 1 FROM "shop" INNER JOIN "shop_item" ON ("shop"."id" = "shop_item"."shop_id" AND'
        ' ("shop_item"."county_id" = ("shop"."county_id"))) WHERE "shop"."county_id" = %s'
    ),
    "SELECT * FROM shop AS s JOIN shop_item i USING (county_id, shop_id) WHERE s.county_id = %s",
    'UPDATE "shop" SET "county_id" = %s, "name" = %s WHERE "shop"."county_id" = %s',
    "DELETE FROM shop WHERE county_id = %s AND id = ANY(%s)",
    'INSERT INTO "shop" ("county_id", "id") VALUES (%s, %s)',
    (
        "WITH new AS (INSERT INTO shop (county_id, id) VALUES (%s, %s) RETURNING county_id, id)"
        " INSERT INTO shop_item (county_id, id) SELECT county_id, id FROM new"
    ),
    (
        'SELECT 1 FROM "shop" WHERE "shop"."county_id" = %s AND EXISTS(SELECT 1 FROM "shop_item" U0'
        ' WHERE U0."county_id" = %s)'
    ),
]
UNSCOPED = [
    ("SELECT count(*) FROM shop", ["shop"]),
    ('SELECT "shop"."county_id" FROM "shop"', ["shop"]),
    ('SELECT "shop"."id" FROM "shop" WHERE "shop"."id" = %s', ["shop"]),
    ("SELECT 'county_id = x' FROM shop -- county_id = 1", ["shop"]),
    ('UPDATE "shop" SET "county_id" = %s WHERE "shop"."id" = %s', ["shop"]),
    ("DELETE FROM shop WHERE id = 1", ["shop"]),
    ("INSERT INTO shop (id) VALUES (1)", ["shop"]),
    ("EXPLAIN SELECT * FROM shop", ["shop"]),
    ("SELECT * FROM shop s, shop_item i WHERE s.county_id = %s", ["shop_item"]),
    ('SELECT 1 FROM "shop" WHERE "shop"."county_id" = %s AND EXISTS(SELECT 1 FROM "shop_item" U0)',
     ["shop_item"]),
    ("UPDATE shop SET id = 2 WHERE county_id = %s AND county_id = %s;\nDELETE FROM shop_item",
     ["shop_item"]),
    ("WITH x AS (SELECT * FROM shop_item) SELECT * FROM x", ["shop_item"]),
]  # fmt: skip


@pytest.mark.parametrize("sql", SCOPED)
def test_a_statement_that_names_the_county_passes(sql):
    assert unscoped(sql, TABLES) == []


@pytest.mark.parametrize(("sql", "tables"), UNSCOPED)
def test_a_statement_that_does_not_name_the_county_is_found(sql, tables):
    assert unscoped(sql, TABLES) == tables


def test_the_suite_fails_on_a_raw_statement_without_a_county(county):
    with (
        pytest.raises(AssertionError, match="No county predicate on territory_layer"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM territory_layer")


def test_the_suite_fails_on_a_query_that_bypasses_the_manager(county):
    from django.db.models import QuerySet

    with pytest.raises(AssertionError, match="territory_area"), transaction.atomic():
        list(QuerySet(Area))


def test_what_the_managers_write_passes(db):
    with county_context(A):
        layer = Layer.objects.create(code="x", name="x")
        area = Area.objects.create(layer=layer, level=1, code="1", name="x")
        Area.objects.filter(code="1").update(name="y")
        assert list(Layer.objects.filter(areas__name="y").prefetch_related("areas")) == [layer]
        area.delete()
        layer.delete()


@pytest.mark.unscoped_sql
def test_a_test_may_ask_without_a_county_when_it_says_so(county):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM territory_layer")
        assert cursor.fetchone() == (Layer.objects.count(),)
