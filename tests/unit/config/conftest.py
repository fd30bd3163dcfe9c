import pytest


@pytest.fixture(autouse=True)
def without_static_files(plain_static_files) -> None:
    """Error pages are rendered without collected static files."""
