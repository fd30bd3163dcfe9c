import select
from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base

from linli.database.backend.schema import SchemaEditor
from linli.database.pipeline import Call, PipelineCursor


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.prepared: set[bytes] = set()  # names of the statements that this connection keeps
        self.stale = False  # whether it has to prepare them anew
        return super().get_new_connection(conn_params)  # type: ignore[misc]

    @property
    def prepares(self) -> bool:
        """psycopg's own option decides it: `prepare_threshold` is None for a pooler without."""
        return self.connection.prepare_threshold is not None

    def pipeline(self, calls: Sequence[Call]) -> Any:
        """A cursor for statements that travel together; see `linli.database.pipeline`."""
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(PipelineCursor(self, calls))  # type: ignore[attr-defined]

    def is_usable(self) -> bool:
        """Whether the kept connection still has a server.

        A server that goes closes the socket, and an idle connection has nothing to read: only
        one with something to read is asked, since asking costs every request a round trip.
        """
        if self.connection is None or self.connection.closed:
            return False
        readable, _, _ = select.select([self.connection.fileno()], [], [], 0)
        return super().is_usable() if readable else True
