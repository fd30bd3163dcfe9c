"""Pages are tried without collected static files."""

import pytest


@pytest.fixture(autouse=True)
def without_static_files(plain_static_files) -> None:
    """Pages are tried without collected static files."""


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hashing at full cost would take most of the time; one test of it restores the real list."""
    settings.REAL_HASHERS = settings.PASSWORD_HASHERS
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [quick, *settings.PASSWORD_HASHERS]
