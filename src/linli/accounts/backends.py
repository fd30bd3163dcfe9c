"""Checks user name and password; as slow for a temporary password as for any other."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.db import DEFAULT_DB_ALIAS

from linli.accounts.models import User
from linli.accounts.rules import plain_username
from linli.database.pipeline import exchange

_COLUMNS = [str(field.column) for field in User._meta.concrete_fields]
_READ = f"SELECT {', '.join(_COLUMNS)} FROM accounts_user WHERE id = %s"  # noqa: S608 -- constants


class StaffBackend(ModelBackend):
    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        name = plain_username(username)
        user: User | None = super().authenticate(request, username=name, password=password)
        if user is None and User.objects.filter(username=name, password_temporary=True).exists():
            make_password(password)  # a temporary one is hashed cheaply: spend what others cost
        return user

    def get_user(self, user_id: Any) -> User | None:
        """Whose session it is, by a statement that is prepared: every request asks it."""
        (rows,) = exchange((_READ, [user_id]))
        user = User.from_db(DEFAULT_DB_ALIAS, _COLUMNS, rows[0]) if rows else None
        return user if self.user_can_authenticate(user) else None
