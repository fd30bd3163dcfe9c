"""One transaction a request, opened with its county, rendered inside, rolled back on failure."""

import time
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from psycopg import DataError as PsycopgDataError
from psycopg.errors import (
    DeadlockDetected,
    InvalidSqlStatementName,
    LockNotAvailable,
    SerializationFailure,
)

from linli.access import keys
from linli.access.actor import Actor, actor_for, question
from linli.accounts.models import User
from linli.audit.actions import record
from linli.casework.idempotency import is_taken
from linli.config.errors import page
from linli.config.people import by_key
from linli.counties.opening import day_in, open_county
from linli.counties.queries import county
from linli.lib.ids import uuid7
from linli.territory import snapshots

Handler = Callable[[HttpRequest], HttpResponse]

ATTEMPTS = 3
# The last one: what the connection had prepared is gone, or older than a migration.
PASSING = DeadlockDetected | LockNotAvailable | SerializationFailure | InvalidSqlStatementName


class CountyMiddleware:
    """Reads the county from the path, finds the actor, owns the transaction."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = request.META.get("HTTP_X_REQUEST_ID", "")[:40] or uuid7().hex  # type: ignore[attr-defined]
        request.actor = None  # type: ignore[attr-defined]
        code = _county_code(request)
        response = self._in_county(request, code) if code else self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A deadlock, a lock not given in time, a faster twin: no failure yet, all is repeated."""
        if _is_unkeepable(exception.__cause__):
            return HttpResponse(page(request, 400), status=400)
        request.again = _passes(exception.__cause__)  # type: ignore[attr-defined]
        return HttpResponse(status=503) if request.again else None  # type: ignore[attr-defined]

    def _in_county(self, request: HttpRequest, code: str) -> HttpResponse:
        user = None if by_key(request) else _signed_in(request)
        for attempt in range(1, ATTEMPTS + 1):
            request.again, request.attempt = False, attempt  # type: ignore[attr-defined]
            request.unsaved = True  # type: ignore[attr-defined]  # until the commit begins
            response = self._tried(request, code, user)
            if not request.again or attempt == ATTEMPTS:  # type: ignore[attr-defined]
                break
            time.sleep(0.02 * attempt)
        if response.status_code == 503 and not response.content:
            response.content = page(request, 503)
        if response.status_code == 403:
            _note_refusal(request, code)
        return response

    def _tried(self, request: HttpRequest, code: str, user: User | None) -> HttpResponse:
        try:
            return self._once(request, code, user)
        except DatabaseError as error:  # of what travelled with the commit
            response = self.process_exception(request, error)
            if response is None:
                raise
            return response

    def _once(self, request: HttpRequest, code: str, user: User | None) -> HttpResponse:
        now, secret = timezone.now(), _secret(request)
        today = day_in(code, now)
        asked = None
        if secret:
            asked = keys.question(secret, county=code, now=now, today=today)
        elif user:
            asked = question(user, county=code, today=today)
        layers = snapshots.question(code)
        with open_county(code, layers, *([asked] if asked else [])):
            snapshots.hear(layers)
            request.county = county(code)  # type: ignore[attr-defined]
            more = {
                "request_id": request.request_id,  # type: ignore[attr-defined]
                "address": request.META.get("REMOTE_ADDR") or None,
            }
            if user and asked:
                request.actor = actor_for(user, today=today, asked=asked, **more)  # type: ignore[attr-defined]
            elif asked:
                request.actor = keys.actor_of(asked, today=today, **more)  # type: ignore[attr-defined]
            response = self.get_response(request)
            # A form that comes back keeps its uploads; its view has undone everything else.
            if response.status_code >= 400 and not getattr(request, "keeps_uploads", False):
                transaction.set_rollback(True)
            else:
                request.unsaved = False  # type: ignore[attr-defined]
            return response


def _passes(cause: BaseException | None) -> bool:
    return isinstance(cause, PASSING) or is_taken(cause)


def _is_unkeepable(cause: BaseException | None) -> bool:
    """A NUL character, which nobody types: refused before it reached the server."""
    return isinstance(cause, PsycopgDataError) and cause.sqlstate is None


def _county_code(request: HttpRequest) -> str | None:
    try:
        request.resolver_match = resolve(request.path_info)
        return request.resolver_match.kwargs.get("county")
    except (Resolver404, Http404):
        return None


def _secret(request: HttpRequest) -> str:
    """The key that a program presents."""
    return request.META["HTTP_AUTHORIZATION"][7:].strip() if by_key(request) else ""


def _signed_in(request: HttpRequest) -> User | None:
    """The session's user, read before the county's transaction."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return None
    user.is_authenticated  # noqa: B018 -- loads the lazy user here, outside the transaction
    return user


def _note_refusal(request: HttpRequest, code: str) -> None:
    """A refused attempt is recorded in a transaction of its own: the request's was rolled back."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    if actor is not None:
        with open_county(code):
            subject = ("page", None, request.path[:120])
            record(by=actor, action="access.refused", subject=subject, outcome="refused")
