"""The county a transaction works for: row-level security and the managers both read it here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from linli.database.pipeline import Call, exchange

SETTING = "linli.county"
_SET = "SELECT set_config(%s, %s, true)"

_county: ContextVar[str | None] = ContextVar("linli_county", default=None)


class NoCountyContextError(RuntimeError):
    """A tenant query was evaluated outside `county_context()`."""


class OtherCountyContextError(RuntimeError):
    """One transaction works for one county."""


@dataclass
class Question:
    """A query that travels with the opening of a county, in one round trip; then `rows`."""

    sql: str
    values: list[Any]
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def current_county() -> str:
    """Return the county code of the running transaction; raise where there is none."""
    code = _county.get()
    if code is None:
        raise NoCountyContextError("A tenant query needs county_context().")
    return code


def current_county_or_none() -> str | None:
    return _county.get()


@contextmanager
def county_context(code: str, *questions: Question) -> Iterator[None]:
    """Run a block in one transaction that sees only the county `code`.

    `questions` are asked as soon as the county is set. Nesting the same county is allowed (a
    savepoint); another county inside raises.
    """
    outer = _county.get()
    if outer == code:
        with transaction.atomic():
            if questions:
                set_setting(code, *questions)
            yield
        return
    if outer is not None:
        raise OtherCountyContextError(f"Already working for {outer}, not {code}.")
    token = _county.set(code)
    try:
        with transaction.atomic():
            set_setting(code, *questions)
            yield
    finally:
        _county.reset(token)
        # SET LOCAL lasts until the outermost transaction ends, so an inner block clears it itself.
        if connection.in_atomic_block and not connection.needs_rollback:
            set_setting("")


def set_setting(code: str, *questions: Question) -> None:
    setting: Call = (_SET, [SETTING, code])
    _set, *answers = exchange(setting, *((one.sql, one.values) for one in questions))
    for question, rows in zip(questions, answers, strict=True):
        question.rows = rows
