"""Pages are tried without collected static files."""

import pytest


@pytest.fixture(autouse=True)
def without_static_files(plain_static_files) -> None:
    """Pages are tried without collected static files."""
