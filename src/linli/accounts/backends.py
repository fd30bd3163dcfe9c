"""Checks user name and password; as slow for a temporary password as for any other."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password

from linli.accounts.models import User
from linli.accounts.rules import plain_username


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
