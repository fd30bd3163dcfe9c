import select
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.types.datetime import TimestamptzLoader

from linli.database.backend.schema import SchemaEditor
from linli.database.pipeline import Call, PipelineCursor, execute


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: list[Call] = []  # what is sent with the commit
        self.prepared: set[bytes] = set()  # names of the statements that the connection keeps
        self.prepares = self.outdated = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The driver's own option says whether to prepare: no threshold, nothing is prepared."""
        self.waiting, self.prepared, self.outdated = [], set(), False
        self.prepares = conn_params["prepare_threshold"] is not None
        connection = super().get_new_connection(conn_params)
        self.transformer = _transformer(connection)
        return connection

    def pipeline(self, calls: Sequence[Call], *, commit: bool = False) -> Any:
        """A cursor for statements that travel together; see `linli.database.pipeline`."""
        self._send_waiting()
        self.ensure_connection()
        return self._prepare_cursor(PipelineCursor(self, calls, commit=commit))  # type: ignore[attr-defined]

    def _cursor(self, name: str | None = None) -> Any:
        self._send_waiting()
        return super()._cursor(name)  # type: ignore[misc]

    def _commit(self) -> None:
        if not self._send_waiting(commit=True):
            super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        self.waiting = []
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.waiting = []
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _send_waiting(self, *, commit: bool = False) -> bool:
        """With the commit, or before whatever is asked meanwhile; whether anything was waiting."""
        if self.connection is None or not self.waiting:
            return False
        calls, self.waiting = self.waiting, []
        execute(self.pipeline(calls, commit=commit), calls)
        return True

    def is_usable(self) -> bool:
        """Whether the kept connection still has a server.

        A server that goes closes the socket, and an idle connection has nothing to read: only
        one with something to read is asked, since asking costs every request a round trip.
        """
        if self.connection is None or self.connection.closed:
            return False
        readable, _, _ = select.select([self.connection.fileno()], [], [], 0)
        return super().is_usable() if readable else True


def _transformer(connection: Any) -> Any:
    """Kept, as a cursor of the driver keeps its own: it looks up once how each type is written.

    It reads times as the driver does. Django's own way to UTC, in Python, takes ten times as long;
    a connection of Django's is in UTC already.
    """
    adapters = AdaptersMap(connection.adapters)
    adapters.register_loader("timestamptz", TimestamptzLoader)
    return Transformer(SimpleNamespace(adapters=adapters, connection=connection))
