"""Several statements in one round trip, each parsed and planned once a connection.

Half of the database's work for a request was to parse and plan what it had been sent the request
before, and a round trip costs the web process more than what it carries (docs/adr/0011).
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from psycopg import errors, generators
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import PyFormat
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Call = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]


class FixedPlan(str):
    """The text of a statement that the same indexes answer, whatever its values.

    The database would still plan it anew for each question where it hopes to save by that; for
    what every page asks, planning took three times as long as the answer.
    """

    __slots__ = ()


MOST = 200  # statements that a connection keeps; further ones are planned each time
_NOT_OURS = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement)
# A migration has changed what a statement returns or takes.
_OUTDATED = (errors.FeatureNotSupported, errors.UndefinedFunction, errors.DatatypeMismatch)


def exchange(*calls: Call) -> list[Rows]:
    """Send statements in order, as one message; returns the rows of each.

    A call is a fixed text with %s for its values. What follows a failing statement is not
    executed, and its transaction has to be rolled back; outside one it is simply sent again
    where the connection had lost what it had prepared.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        return execute(connection.pipeline(calls), calls)  # type: ignore[attr-defined]
    except DatabaseError as error:
        lost = isinstance(error.__cause__, errors.InvalidSqlStatementName)
        if not lost or connection.in_atomic_block:
            raise
    return execute(connection.pipeline(calls), calls)  # type: ignore[attr-defined]


def send_with_commit(calls: Sequence[Call]) -> None:
    """Send statements, whose rows nobody wants, as the transaction ends or before more is asked."""
    db: Any = connections[DEFAULT_DB_ALIAS]
    if db.in_atomic_block:
        db.waiting += calls
    elif calls:
        exchange(*calls)


def execute(cursor: Any, calls: Sequence[Call]) -> list[Rows]:
    """Run a wrapped PipelineCursor."""
    with cursor:
        text = ";\n".join([sql for sql, _values in calls])
        cursor.execute(text, [value for _sql, values in calls for value in values])
        answers: list[Rows] = cursor.answers
    return answers


class Step(NamedTuple):
    """Prepare a text under a name, run what has that name, or (without a name) run a text."""

    name: bytes
    text: bytes
    values: Sequence[Buffer | None] | None = None  # None: only prepare
    wanted: bool = False  # somebody waits for its rows


_BEGIN = Step(b"", b"BEGIN", ())
_COMMIT = Step(b"", b"COMMIT", ())
_FORGET = Step(b"", b"DEALLOCATE ALL", ())
_FIXED, _FREE = (
    f"SELECT set_config('plan_cache_mode', '{mode}', true)"
    for mode in ("force_generic_plan", "auto")
)


class PipelineCursor:
    """What Django's wrappers of cursors run: to them it is one text with all its values."""

    def __init__(self, db: Any, calls: Sequence[Call], *, commit: bool = False) -> None:
        self.answers: list[Rows] = []
        self._db, self._driver, self.calls = db, db.connection, calls
        self._closing = [_COMMIT] if commit else []
        self._reader = db.transformer
        self._said: tuple[str, Any] = ("", ())

    def execute(self, text: str, values: Any = ()) -> None:
        self._said = (text, values)
        dumped = [
            self._reader.dump_sequence(given, [PyFormat.TEXT] * len(given))
            for _sql, given in self.calls
        ]
        steps = [*self._opening(), *self._steps(dumped), *self._closing]
        try:
            results = self._driver.wait(_round_trip(self._driver.pgconn, steps))
        except BaseException:
            self._driver.close()  # half a message is under way: nobody can go on here
            raise
        self._take(steps, results)

    @property
    def _query(self) -> SimpleNamespace:
        """What Django's log of statements shows."""
        return SimpleNamespace(query=self._db.ops.compose_sql(*self._said).encode())

    def close(self) -> None:
        self.calls = ()

    def _opening(self) -> Iterator[Step]:
        """What goes before, where the driver has not begun the transaction yet."""
        if self._driver.pgconn.transaction_status != TransactionStatus.IDLE:
            return
        if self._db.outdated:
            self._db.outdated = False
            self._db.prepared.clear()
            yield _FORGET
        if not self._driver.autocommit:
            yield _BEGIN

    def _steps(self, dumped: Sequence[Sequence[Buffer | None]]) -> Iterator[Step]:
        fixed = False
        for (sql, _given), values in zip(self.calls, dumped, strict=True):
            wished = isinstance(sql, FixedPlan) and self._db.prepares
            if wished != fixed:
                yield from self._run(_FIXED if wished else _FREE, ())
            fixed = wished
            yield from self._run(sql, values, wanted=True)
        if fixed:
            yield from self._run(_FREE, ())

    def _run(
        self, sql: str, values: Sequence[Buffer | None], *, wanted: bool = False
    ) -> Iterator[Step]:
        prepared: set[bytes] = self._db.prepared
        name, text = _numbered(sql)
        if not self._db.prepares or (name not in prepared and len(prepared) >= MOST):
            name = b""
        elif name not in prepared:
            prepared.add(name)
            yield Step(name, text)
        yield Step(name, text, values, wanted)

    def _take(self, steps: Sequence[Step], results: Sequence[PGresult]) -> None:
        failed = None
        for step, result in zip(steps, results, strict=True):
            if result.status == ExecStatus.FATAL_ERROR:
                failed = result
            if step.values is None and result.status != ExecStatus.COMMAND_OK:
                self._db.prepared.discard(step.name)
            elif step.wanted and not failed:
                self.answers.append(self._rows(result))
        if failed is not None:
            raise self._error(failed)

    def _rows(self, result: PGresult) -> Rows:
        if not result.ntuples:
            return []
        self._reader.set_pgresult(result)
        rows: Rows = self._reader.load_rows(0, result.ntuples, tuple)
        return rows

    def _error(self, result: PGresult) -> errors.Error:
        """What went wrong; as InvalidSqlStatementName where the next attempt will do better."""
        error = errors.error_from_result(result, encoding=self._driver.info.encoding)
        if isinstance(error, _NOT_OURS):  # a pooler gives us another server each time
            self._db.prepares = False
        elif isinstance(error, _OUTDATED):
            self._db.outdated = True
        else:
            return error
        return errors.InvalidSqlStatementName(str(error), info=result)


def _round_trip(server: PGconn, steps: Sequence[Step]) -> PQGen[list[PGresult]]:
    """Send everything, then read one result a step."""
    server.enter_pipeline_mode()
    for step in steps:
        if step.values is None:
            server.send_prepare(step.name, step.text)
        elif step.name:
            server.send_query_prepared(step.name, step.values)
        else:
            server.send_query_params(step.text, step.values)
    server.pipeline_sync()
    yield from generators.send(server)
    results: list[PGresult] = []
    for _step in steps:
        results += yield from generators.fetch_many(server)
    yield from generators.fetch_many(server)  # the end of the message
    server.exit_pipeline_mode()
    return results


@lru_cache(maxsize=1_000)
def _numbered(sql: str) -> tuple[bytes, bytes]:
    """A name for a statement, the same in every process, and its text with $1, $2, ... for %s."""
    text = (sql % tuple(f"${number}" for number in range(1, sql.count("%s") + 1))).encode()
    return b"linli_" + hashlib.sha256(text).hexdigest()[:16].encode(), text
