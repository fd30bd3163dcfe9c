"""Statements that travel together: prepared once, answered in order, all or nothing."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.errors import InvalidSqlStatementName

from linli.casework.models import SavedView
from linli.config.restarts import is_lost
from linli.database.context import county_context
from linli.database.pipeline import MOST, FixedPlan, exchange
from tests.conftest import A, B
from tests.factories.rows import make

ECHO = "SELECT %s::text AS echo"
VALUES = [
    ("text", "'); DROP TABLE incidents_incident; -- %s 中文 \\ \" '"),
    ("uuid", uuid.UUID(int=7)),
    ("timestamptz", datetime(2026, 5, 1, 8, 30, 0, 123456, tzinfo=UTC)),
    ("date", date(2024, 2, 29)),
    ("bigint", -(2**62)),
    ("smallint", 7),
    ("bigint[]", [2**40, 1]),
    ("smallint[]", [7]),
    ("double precision", 0.1),
    ("boolean", False),
    ("uuid[]", [uuid.UUID(int=1), uuid.UUID(int=2)]),
    ("text[]", []),
    ("bytea", b"\x00\xff"),
    ("text", None),
]


def prepared() -> dict[str, tuple[int, int]]:
    """Statements that this connection keeps, with how often it planned anew and did not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, custom_plans, generic_plans FROM pg_prepared_statements"
            " WHERE name LIKE 'linli%'"
        )
        return {statement: (custom, generic) for statement, custom, generic in cursor.fetchall()}


@pytest.fixture
def fresh(committed):
    """A connection of its own, which has prepared nothing yet."""
    connection.close()
    return committed


def test_each_statement_is_prepared_once_and_soon_no_longer_planned(fresh):
    for number in range(20):
        assert exchange((ECHO, [str(number)]), (ECHO, ["x"])) == [[(str(number),)], [("x",)]]
    custom, generic = prepared()["SELECT $1::text AS echo"]
    assert custom + generic == 40
    assert generic >= 30


def test_a_fixed_plan_is_made_once_and_binds_no_other_statement(fresh):
    fixed, free = FixedPlan("SELECT %s::text AS fixed"), "SELECT %s::text AS free"
    for number in range(3):
        value = [str(number)]
        assert exchange((fixed, value), (free, value), (fixed, value)) == [[tuple(value)]] * 3
    assert prepared()["SELECT $1::text AS fixed"] == (0, 6)
    assert prepared()["SELECT $1::text AS free"] == (3, 0)
    with transaction.atomic():
        exchange((fixed, ["x"]))
        assert exchange(("SHOW plan_cache_mode", ())) == [[("auto",)]]


def test_after_a_fixed_plan_that_fails_plans_are_free_again(fresh):
    with pytest.raises(DatabaseError), transaction.atomic():
        exchange((FixedPlan("SELECT 1 / %s::int"), ["0"]))
    assert exchange(("SHOW plan_cache_mode", ())) == [[("auto",)]]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_values_come_back_as_they_went(fresh, kind, value):
    ((found,),) = exchange((f"SELECT %s::{kind}", [value]))[0]
    assert found == value


def test_a_value_that_cannot_be_sent_leaves_the_connection_as_it_was(fresh):
    with pytest.raises(DatabaseError):
        exchange((ECHO, ["x"]), ("SELECT %s::integer", [object()]))
    assert prepared() == {}
    assert exchange((ECHO, ["x"]), ("SELECT %s::integer", [7])) == [[("x",)], [(7,)]]


def test_without_a_threshold_nothing_is_prepared(fresh):
    options = connection.settings_dict["OPTIONS"]
    before = options["prepare_threshold"]
    options["prepare_threshold"] = None
    try:
        assert exchange((ECHO, ["x"])) == [[("x",)]]
        assert prepared() == {}
    finally:
        options["prepare_threshold"] = before
        connection.close()


def test_a_connection_keeps_so_many_statements_and_no_more(fresh):
    for number in range(MOST + 10):
        assert exchange((f"SELECT {number} + %s::integer", [1])) == [[(number + 1,)]]
    assert len(prepared()) == MOST


@pytest.mark.unscoped_sql
def test_one_prepared_statement_shows_each_county_its_own_rows(fresh):
    for code in (A, B):
        with county_context(code):
            make(SavedView, name=code)
    names = "SELECT name FROM casework_savedview WHERE county_id <> %s"
    for _ in range(10):  # beyond the first five, which are planned each time
        for code in (A, B):
            with county_context(code):
                assert exchange((names, ["-"])) == [[(code,)]]
        assert exchange((names, ["-"])) == [[]]
    assert prepared()[names.replace("%s", "$1")][1] > 10


def test_what_follows_a_failure_is_not_executed_and_can_be_used_later(fresh):
    with county_context(A):
        row = make(SavedView)
    rename = "UPDATE casework_savedview SET name = %s WHERE county_id = %s AND id = %s"
    divide = "SELECT 1 / %s::integer"
    with county_context(A):
        with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
            exchange((divide, [0]), (rename, ["new", A, row.pk]))
        row.refresh_from_db()
        assert row.name != "new"
        exchange((divide, [1]), (rename, ["new", A, row.pk]))
        row.refresh_from_db()
        assert row.name == "new"


@pytest.mark.parametrize("condition", ["a IS DISTINCT FROM %s", "%s::text IS NULL"])
def test_a_plan_that_a_migration_has_outdated_is_made_anew_by_the_next_transaction(
    fresh, condition
):
    question = (f"SELECT a FROM moving WHERE {condition}", [None])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE moving AS SELECT 1 AS a")
    assert exchange(question) == [[(1,)]]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE moving ALTER a TYPE text")
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        exchange(question)
    assert isinstance(caught.value.__cause__, InvalidSqlStatementName)
    with transaction.atomic():
        assert exchange(question) == [[("1",)]]
    assert len(prepared()) == 1


def test_a_connection_whose_statements_somebody_dropped_goes_on_without(fresh):
    assert exchange((ECHO, ["x"])) == [[("x",)]]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as a pooler does that lends another server
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        exchange((ECHO, ["x"]))
    assert isinstance(caught.value.__cause__, InvalidSqlStatementName)
    for _ in range(2):
        assert exchange((ECHO, ["x"])) == [[("x",)]]
    assert prepared() == {}


def test_outside_a_transaction_what_was_dropped_is_asked_again_at_once(fresh):
    assert exchange((ECHO, ["x"])) == [[("x",)]]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert exchange((ECHO, ["y"]), (ECHO, ["z"])) == [[("y",)], [("z",)]]


def test_a_connection_that_is_cut_is_known_as_lost(fresh):
    with pytest.raises(OperationalError) as caught, transaction.atomic():
        exchange(("SELECT pg_terminate_backend(pg_backend_pid())", []), (ECHO, ["x"]))
    assert is_lost(caught.value)
    connection.close()
    assert exchange((ECHO, ["x"])) == [[("x",)]]


def test_half_a_message_leaves_no_connection_behind(fresh, monkeypatch):
    def interrupted(_server):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("linli.database.pipeline.generators.send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        exchange((ECHO, ["x"]))
    assert connection.connection.closed
    monkeypatch.undo()
    connection.close()
    assert exchange((ECHO, ["x"])) == [[("x",)]]


def test_the_log_of_statements_shows_the_values(county):
    with CaptureQueriesContext(connection) as sent:
        exchange((ECHO, ["one"]), (ECHO, ["two"]))
    assert [one["sql"] for one in sent] == [
        "SELECT 'one'::text AS echo;\nSELECT 'two'::text AS echo"
    ]


def test_times_are_read_in_utc_as_django_reads_them(db):
    moment = datetime(2026, 3, 8, 23, 59, 59, 1, tzinfo=UTC)
    asked = "SELECT %s::timestamptz"
    (((read,),),) = exchange((asked, [moment]))
    with connection.cursor() as cursor:
        cursor.execute(asked, [moment])
        (django,) = cursor.fetchone()
    assert read == django == moment
    assert read.tzinfo is django.tzinfo is UTC
