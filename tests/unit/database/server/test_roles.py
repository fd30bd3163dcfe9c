from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from linli.database.roles import UnsafeRoleError, bootstrap
from linli.database.server import Address, external, passwords, prepare, running

KINDS = ("embedded", pytest.param("system", marks=pytest.mark.slow))


@pytest.fixture(scope="module", params=KINDS)
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Address]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LINLI_PG_BIN", raising=False)
        patch.setenv("LINLI_PG", request.param)
        home = tmp_path_factory.mktemp("roles")
        with running(home) as found:
            run(found, "owner", "CREATE TABLE things (id int); INSERT INTO things VALUES (1)")
            run(found, "owner", "CREATE SEQUENCE numbers")
            yield found


def run(address: Address, role: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address.dsn(role)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_app_is_neither_owner_nor_superuser_nor_free_of_row_level_security(
    address: Address,
) -> None:
    roles = run(
        address,
        "app",
        "SELECT rolname, rolsuper, rolbypassrls, rolinherit, rolcanlogin, rolcreatedb,"
        " rolcreaterole FROM pg_roles WHERE rolname LIKE 'linli%' ORDER BY 1",
    )
    assert roles == [
        ("linli_app", False, False, False, True, False, False),
        ("linli_backup", False, True, True, True, False, False),
        ("linli_owner", False, False, False, True, False, False),
        ("linli_search", False, False, True, False, False, False),
    ]
    owned = "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid"
    assert run(address, "app", owned + " WHERE r.rolname = 'linli_app' AND deptype = 'o'") == [(0,)]


def test_database_and_schema_belong_to_owner(address: Address) -> None:
    assert run(
        address,
        "app",
        "SELECT pg_get_userbyid(datdba), pg_get_userbyid(nspowner) FROM pg_database, pg_namespace"
        " WHERE datname = current_database() AND nspname = 'public'",
    ) == [("linli_owner", "linli_owner")]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION pg_trgm",
        "ALTER TABLE things ADD more int",
        "ALTER TABLE things DISABLE ROW LEVEL SECURITY",
        "TRUNCATE things",
        "DROP TABLE things",
        "SET ROLE linli_search",
        "SET ROLE linli_owner",
        "SET SESSION AUTHORIZATION linli_backup",
        "CREATE TRIGGER t AFTER INSERT ON things EXECUTE FUNCTION tsvector_update_trigger()",
        "COPY things TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_app_cannot(address: Address, statement: str) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.UndefinedFile)):
        run(address, "app", statement)


def test_app_can_do_its_daily_work_on_what_owner_creates(address: Address) -> None:
    run(address, "app", "INSERT INTO things VALUES (2)")
    run(address, "app", "UPDATE things SET id = 3 WHERE id = 2")
    run(address, "app", "DELETE FROM things WHERE id = 3")
    assert run(address, "app", "SELECT nextval('numbers') > 0") == [(True,)]
    run(address, "app", "CREATE TEMPORARY TABLE loading (id int)")


def test_timeouts_bind_app_only(address: Address) -> None:
    query = (
        "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
        " current_setting('idle_in_transaction_session_timeout')"
    )
    assert run(address, "app", query) == [("30s", "5s", "1min")]
    assert run(address, "owner", query) == [("0", "0", "0")]


def test_no_question_of_the_app_is_compiled_also_on_a_server_of_somebody_else(
    address: Address,
) -> None:
    query = "SELECT 'jit=off' = ANY(rolconfig) FROM pg_roles WHERE rolname = 'linli_app'"
    assert run(address, "app", query) == [(True,)]


def test_backup_reads_every_row_and_writes_none(address: Address) -> None:
    run(
        address,
        "owner",
        "CREATE TABLE hidden AS SELECT 1 AS id; ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;"
        "ALTER TABLE hidden FORCE ROW LEVEL SECURITY",
    )
    for role, rows in (("app", 0), ("owner", 0), ("backup", 1)):
        assert run(address, role, "SELECT count(*) FROM hidden") == [(rows,)]
    with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
        run(address, "backup", "SET default_transaction_read_only = off; DELETE FROM hidden")
    with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
        run(address, "backup", "DELETE FROM hidden")


def test_search_functions_can_be_given_away_changed_and_called(address: Address) -> None:
    make = (
        "CREATE OR REPLACE FUNCTION finds() RETURNS text LANGUAGE sql SECURITY DEFINER"
        " SET search_path = public, pg_temp AS 'SELECT current_user::text';"
    )
    run(address, "owner", make + "ALTER FUNCTION finds() OWNER TO linli_search")
    run(address, "owner", "SET ROLE linli_search; " + make)  # the owner inherits no right of it
    assert run(address, "app", "SELECT finds()") == [("linli_search",)]
    with pytest.raises(errors.InsufficientPrivilege):
        run(address, "backup", "SELECT finds()")


def test_search_cannot_log_in(address: Address) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"not permitted to log in|password"):
        psycopg.connect(**address.params("app") | {"user": "linli_search"})


def test_the_one_extension_is_there(address: Address) -> None:
    run(
        address,
        "owner",
        "CREATE TABLE spans (code text, span daterange,"
        " EXCLUDE USING gist (code WITH =, span WITH &&))",
    )


def test_no_other_role_may_enter_the_database(address: Address) -> None:
    grants = run(address, "app", "SELECT datacl::text FROM pg_database WHERE datname = 'linli'")
    assert "{=" not in str(grants)
    assert ",=" not in str(grants)


@pytest.fixture
def home(templates: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LINLI_PG_BIN", raising=False)
    monkeypatch.setenv("LINLI_PG", "embedded")
    return templates("embedded")


def url_of(home: Path, address: Address) -> str:
    known = passwords.load(home / "database/passwords.json")
    return f"postgresql://postgres:{known['superuser']}@/postgres?host={address.host}"


def test_an_outer_server_is_prepared_by_its_superuser_and_can_be_prepared_again(
    home: Path,
) -> None:
    chosen = {"owner": "o'1", "app": "a\\2", "backup": "b3"}
    with running(home) as address:
        with psycopg.connect(url_of(home, address), autocommit=True) as connection:
            bootstrap(connection, "outer", chosen)
            bootstrap(connection, "outer", chosen)
        found = external(
            f"postgresql:///outer?host={address.host}&user=linli_app&password=a%5C2&connect_timeout=3",
            chosen,
        )
        assert found.version == address.version
        assert found.options == {"connect_timeout": "3"}
        for role in chosen:
            assert run(found, role, "SELECT 1") == [(1,)]
        prepare(home, "linli")  # gives this installation's passwords back
        assert run(address, "app", "SELECT 1") == [(1,)]


def test_a_role_above_row_level_security_is_refused(home: Path) -> None:
    with (
        running(home) as address,
        psycopg.connect(url_of(home, address), autocommit=True) as connection,
    ):
        connection.execute("ALTER ROLE linli_app BYPASSRLS")
        with pytest.raises(UnsafeRoleError, match="linli_app"):
            bootstrap(connection, "linli", address.passwords)
        connection.execute("ALTER ROLE linli_app NOBYPASSRLS")
        bootstrap(connection, "linli", address.passwords)


def test_passwords_are_in_no_log_and_no_representation(home: Path) -> None:
    known = passwords.load(home / "database/passwords.json")
    with running(home) as address:
        text = repr(address) + (home / "database/postgres.log").read_text()
    assert not [key for key, secret in known.items() if secret in text]
