import stat

import pytest
from pydantic import ValidationError

from linli.config.environment import Environment
from linli.config.secrets import secret_key


def test_host_names_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("LINLI_HOSTS", "a.example, b.example ,")
    environment = Environment.model_validate({})
    assert environment.host_names == ["a.example", "b.example"]
    # `linli serve` prints http://localhost:8000; who looks after the server asks /metrics there
    own = ["localhost", "127.0.0.1", "[::1]"]
    assert environment.served_hosts == ["a.example", "b.example", *own]
    monkeypatch.delenv("LINLI_HOSTS")
    assert Environment.model_validate({}).served_hosts == own


def test_a_session_of_two_days_is_refused(monkeypatch):
    monkeypatch.setenv("LINLI_SESSION_HOURS", "48")
    with pytest.raises(ValidationError, match="session_hours"):
        Environment.model_validate({})


def test_the_database_url_keeps_its_customary_name(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://linli_app@db.example/linli")
    assert Environment.model_validate({}).database_url.endswith("/linli")


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = secret_key(tmp_path / "home")
    file = tmp_path / "home/secrets/django.key"
    assert secret_key(tmp_path / "home") == first
    assert len(first) > 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
