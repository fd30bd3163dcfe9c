"""Reads from the catalogue whether roles, row-level security and partitions are as they should be.

No Django models: this works with any login, also while migrations are pending.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from psycopg import Connection, sql

from linli.database.roles import APP, BACKUP, OWNER, SEARCH

ROLES = """
    SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit FROM pg_roles
    WHERE rolname = ANY(%s)
"""
OWNED = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'public' AND pg_get_userbyid(relowner) = %s
"""
# Every table with a county, apart from partitions, which nobody reaches directly.
OPEN_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT c.relispartition AND a.attname = 'county_id' AND NOT a.attisdropped
      AND c.relname <> ALL(%s) AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    ORDER BY 1
"""
GRANTED_PARTITIONS = """
    SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'
      AND has_table_privilege(%s, oid, 'SELECT, INSERT, UPDATE, DELETE') ORDER BY 1
"""
PARTITIONED = "SELECT relname FROM pg_class WHERE relkind = 'p' ORDER BY 1"
PARTITIONS = "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"


def role_faults(connection: Connection[Any]) -> Iterator[str]:
    """What would let a role past row-level security."""
    found = {row[0]: row[1:] for row in connection.execute(ROLES, [[OWNER, APP, BACKUP, SEARCH]])}
    for name in (OWNER, APP, BACKUP, SEARCH):
        if name not in found:
            yield f"the role {name} is missing"
            continue
        superuser, bypasses, logs_in, inherits = found[name]
        if superuser:
            yield f"{name} is a superuser"
        if bypasses and name != BACKUP:
            yield f"{name} has BYPASSRLS"
        if name == SEARCH and logs_in:
            yield f"{name} can log in"
        if name in (OWNER, APP) and inherits:
            yield f"{name} inherits the rights of its groups"
    (count,) = connection.execute(OWNED, [APP]).fetchone() or (0,)
    if count:
        yield f"{APP} owns {count} tables or views"


def open_tables(connection: Connection[Any], reference: list[str]) -> list[str]:
    """Tables with a county that row-level security does not close; `reference` ones need none."""
    return [name for (name,) in connection.execute(OPEN_TABLES, [reference])]


def granted_partitions(connection: Connection[Any]) -> list[str]:
    """Partitions that the application reaches past the policy of their parent."""
    return [name for (name,) in connection.execute(GRANTED_PARTITIONS, [APP])]


def missing_partitions(connection: Connection[Any], today: date, months: int) -> list[str]:
    """Monthly partitions that do not exist for this and the next `months` months."""
    tables = [name for (name,) in connection.execute(PARTITIONED)]
    existing = {name for (name,) in connection.execute(PARTITIONS)}
    first = today.year * 12 + today.month - 1
    wanted = [f"{number // 12}{number % 12 + 1:02}" for number in range(first, first + months + 1)]
    return [
        name for table in tables for month in wanted if (name := f"{table}_{month}") not in existing
    ]


def filled_defaults(backup: Connection[Any]) -> list[str]:
    """DEFAULT partitions that hold rows; asked as the role that sees every county."""
    tables = [name for (name,) in backup.execute(PARTITIONED)]
    return [name for table in tables if _any_row(backup, name := f"{table}_default")]


def _any_row(connection: Connection[Any], table: str) -> bool:
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
    (found,) = connection.execute(query).fetchone() or (False,)
    return bool(found)
