import pytest

from linli.lib.translations import compile_all


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """The Chinese words, compiled as at the start of the server."""
    compile_all()
