"""A database that is being restarted: requests wait for it, are repeated, or fail clearly."""

import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, gettext_noop, override
from django.utils.translation import gettext as _

from linli.api.problems import problem
from linli.config.errors import page

PATIENCE = 6.0  # seconds that a request waits for the database
PAUSE = 0.05
EXEMPT = frozenset({"/healthz", "/readyz", "/metrics"})
READS = frozenset({"GET", "HEAD", "OPTIONS"})
UNSAVED = gettext_noop("The database is being restarted. Nothing was saved; try again in a moment.")
DOUBTFUL = gettext_noop(
    "The database was restarted while this was being saved. "
    "Look whether your entry is there before you send it again."
)
SERVER_GOES = frozenset({"57P01", "57P02", "57P03"})  # shutdown, crash, starting up


class DatabaseRestartMiddleware:
    """Stands before everything that reads the database.

    A request whose connection was lost is repeated when nothing can have been saved, or when a
    repetition is harmless: reads, an Idempotency-Key. All others are told to look before they
    send again. `CountyMiddleware` sets `unsaved` while its transaction has not begun to commit.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in EXEMPT:
            return self.get_response(request)
        end = time.monotonic() + PATIENCE
        while True:
            if not _reachable(end):
                return unreachable(request, saved=False)
            request.lost, request.unsaved = False, False  # type: ignore[attr-defined]
            response = self.get_response(request)
            if not request.lost:  # type: ignore[attr-defined]
                return response
            connection.close()
            if not _repeatable(request):
                return unreachable(request, saved=True)
            if time.monotonic() > end:
                return unreachable(request, saved=False)


@receiver(got_request_exception, dispatch_uid="linli.config.restarts")
def note_lost_connection(request: Any = None, **_more: Any) -> None:
    """Django turns what was raised into an answer 500 and says so here."""
    if request is not None and is_lost(sys.exc_info()[1]):
        request.lost = True


def is_lost(error: BaseException | None) -> bool:
    """The connection went away, as opposed to a statement that failed."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, psycopg.OperationalError):
        return cause.sqlstate is None or cause.sqlstate in SERVER_GOES
    return isinstance(error, InterfaceError)


def unreachable(request: HttpRequest, *, saved: bool) -> HttpResponse:
    """503; `saved` is for the one case in which nobody knows whether the entry was kept."""
    with override(get_language_from_request(request)):
        words = _(DOUBTFUL if saved else UNSAVED)
        if request.path.startswith("/api/"):
            answer = problem(503, "database_restarting", words)
        else:
            answer = HttpResponse(page(request, 503, words), status=503)
    answer["Retry-After"] = "2"
    return answer


def _reachable(end: float) -> bool:
    """Replaces a dead connection of this thread; waits for the server until `end`."""
    while True:
        try:
            connection.close_if_health_check_failed()
            connection.ensure_connection()
        except (DatabaseError, InterfaceError):
            connection.close()
            if time.monotonic() > end:
                return False
            time.sleep(PAUSE)
        else:
            return True


def _repeatable(request: HttpRequest) -> bool:
    if request.method in READS or request.unsaved:  # type: ignore[attr-defined]
        return True
    return request.path.startswith("/api/") and "Idempotency-Key" in request.headers
