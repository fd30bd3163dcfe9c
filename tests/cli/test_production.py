"""Each setting that `linli serve --production` refuses, one by one, and what passes."""

from pathlib import Path

import pytest

from linli.cli.production import _administrators, _secrets, _web
from linli.config.environment import Environment
from linli.flows import readiness
from linli.lib import keyring

SAFE = {
    "LINLI_HOSTS": "centre.example.gov.cn",
    "LINLI_SECURE_ORIGIN": "https://centre.example.gov.cn",
}


@pytest.fixture
def safe(monkeypatch):
    """The settings of a sound installation, with changes."""

    def make(**changed: str) -> Environment:
        for name, value in (SAFE | changed).items():
            monkeypatch.setenv(name, value)
        return Environment.model_validate({})

    return make


def test_sound_settings_are_not_complained_about(safe):
    assert list(_web(safe(), "127.0.0.1")) == []


@pytest.mark.parametrize(
    ("changed", "host", "problem", "cure"),
    [
        ({"LINLI_DEBUG": "true"}, "127.0.0.1", "show code", "unset LINLI_DEBUG"),
        ({"LINLI_HOSTS": "localhost"}, "localhost", "No host name", "LINLI_HOSTS="),
        ({"LINLI_HOSTS": "*"}, "127.0.0.1", "No host name", "no *"),
        ({"LINLI_SECURE_ORIGIN": ""}, "127.0.0.1", "No https origin", "LINLI_SECURE_ORIGIN="),
        ({"LINLI_SECURE_ORIGIN": "http://x"}, "127.0.0.1", "No https origin", "certificate"),
        ({"LINLI_SECURE_ORIGIN": "https://x"}, "127.0.0.1", "not among LINLI_HOSTS", "add it"),
        ({}, "0.0.0.0", "past the proxy", "leave --host out"),  # noqa: S104 -- refused
    ],
)
def test_an_unsafe_address_is_refused_with_its_cure(safe, changed, host, problem, cure):
    found = list(_web(safe(**changed), host))
    assert any(problem in one.problem and cure in one.cure and one.refused for one in found)


def test_an_installation_without_a_county_is_refused(monkeypatch):
    monkeypatch.setattr(readiness, "administrators", lambda _today: {})
    (found,) = _administrators()
    assert found.refused
    assert "no county" in found.problem
    assert "linli county create" in found.cure


def test_secrets_that_are_weak_absent_or_open_are_refused(safe, tmp_path: Path, monkeypatch):
    path = tmp_path / "secrets" / "keyring.json"
    env = safe(LINLI_HOME=str(tmp_path), LINLI_SECRET_KEY="short")
    words = " ".join(one.problem for one in _secrets(env))
    assert "fewer than 40 characters" in words
    assert "There is no keyring" in words
    keyring.ensure(path, ["contact", "backup"])
    monkeypatch.setattr(keyring._installed, "_path", None)
    keyring.install(path)
    sound = safe(LINLI_HOME=str(tmp_path), LINLI_SECRET_KEY="k" * 40)
    assert list(_secrets(sound)) == []
    path.chmod(0o644)
    (found,) = (one for one in _secrets(sound) if "can be read by others" in one.problem)
    assert found.cure == f"chmod go-rwx {path}"
