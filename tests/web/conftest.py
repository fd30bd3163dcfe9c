"""Pages are tried without collected static files."""

import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path_factory) -> None:
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hashing at full cost would take most of the time; one test of it restores the real list."""
    settings.REAL_HASHERS = settings.PASSWORD_HASHERS
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [quick, *settings.PASSWORD_HASHERS]
