"""What a database looks like from outside: the rows and the rights of everything in it."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from linli.database.server import Address

TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p', 'm') ORDER BY relname
"""
DIGEST = "SELECT {}, count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} AS t"
# a nested AND is written with other brackets after a restore
STRUCTURE = """
    SELECT relname::text, relkind::text, relowner::regrole::text,
        ARRAY(SELECT unnest(COALESCE(relacl, acldefault(
            CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner)))::text
            ORDER BY 1)::text,
        relrowsecurity, relforcerowsecurity
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT tgname, pg_get_triggerdef(oid), null, null, null, null
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname, prosrc, proowner::regrole::text,
        ARRAY(SELECT unnest(COALESCE(proacl, acldefault('f', proowner)))::text ORDER BY 1)::text,
        prosecdef, null
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT polname, pg_get_expr(polqual, polrelid),
        ARRAY(SELECT unnest(polroles)::regrole::text ORDER BY 1)::text,
        polrelid::regclass::text, null, null FROM pg_policy
    UNION ALL SELECT conname,
        translate(pg_get_constraintdef(oid), '()', ''), conrelid::regclass::text, null,
        convalidated, null
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT defaclobjtype::text, ARRAY(SELECT unnest(defaclacl)::text ORDER BY 1)::text,
        null, null, null, null FROM pg_default_acl
    ORDER BY 1, 2, 3, 4
"""
Picture = Callable[[Address], list[tuple[object, ...]]]


@pytest.fixture
def picture() -> Picture:
    def take(address: Address) -> list[tuple[object, ...]]:
        with psycopg.connect(address.dsn("backup")) as connection:
            found: list[tuple[object, ...]] = connection.execute(STRUCTURE).fetchall()
            for (table,) in connection.execute(TABLES).fetchall():
                query = sql.SQL(DIGEST).format(sql.Literal(table), sql.Identifier(table))
                found += connection.execute(query).fetchall()
        return found

    return take
