"""`linli doctor` compares the settings of an old data folder with those that a new one gets."""

from pathlib import Path

import pytest
from django.db import connection

from linli.cli.checks import of_cluster
from linli.database.server.cluster import settings_for

FILE = Path("/srv/linli/database/data/postgresql.conf")


@pytest.fixture
def server(county):
    """The connection of the application, and how many MB of buffers its server has."""
    connection.ensure_connection()
    app = connection.connection
    query = "SELECT setting::int FROM pg_settings WHERE name = 'shared_buffers'"
    (pages,) = app.execute(query).fetchone()
    return app, pages // 128


@pytest.mark.parametrize(
    ("share", "jit", "words"),
    [
        (1.0, "off", None),
        (1.2, "off", None),
        (2.0, "off", "shared_buffers"),
        (0.5, "off", "shared_buffers"),
        (1.0, "on", "jit is off, a new one gets on"),
    ],
)
def test_what_differs_from_a_new_one_is_said_with_the_lines_to_write(server, share, jit, words):
    app, buffers = server
    app.execute("SET LOCAL jit = off")
    wanted = f"shared_buffers = {int(buffers * share)}MB\njit = {jit}   # why\nport = 1\n"
    check = of_cluster(app, wanted, FILE)
    assert check.ok is (words is None)
    if words:
        assert words in check.found
        assert check.state == "warning"
        assert str(FILE) in check.cure
    else:
        assert not check.cure


@pytest.mark.parametrize(("memory", "buffers"), [(400, 64), (2048, 256), (24_000, 3000)])
def test_a_new_one_gets_an_eighth_of_the_memory(memory, buffers):
    text = settings_for(18, memory)
    assert f"shared_buffers = {buffers}MB" in text
    assert "io_method" in text
    assert "io_method" not in settings_for(15, memory)
