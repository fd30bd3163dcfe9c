"""The port that is served, or why there is none."""

import socket

import pytest

from linli.cli.doctor import _backup, _service
from linli.cli.place import Place


def test_the_next_free_port_is_used_and_said(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        chosen = Place.free_port("127.0.0.1", port)
    assert port < chosen < port + 50
    assert f"Port {port} is taken: using {chosen}." in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{{", "[1, 2]", "7"])
def test_a_damaged_note_of_the_service_is_no_note(tmp_path, text):
    (tmp_path / "serve.lock").write_text(text)
    (tmp_path / "last-backup").write_text("2026-01-01T00:00:00 /naive")
    assert Place.noted(tmp_path) == {}
    assert _service(tmp_path).found == "not running"
    assert _backup(tmp_path).found == "none was made"


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("192.0.2.1", 8000, "192.0.2.1:8000 cannot be used: Cannot assign"),
        ("127.0.0.1", 70_000, "No free port"),
    ],
)
def test_an_address_that_cannot_be_is_said(host, port, words, capsys):
    with pytest.raises(SystemExit):
        Place.free_port(host, port)
    assert words in capsys.readouterr().err
