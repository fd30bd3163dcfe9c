"""What becomes of a request whose connection is cut, with real connections really cut."""

import json

import psycopg
import pytest
from django.core.handlers.exception import convert_exception_to_response
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from linli.config import restarts
from linli.config.restarts import DatabaseRestartMiddleware, is_lost


class View:
    """Cuts its own connection in its first calls, then answers."""

    def __init__(self, cuts: int = 1, *, unsaved: bool = False) -> None:
        self.calls, self._cuts, self._unsaved = 0, cuts, unsaved

    def __call__(self, request):
        self.calls += 1
        request.unsaved = self._unsaved
        with connection.cursor() as cursor:
            if self.calls <= self._cuts:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 1")
        return HttpResponse("done")


def _answer(view, method: str, path: str = "/530128/", **headers: str) -> HttpResponse:
    request = getattr(RequestFactory(), method)(path, headers=headers)
    return DatabaseRestartMiddleware(convert_exception_to_response(view))(request)


def test_a_read_is_repeated(committed):
    view = View()
    assert _answer(view, "get").content == b"done"
    assert view.calls == 2


def test_a_write_that_had_not_begun_to_commit_is_repeated(committed):
    view = View(unsaved=True)
    assert _answer(view, "post").content == b"done"
    assert view.calls == 2


def test_a_write_of_which_nobody_knows_is_not_repeated(committed):
    view = View()
    answer = _answer(view, "post", "/api/v1/530128/incidents", **{"Accept-Language": "en"})
    assert (answer.status_code, view.calls, answer["Retry-After"]) == (503, 1, "2")
    assert "Look whether your entry is there" in json.loads(answer.content)["detail"]


def test_a_write_with_an_idempotency_key_is_repeated(committed):
    view = View()
    answer = _answer(view, "post", "/api/v1/530128/incidents", **{"Idempotency-Key": "k"})
    assert answer.content == b"done"
    assert view.calls == 2


def test_a_key_on_a_page_is_no_licence_to_repeat(committed):
    view = View()
    answer = _answer(view, "post", **{"Idempotency-Key": "k"})
    assert (answer.status_code, view.calls) == (503, 1)


def test_patience_ends(committed, monkeypatch):
    monkeypatch.setattr(restarts, "PATIENCE", 0.3)
    answer = _answer(View(cuts=10_000), "get", "/api/v1/530128/incidents")
    assert answer.status_code == 503
    assert json.loads(answer.content)["code"] == "database_restarting"


def test_a_database_that_is_away_is_waited_for_and_then_named(committed, monkeypatch):
    monkeypatch.setattr(restarts, "PATIENCE", 0.2)
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    view = View()
    answer = _answer(view, "post", "/api/v1/530128/incidents", **{"Accept-Language": "en"})
    assert (answer.status_code, view.calls) == (503, 0)
    assert "Nothing was saved" in json.loads(answer.content)["detail"]


def test_health_is_answered_without_a_database(committed, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = _answer(lambda _request: HttpResponse("ok"), "get", "/healthz")
    assert answer.content == b"ok"


@pytest.mark.parametrize(
    ("cause", "lost"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CrashShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.QueryCanceled(), False),
        (psycopg.errors.LockNotAvailable(), False),
        (psycopg.errors.DeadlockDetected(), False),
    ],
)
def test_a_lost_connection_is_told_from_a_failed_statement(cause, lost):
    error = OperationalError("x")
    error.__cause__ = cause
    assert is_lost(error) is lost


def test_a_closed_connection_is_lost_and_a_fault_of_ours_is_not():
    assert is_lost(InterfaceError("the connection is closed"))
    assert not is_lost(ValueError("x"))
    assert not is_lost(None)
