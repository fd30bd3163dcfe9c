"""Sessions in the database that know whose they are."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from linli.accounts.models import Session
from linli.database.pipeline import exchange

_READ = "SELECT session_data FROM accounts_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.account_id = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Session | None:
        """As Django does, by a statement that is prepared: every request asks it."""
        (rows,) = exchange((_READ, [self.session_key, timezone.now()]))
        if not rows:
            self._session_key = None
            return None
        return Session(session_data=rows[0][0])
