import select

from django.db.backends.postgresql import base

from linli.database.backend.schema import SchemaEditor


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor

    def is_usable(self) -> bool:
        """Whether the kept connection still has a server.

        A server that goes closes the socket, and an idle connection has nothing to read: only
        one with something to read is asked, since asking costs every request a round trip.
        """
        if self.connection is None or self.connection.closed:
            return False
        readable, _, _ = select.select([self.connection.fileno()], [], [], 0)
        return super().is_usable() if readable else True
