"""Fails every statement on a tenant table that does not name the county, in the whole suite.

Row-level security would hide the foreign rows all the same; but a query that relies on it alone
finds no index that begins with the county, and reads every shard of a distributed database.
A test that means to ask without a county carries `@pytest.mark.unscoped_sql`.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

import pytest
from django.db.backends.signals import connection_created

_STRING = re.compile(r"'(?:[^']|'')*'")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_CHECKED = re.compile(
    r"\s*\(*\s*(SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN|DECLARE|MERGE)\b", re.IGNORECASE
)
# `county_id` compared: bare, and not the assignment of an UPDATE or a column of a list.
_BARE = re.compile(r'(?<![\w."])"?county_id"?\s*(?:=|IN\b)', re.IGNORECASE)
_USING = re.compile(r"USING\s*\([^)]*\bcounty_id\b", re.IGNORECASE)
_ASSIGNMENTS = re.compile(
    r"\bSET\b.*?(?=\bWHERE\b|\bFROM\b|\bRETURNING\b|$)", re.IGNORECASE | re.DOTALL
)
_KEYWORDS = re.compile(
    r"where|set|on|using|inner|left|right|full|cross|join|natural|order|group|limit|for|union"
    r"|except|intersect|having|values|select|default|overriding|returning|offset|window",
    re.IGNORECASE,
)


class _State:
    exempt = False


@cache
def tenant_tables() -> frozenset[str]:
    from django.apps import apps

    return frozenset(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if getattr(model, "tenancy", "") == "tenant"
    )


@lru_cache(maxsize=10_000)
def unscoped(sql: str, tables: frozenset[str]) -> list[str]:
    """Names of the tenant tables that a statement reads or writes without naming the county."""
    text = _COMMENT.sub(" ", _STRING.sub("''", sql))
    statements = (each for each in text.split(";") if _CHECKED.match(each))
    return sorted({table for each in statements for table in _unscoped_in(each, tables)})


def _unscoped_in(text: str, tables: frozenset[str]) -> list[str]:
    bare = len(_BARE.findall(_ASSIGNMENTS.sub("SET ", text))) + len(_USING.findall(text))
    missing = [table for table, alias in _read(text, tables) if not _compared(alias, text)]
    # Each bare comparison answers for one table.
    return [*missing[bare:], *_inserted_without(text, tables)]


def _read(text: str, tables: frozenset[str]) -> Iterator[tuple[str, str]]:
    names = "|".join(sorted(tables, key=len, reverse=True))
    reference = re.compile(
        rf'(?<!INTO )(?<![\w."])"?\b({names})\b"?(?![\w"]*\s*\.)(?:\s+(?:AS\s+)?"?(\w+)"?)?',
        re.IGNORECASE,
    )
    for match in reference.finditer(text):
        before = text[: match.start()].rstrip().rstrip("(").rstrip()
        if re.search(r"(\bFROM|\bJOIN|\bUPDATE|\bONLY|\bUSING|,)$", before, re.IGNORECASE):
            table, name = match.groups()
            yield table, (name if name and not _KEYWORDS.fullmatch(name) else table)


def _compared(alias: str, text: str) -> bool:
    column = rf'"?\b{re.escape(alias)}\b"?\."?county_id"?'
    return bool(
        re.search(rf"{column}\s*\)?\s*(?:=|IN\b)", text, re.IGNORECASE)
        or re.search(rf"=\s*\(?\s*{column}", text, re.IGNORECASE)
    )


def _inserted_without(text: str, tables: frozenset[str]) -> Iterator[str]:
    for match in re.finditer(
        r'\bINTO\s+"?(\w+)"?(?:\s+AS\s+\w+)?\s*\(([^)]*)\)', text, re.IGNORECASE
    ):
        if match.group(1) in tables and "county_id" not in match.group(2):
            yield match.group(1)


def check(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    missing = [] if _State.exempt else unscoped(_text(sql), tenant_tables())
    if missing:
        raise AssertionError(f"No county predicate on {', '.join(missing)}: {sql}")
    return execute(sql, params, many, context)


def _text(sql: Any) -> str:
    return sql if isinstance(sql, str) else sql.as_string(None)


def _install(connection: Any, **_: Any) -> None:
    if check not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, check)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "unscoped_sql: asks tenant tables without a county on purpose"
    )
    connection_created.connect(_install, dispatch_uid="tenant_statements")


@pytest.fixture(autouse=True)
def _unscoped_sql(request: pytest.FixtureRequest) -> Iterator[None]:
    _State.exempt = request.node.get_closest_marker("unscoped_sql") is not None
    yield
    _State.exempt = False
