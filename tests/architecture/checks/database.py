"""What the catalogue of a live database says about its guards; each check names what is unguarded.

`Ask` runs one query and returns its rows: a check works in any session, also in one that has just
planted a fault and will roll it back.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]
FRAMEWORK = frozenset({"django_migrations"})
BY_COUNTY = r"\(\(county_id\)::text = NULLIF\(current_setting\('linli.county'::text, true\), ''::t"
SPECIAL = frozenset({("search", "{linli_search}", "SELECT")})


def unknown_relations(ask: Ask, known: Collection[str]) -> list[str]:
    """Tables of no model, and every view: it would read with the rights of its owner."""
    found = ask(
        "SELECT relname, relkind::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition ORDER BY relname"
    )
    return [
        name for name, kind in found if name not in {*known, *FRAMEWORK} or kind not in {"r", "p"}
    ]


def unforced(ask: Ask, tables: Collection[str]) -> list[str]:
    forced = ask("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    return sorted(set(tables) - {name for (name,) in forced})


def loose_policies(ask: Ask, tables: Collection[str]) -> list[str]:
    """Tables without the one policy of the county, and policies that open more than that."""
    found = ask(
        "SELECT tablename::text, policyname::text, permissive, roles::text, cmd, qual, with_check"
        " FROM pg_policies WHERE schemaname = 'public'"
    )
    guarded, loose = set(), set()
    for table, name, _, roles, command, using, check in found:
        if roles != "{public}":
            loose |= set() if (name, roles, command) in SPECIAL else {table}
        elif command == "ALL" and re.match(BY_COUNTY, using) and re.match(BY_COUNTY, check):
            guarded.add(table)
        else:
            loose.add(table)
    return sorted(loose | (set(tables) - guarded))


def keys_without_county(ask: Ask, tables: Collection[str]) -> list[str]:
    """Keys and indexes whose first column is another (text indexes cannot begin with it)."""
    found = ask(
        "SELECT c.relname, i.relname, a.attname FROM pg_index x"
        " JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
        " JOIN pg_am m ON m.oid = i.relam AND m.amname <> 'gin'"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]"
        " WHERE NOT c.relispartition ORDER BY 2"
    )
    return [index for table, index, first in found if table in tables and first != "county_id"]


def links_without_county(ask: Ask, tables: Collection[str]) -> list[str]:
    found = ask(
        "SELECT c.relname, t.relname, k.conname, a.attname FROM pg_constraint k"
        " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        " WHERE k.contype = 'f'"
    )
    return [name for _, target, name, first in found if target in tables and first != "county_id"]


def reachable_partitions(ask: Ask) -> list[str]:
    """Row-level security of the parent does not guard a partition that is asked directly."""
    found = ask(
        "SELECT DISTINCT c.relname FROM pg_class c, pg_roles r WHERE c.relispartition"
        " AND c.relkind = 'r' AND r.rolname IN ('linli_app', 'linli_search')"
        " AND has_table_privilege(r.rolname, c.oid,"
        " 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')"
    )
    return [name for (name,) in found]


def memberships_and_property_of_app(ask: Ask) -> list[str]:
    found = ask(
        "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'linli_app'::regrole"
        " UNION SELECT relname FROM pg_class WHERE relowner = 'linli_app'::regrole"
        " UNION SELECT proname FROM pg_proc WHERE proowner = 'linli_app'::regrole"
    )
    return [name for (name,) in found]


def definers(ask: Ask, owners: Mapping[str, str]) -> dict[str, list[str]]:
    """SECURITY DEFINER functions -> what is wrong with each; `owners` names those not of search."""
    found = ask(
        "SELECT p.proname, p.proowner::regrole::text, p.proconfig, p.prosrc,"
        " has_function_privilege('public', p.oid, 'EXECUTE') FROM pg_proc p WHERE p.prosecdef"
        " AND p.pronamespace NOT IN"
        " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    )
    return {name: _faults(owners.get(name, "linli_search"), *rest) for name, *rest in found}


def _faults(
    expected: str, owner: str, config: list[str] | None, source: str, public: bool
) -> list[str]:
    checks = {
        f"owned by {owner}": owner == expected,
        "no fixed search_path": "search_path=public, pg_temp" in (config or []),
        "no filter by the current county": (
            "NULLIF(current_setting('linli.county', true), '')" in source
        ),
        "open to everybody": not public,
    }
    return [fault for fault, good in checks.items() if not good]


def functions_that_name(ask: Ask, tables: Collection[str]) -> list[str]:
    """Functions without rights of their own: procrastinate's and those of extensions."""
    found = ask(
        "SELECT proname, prosrc FROM pg_proc WHERE NOT prosecdef"
        " AND pronamespace = 'public'::regnamespace"
    )
    return [name for name, source in found if any(table in source for table in tables)]
