"""The database roles: who owns, who works, who copies, who searches.

`linli_owner` migrates; `linli_app` serves requests and owns nothing; `linli_backup` reads all
counties; `linli_search` cannot log in and owns the SECURITY DEFINER search functions.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString

from psycopg import Connection, connect, sql
from psycopg.conninfo import make_conninfo

OWNER, APP, BACKUP, SEARCH = "linli_owner", "linli_app", "linli_backup", "linli_search"
LOGINS = {"owner": OWNER, "app": APP, "backup": BACKUP}

ATTRIBUTES: dict[str, LiteralString] = {
    # NOINHERIT: as an inheriting member of SEARCH it would fall under that role's policy
    OWNER: "LOGIN NOINHERIT NOCREATEDB NOCREATEROLE",
    APP: "LOGIN NOINHERIT NOCREATEDB NOCREATEROLE",
    BACKUP: "LOGIN BYPASSRLS NOCREATEDB NOCREATEROLE",
    SEARCH: "NOLOGIN NOCREATEDB NOCREATEROLE",
}
SESSION: dict[LiteralString, LiteralString] = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",  # compiling takes longer than any question of a page
    # New words wait in a list that every search reads: at the default of 4MB for 8 ms, and who
    # fills it waits 60 ms while it is emptied. Emptying it oftener costs a report 0.01 ms.
    "gin_pending_list_limit": "1MB",
}
SERVER_WIDE: tuple[LiteralString, ...] = (
    f"REVOKE {SEARCH} FROM {OWNER}",  # a grant made earlier would go on inheriting
    f"GRANT {SEARCH} TO {OWNER}",
    f"GRANT pg_read_all_data TO {BACKUP}",
    f"ALTER ROLE {BACKUP} SET default_transaction_read_only = on",
    *(f"ALTER ROLE {APP} SET {name} = '{value}'" for name, value in SESSION.items()),
)
BY_DEFAULT: LiteralString = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
IN_DATABASE: tuple[LiteralString, ...] = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"ALTER SCHEMA public OWNER TO {OWNER}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA public TO {APP}, {BACKUP}",
    f"GRANT USAGE, CREATE ON SCHEMA public TO {SEARCH}",  # an owner of functions must have CREATE
)
# app: append-only tables and partitions are taken away again by their migrations
DEFAULTS: tuple[LiteralString, ...] = (
    f"{BY_DEFAULT} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
    f"{BY_DEFAULT} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
    f"{BY_DEFAULT} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    f"{BY_DEFAULT} GRANT EXECUTE ON FUNCTIONS TO {APP}, {SEARCH}",
)
NO_DEFAULTS: tuple[LiteralString, ...] = (
    f"{BY_DEFAULT} IN SCHEMA public REVOKE ALL ON TABLES FROM {APP}",
    f"{BY_DEFAULT} IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {APP}",
    f"{BY_DEFAULT} GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    f"{BY_DEFAULT} REVOKE ALL ON FUNCTIONS FROM {APP}, {SEARCH}",
)


class UnsafeRoleError(Exception):
    """A role has more rights than row-level security can bear."""


def bootstrap(connection: Connection[Any], dbname: str, passwords: Mapping[str, str]) -> None:
    """Makes or mends roles, database, grants and the one extension. Run it as often as you like.

    `connection` is a superuser's, in autocommit; `passwords` by "owner", "app", "backup".
    """
    for role, attributes in ATTRIBUTES.items():
        _role(connection, role, attributes)
    for key, role in LOGINS.items():
        _password(connection, role, passwords[key])
    _run(connection, SERVER_WIDE)
    _database(connection, dbname)
    secret = connection.info.password
    with connect(
        make_conninfo(connection.info.dsn, dbname=dbname, password=secret), autocommit=True
    ) as inside:
        _run(inside, (*IN_DATABASE, *DEFAULTS))
    _refuse_unsafe(connection)


@contextmanager
def without_defaults(owner: Connection[Any]) -> Iterator[None]:
    """New tables get only the rights that are named, as pg_restore expects.

    Else `app` could change restored append-only tables. A restore brings the defaults back
    itself; after a failed one they are set again here.
    """
    _run(owner, NO_DEFAULTS)
    try:
        yield
    except BaseException:
        _run(owner, DEFAULTS)
        raise


def close_search_functions(owner: Connection[Any]) -> None:
    """Functions that read across counties are for `app` alone, not for PUBLIC.

    pg_restore runs as the owner, who does not inherit from `linli_search` and so cannot bring
    the rights on its functions back: PostgreSQL only warns.
    """
    names = owner.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proowner = %s::regrole", [SEARCH]
    ).fetchall()
    with owner.transaction():
        owner.execute(f"SET LOCAL ROLE {SEARCH}")
        for (name,) in names:
            function = sql.SQL(name)  # a regprocedure is quoted by the server
            owner.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(function))
            grant = sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}")
            owner.execute(grant.format(function, sql.Identifier(APP)))


def _run(connection: Connection[Any], statements: tuple[LiteralString, ...]) -> None:
    with connection.transaction():
        for statement in statements:
            connection.execute(statement)


def _role(connection: Connection[Any], role: str, attributes: LiteralString) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER") if found else sql.SQL("CREATE")
    name = sql.Identifier(role)
    connection.execute(sql.SQL("{} ROLE {} WITH {}").format(verb, name, sql.SQL(attributes)))


def _password(connection: Connection[Any], role: str, password: str) -> None:
    """Hashed here, so that the password itself is in no statement and no log."""
    encoding = connection.info.encoding
    hashed = connection.pgconn.encrypt_password(
        password.encode(encoding), role.encode(encoding), b"scram-sha-256"
    )
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(role), sql.Literal(hashed.decode())))


def _database(connection: Connection[Any], dbname: str) -> None:
    name, owner = sql.Identifier(dbname), sql.Identifier(OWNER)
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname]).fetchone()
    if not found:
        make = sql.SQL(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        )
        connection.execute(make.format(name, owner))
    for statement in (
        sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner),
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name),
        # temporary tables: bulk loads copy into one, since COPY fails under row-level security
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(APP)),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(BACKUP)),
    ):
        connection.execute(statement)


def _refuse_unsafe(connection: Connection[Any]) -> None:
    unsafe = connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper"
        " OR (rolbypassrls AND rolname <> %s))",
        [list(ATTRIBUTES), BACKUP],
    ).fetchall()
    if unsafe:
        names = ", ".join(name for (name,) in unsafe)
        raise UnsafeRoleError(
            f"{names}: superuser or BYPASSRLS, so row-level security would not bind it. "
            "Cure: ALTER ROLE ... NOSUPERUSER NOBYPASSRLS."
        )
