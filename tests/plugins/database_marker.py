"""Marks every test that works on a database, so that `make check` can leave them to `make test`."""

import pytest

FIXTURES = frozenset({"db", "transactional_db", "database_address", "committed", "django_db_setup"})


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "database: works on a PostgreSQL; not part of `make check`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & FIXTURES or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
