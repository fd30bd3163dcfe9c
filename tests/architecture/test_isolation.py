"""Every tenant table and function, as every database role, in every context: nothing leaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from psycopg_pool import ConnectionPool

from linli.database.context import county_context
from linli.incidents.search_text import tokens_of
from linli.lib.ids import uuid7
from tests.architecture.checks import database as catalogue
from tests.architecture.checks.models import all_models, links, ours
from tests.conftest import A, B, _empty
from tests.factories.rows import make

TENANT = sorted(
    (model for model in all_models() if getattr(model, "tenancy", "") == "tenant"),
    key=lambda model: model._meta.db_table,
)
TABLES = [model._meta.db_table for model in TENANT]
LINKS = [
    (model._meta.db_table, field.column)
    for model in TENANT
    for field in links(model)
    if getattr(field, "tenant_link", False)
]
CONTEXTS = [None, "", B, "999999"]
REFUSED = "42501"  # insufficient_privilege: row-level security or a missing grant

# How to call each SECURITY DEFINER function, and `incidents_search` which chooses between them, so
# that it returns all that it can.
_WIDE = f"'abc', true, '{{}}', '{{}}', '{{}}', '{{}}', {', '.join(['NULL'] * 18)}, 50"
CALLS = {
    "incidents_search": f"SELECT id FROM incidents_search({_WIDE})",
    "incidents_search_index": f"SELECT id FROM incidents_search_index({_WIDE})",
    "incidents_search_newest": f"SELECT unnest(ids) FROM incidents_search_newest({_WIDE}, 100)",
}
# Those that need more than reading, with their role; each has tests of what it may change.
OWNED = {"incidents_forget_timeline": "linli_owner"}


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, database_address) -> Iterator[Any]:
    """A row of county A in every tenant table; county B has what its setting up made."""
    with django_db_blocker.unblock():
        with county_context(A):
            for model in TENANT:
                make(model)
            _make_findable()
        yield database_address
        connections.close_all()
        _empty(database_address)


def _make_findable() -> None:
    """A text whose incident exists, so that a search has something to return."""
    incident = apps.get_model("incidents", "Incident").objects.order_by("id").first()
    words = tokens_of(incident.opened_at, "abc")
    text = apps.get_model("incidents", "IncidentText")
    make(text, id=incident.pk, opened_at=incident.opened_at, tokens=words)


@contextmanager
def _session(address: Any, role: str, county: str | None) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(address.dsn(role)) as session:
        if county is not None:
            session.execute("SELECT set_config('linli.county', %s, true)", [county])
        yield session
        session.rollback()


def _count(session: psycopg.Connection[Any], table: str) -> int:
    row = session.execute(f'SELECT count(*) FROM "{table}" WHERE county_id = %s', [A]).fetchone()
    assert row
    return int(row[0])


def _rows(address: Any, sql: str) -> list[tuple[Any, ...]]:
    with _session(address, "owner", None) as session:
        return session.execute(sql).fetchall()


# The catalogue: what there is, and that each of it is guarded.

CATALOGUE = [
    partial(catalogue.unknown_relations, known={model._meta.db_table for model in all_models()}),
    partial(catalogue.unforced, tables=TABLES),
    partial(catalogue.loose_policies, tables=TABLES),
    partial(catalogue.keys_without_county, tables=TABLES),
    partial(catalogue.links_without_county, tables=TABLES),
    catalogue.reachable_partitions,
    catalogue.memberships_and_property_of_app,
    partial(catalogue.functions_that_name, tables=TABLES),
]
PLANTED = {
    "CREATE TABLE planted (county_id text, id uuid)": ["planted"],
    "CREATE VIEW planted AS SELECT * FROM territory_area": ["planted"],
    "ALTER TABLE territory_area NO FORCE ROW LEVEL SECURITY": ["territory_area"],
    "CREATE POLICY planted ON territory_area USING (true)": ["territory_area"],
    "CREATE POLICY planted ON territory_area TO linli_app USING (true)": ["territory_area"],
    "ALTER POLICY county ON territory_area WITH CHECK (true)": ["territory_area"],
    "DROP POLICY county ON territory_area": ["territory_area"],
    "CREATE UNIQUE INDEX planted ON territory_area (code)": ["planted"],
    "ALTER TABLE territory_layer ADD CONSTRAINT alone UNIQUE (id);"
    " ALTER TABLE territory_area ADD CONSTRAINT planted FOREIGN KEY (layer_id)"
    " REFERENCES territory_layer (id)": ["alone", "planted"],
    "GRANT SELECT ON audit_auditevent_default TO linli_app": ["audit_auditevent_default"],
    "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql AS"
    " 'SELECT count(*) FROM territory_area'": ["planted"],
}  # fmt: skip


def _asking(session: psycopg.Connection[Any]) -> catalogue.Ask:
    return lambda sql: session.execute(sql).fetchall()


def _name(check: Any) -> str:
    return str(getattr(check, "func", check).__name__)


@pytest.mark.parametrize("check", CATALOGUE, ids=_name)
def test_the_catalogue_shows_no_gap(filled, check):
    with _session(filled, "owner", None) as session:
        assert check(_asking(session)) == []


@pytest.mark.parametrize(("statement", "found"), PLANTED.items(), ids=range(len(PLANTED)))
def test_a_planted_gap_is_found(filled, statement, found):
    with _session(filled, "owner", None) as session:
        session.execute(statement)
        ask = _asking(session)
        assert sorted(name for check in CATALOGUE for name in check(ask)) == found


def test_partitions_exist_and_refuse_the_application(filled):
    partitions = _rows(filled, "SELECT relname FROM pg_class WHERE relispartition AND relkind='r'")
    assert partitions
    with _session(filled, "app", A) as session:
        for (name,) in partitions:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
                session.execute(f'SELECT 1 FROM "{name}"')


def test_the_application_cannot_become_another_role(filled):
    with _session(filled, "app", A) as session:
        for role in ("linli_search", "linli_owner", "linli_backup"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
                session.execute(f"SET ROLE {role}")


def test_the_application_cannot_switch_row_level_security_off(filled):
    with _session(filled, "app", B) as session:
        session.execute("SET row_security = off")
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
                session.execute(f'SELECT 1 FROM "{table}"')


# Rows: every table, role and context.


@pytest.mark.parametrize("county", CONTEXTS)
@pytest.mark.parametrize("role", ["app", "owner"])
def test_no_table_shows_a_row_of_another_county(filled, role, county):
    with _session(filled, role, county) as session:
        assert {table: _count(session, table) for table in TABLES} == dict.fromkeys(TABLES, 0)


def test_every_table_has_a_row_to_hide(filled):
    with _session(filled, "app", A) as session:
        assert [table for table in TABLES if not _count(session, table)] == []


def test_a_planted_policy_would_show_the_rows(filled):
    with _session(filled, "owner", B) as session:
        session.execute("ALTER POLICY county ON territory_area USING (true)")
        assert _count(session, "territory_area") > 0


@pytest.mark.parametrize("county", CONTEXTS)
def test_no_row_of_another_county_can_be_changed_or_removed(filled, county):
    with _session(filled, "app", county) as session:
        for table in TABLES:
            for sql in (f'UPDATE "{table}" SET county_id = county_id', f'DELETE FROM "{table}"'):
                try:
                    with session.transaction():
                        changed = session.execute(f"{sql} WHERE county_id = '{A}'").rowcount
                except psycopg.errors.InsufficientPrivilege:
                    changed = 0  # append-only
                assert changed == 0, (table, sql)


def test_the_backup_reads_every_county_and_writes_nowhere(filled):
    with _session(filled, "backup", None) as session:
        assert [table for table in TABLES if not _count(session, table)] == []
        session.rollback()
        session.execute("SET TRANSACTION READ WRITE")
        for table in TABLES:
            for sql in (f'INSERT INTO "{table}" DEFAULT VALUES', f'DELETE FROM "{table}"'):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
                    session.execute(sql)


def test_the_search_role_cannot_log_in_and_may_only_read_what_it_searches(filled):
    assert _rows(filled, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'linli_search'") == [
        (False,)
    ]
    granted = _rows(
        filled,
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'linli_search' AND table_schema = 'public'",
    )
    assert {right for _, right in granted} <= {"SELECT"}
    assert {table for table, _ in granted} <= set(TABLES)


def test_a_connection_from_a_pool_forgets_its_county(filled):
    with ConnectionPool(filled.dsn("app"), min_size=1, max_size=1, timeout=5) as pool:
        with pool.connection() as first:
            first.execute("SELECT set_config('linli.county', %s, true)", [A])
            used = first.info.backend_pid
            assert all(_count(first, table) for table in TABLES)
        with pool.connection() as second:
            assert second.info.backend_pid == used
            assert not any(_count(second, table) for table in TABLES)
        with pytest.raises(psycopg.errors.DivisionByZero), pool.connection() as third:
            third.execute("SELECT set_config('linli.county', %s, true), 1 / %s", [A, 0])
        with pool.connection() as fourth:
            assert fourth.info.backend_pid == used
            assert not any(_count(fourth, table) for table in TABLES)


# Keys: whether a row exists elsewhere must not be told by an error.


def _copy(address: Any, table: str) -> dict[str, Any]:
    with _session(address, "app", A) as session:
        newest = f'SELECT row_to_json(t)::jsonb FROM "{table}" t ORDER BY id DESC LIMIT 1'
        row = session.execute(newest).fetchone()
    assert row
    return dict(row[0])


def _answer(address: Any, county: str, table: str, row: dict[str, Any], tail: str = "") -> str:
    """What the database says to an insert: its error code, or `done`."""
    sql = f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_record(NULL::"{table}", %s) {tail}'
    with _session(address, "app", county) as session:
        try:
            session.execute(sql, [psycopg.types.json.Jsonb(row)])
        except psycopg.Error as error:
            return str(error.sqlstate)
        return "done"


@pytest.mark.parametrize("table", TABLES)
def test_an_id_that_exists_elsewhere_gives_no_other_answer_than_a_fresh_one(filled, table):
    row = _copy(filled, table)
    taken, fresh = row | {"county_id": B}, row | {"county_id": B, "id": str(uuid7())}
    assert _answer(filled, B, table, taken) == _answer(filled, B, table, fresh)


@pytest.mark.parametrize("tail", ["", "ON CONFLICT DO NOTHING"])
@pytest.mark.parametrize("table", TABLES)
def test_a_row_for_another_county_is_refused_before_its_key_is_looked_up(filled, table, tail):
    row = _copy(filled, table)
    assert _answer(filled, B, table, row, tail) == REFUSED
    assert _answer(filled, B, table, row | {"id": str(uuid7())}, tail) == REFUSED


@pytest.mark.parametrize(("table", "column"), LINKS)
def test_a_link_to_a_row_elsewhere_answers_like_a_link_to_nothing(filled, table, column):
    model = next(model for model in TENANT if model._meta.db_table == table)
    target = model._meta.get_field(column.removesuffix("_id")).related_model._meta.db_table
    existing = _copy(filled, target)["id"]
    row = _copy(filled, table) | {"county_id": B, "id": str(uuid7())}
    answers = {
        _answer(filled, B, table, row | {column: linked}) for linked in (existing, str(uuid7()))
    }
    assert answers == {"23503"}  # foreign_key_violation, both times


# Functions: the only code that runs with other rights than the caller's.


def test_every_definer_function_belongs_to_its_role_and_filters_by_the_context(filled):
    with _session(filled, "owner", None) as session:
        found = catalogue.definers(_asking(session), OWNED)
        assert found == {name: [] for name in (*CALLS.keys() - {"incidents_search"}, *OWNED)}


def test_a_planted_definer_function_is_found(filled):
    with _session(filled, "owner", None) as session:
        session.execute(
            "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT count(*) FROM territory_area'; GRANT EXECUTE ON FUNCTION planted TO PUBLIC"
        )
        assert catalogue.definers(_asking(session), OWNED)["planted"] == [
            "owned by linli_owner",
            "no fixed search_path",
            "no filter by the current county",
            "open to everybody",
        ]


@pytest.mark.parametrize("name", CALLS)
def test_a_function_returns_rows_of_the_current_county_only(filled, name):
    with _session(filled, "app", A) as session:
        assert session.execute(CALLS[name]).fetchall()
    for county in CONTEXTS:
        with _session(filled, "app", county) as session:
            assert session.execute(CALLS[name]).fetchall() == []


def test_every_model_of_ours_says_whether_it_belongs_to_a_county():
    assert {model.tenancy for model in ours()} <= {"tenant", "reference", "local"}
