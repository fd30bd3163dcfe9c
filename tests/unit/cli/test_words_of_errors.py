"""What ends a command is said in one sentence; only a mistake of ours shows its traceback."""

import json
import sys

import psycopg
import pytest
from django.db import DataError, OperationalError, ProgrammingError

from linli.cli import doctor, main
from linli.config.environment import Environment
from linli.database.server.errors import ServerError
from linli.lib.keyring import KeyringError


def _missing_table() -> ProgrammingError:
    problem = ProgrammingError("relation does not exist")
    problem.__cause__ = psycopg.errors.UndefinedTable()
    return problem


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ServerError("the folder is held"), "the folder is held"),
        (FileNotFoundError(2, "No such file", "here.csv"), "here.csv: No such file"),
        (OSError("no room"), "no room"),
        (OperationalError("gone"), "The database does not answer: gone"),
        (psycopg.OperationalError("nohost"), "The database does not answer: nohost"),
        (OperationalError("no password supplied"), "Set LINLI_OWNER_PASSWORD"),
        (psycopg.ProgrammingError("no ="), "DATABASE_URL cannot be read: no ="),
        (DataError("too long"), "cannot keep one of these values: too long"),
        (_missing_table(), "run `linli migrate`"),
        (psycopg.errors.UndefinedTable(), "run `linli migrate`"),
        (KeyringError("restore it"), "restore it"),
    ],
)
def test_what_a_person_can_mend_is_said_in_words(problem, words, monkeypatch, capsys):
    monkeypatch.setattr(main, "app", lambda **_: _raise(problem))
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"linli: {words}\n" or words in said.err


def test_a_variable_that_cannot_be_is_named(monkeypatch, capsys):
    monkeypatch.setenv("LINLI_SESSION_HOURS", "99")
    monkeypatch.setattr(main, "app", lambda **_: Environment.model_validate({}))
    with pytest.raises(SystemExit):
        main.run()
    assert "LINLI_SESSION_HOURS cannot be '99'" in capsys.readouterr().err


@pytest.mark.parametrize("problem", [ValueError("ours"), ProgrammingError("syntax")])
def test_a_mistake_of_ours_keeps_its_traceback(problem, monkeypatch):
    monkeypatch.setattr(main, "app", lambda **_: _raise(problem))
    with pytest.raises(type(problem)):
        main.run()


def test_a_program_that_asked_for_json_reads_why_in_it(monkeypatch, capsys):
    monkeypatch.setattr(main, "app", lambda **_: _raise(ServerError("the folder is held")))
    monkeypatch.setattr(sys, "argv", ["linli", "doctor", "--json"])
    with pytest.raises(SystemExit):
        main.run()
    assert json.loads(capsys.readouterr().out) == {"error": "the folder is held"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["territory", "locate", "here", "25", "--county", "530128"], "'lon'"),
        (["incidents", "import", "/no/file", "--profile", "x", "--county", "1"], "/no/file"),
        (["incidents", "summary"], "--county"),
        (["user", "list", "--county", "1", "--jsn"], "--jsn"),
        (["nothing"], "nothing"),
    ],
)
def test_a_command_that_is_not_understood_says_so_in_json_too(
    arguments, words, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "argv", ["linli", *arguments, "--json"])
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert words in json.loads(said.out)["error"]
    assert words in said.err


@pytest.mark.parametrize(
    ("problem", "name", "words"),
    [
        (OSError(30, "Read-only file system", "/srv/linli"), "home", "/srv/linli: Read-only"),
        (NotADirectoryError(20, "Not a directory", "/srv/x"), "home", "/srv/x: Not a directory"),
        (ServerError("the folder is held"), "database", "the folder is held"),
        (KeyringError("restore it"), "keyring", "restore it"),
    ],
)
def test_the_doctor_tells_what_keeps_a_command_from_starting(
    problem, name, words, monkeypatch, capsys
):
    monkeypatch.setattr(doctor, "ready", lambda: _raise(problem))
    with pytest.raises(SystemExit) as ended:
        doctor.doctor(json=True)
    assert ended.value.code == 5
    (check,) = json.loads(capsys.readouterr().out)["checks"]
    assert (check["name"], check["state"], words in check["found"]) == (name, "wrong", True)
    assert check["cure"]


def _raise(problem: Exception) -> None:
    raise problem
