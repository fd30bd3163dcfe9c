"""What every endpoint shares: who asks, how much they send, one answer to one key."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view
from ninja.errors import ValidationError
from ninja.files import UploadedFile
from ninja.params.models import Query as QueryParam
from pydantic import BaseModel

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.api.limits import Buckets
from linli.api.problems import BadVersionError, MediaTypeError, MissingKeyError, TooLargeError
from linli.attachments.rules import MAX_BYTES
from linli.casework.idempotency import Answer, Key
from linli.database.batch import Batch

JSON, MULTIPART = "application/json", "multipart/form-data"
JSON_BYTES = 1024 * 1024
UPLOAD_BYTES = MAX_BYTES + 64 * 1024  # the file and the form around it
_buckets = Buckets()
_KEY = re.compile(r"[\x21-\x7e]{1,80}")


class ApiRequest(HttpRequest):
    actor: Actor
    right: Permission | None  # what the endpoint needs; None: to know who asks
    media_type: str  # what its body is
    asked: frozenset[str]  # the names that its query may have
    names: dict[str, str]  # what an action's refusal calls a field: what the request calls it
    attached_in: str  # the field that names attachments
    attempt: int  # 1, or more where the transaction is repeated


def authenticated(request: ApiRequest) -> Actor | None:
    """Ninja's hook: the middleware has found the actor of this county already.

    It runs before anything is read out of the path and the body: who lacks the right hears just
    that, whatever was sent, and what is too large is refused here.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return None
    # A signed-in browser may read; writing with cookies would need a CSRF token.
    if actor.token_id is None and request.method != "GET":
        return None
    if actor.token_id is not None:
        _buckets.take(actor.token_id, rate=settings.API_RATE, burst=settings.API_BURST)
    if request.right is not None:
        require(actor, request.right)
    _check_size(request)
    _check_type(request)
    _check_query(request)
    return actor


def _check_size(request: HttpRequest) -> None:
    multipart = request.content_type == MULTIPART
    limit = UPLOAD_BYTES if multipart else JSON_BYTES
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > limit:
        raise TooLargeError(MAX_BYTES if multipart else JSON_BYTES)


def _check_type(request: ApiRequest) -> None:
    """A body of another kind would be read as JSON, or its fields not seen at all."""
    sends = request.method not in {"GET", "HEAD"} and request.META.get("CONTENT_LENGTH") != "0"
    if sends and request.content_type not in {"", request.media_type}:
        raise MediaTypeError(request.media_type)


def _check_query(request: ApiRequest) -> None:
    """A filter with a typing error would be no filter, and its answer taken for the whole."""
    if not request.META.get("QUERY_STRING"):
        return
    if unknown := sorted(request.GET.keys() - request.asked):
        raise ValidationError(
            [{"type": "extra_forbidden", "loc": ("query", name), "msg": ""} for name in unknown]
        )


def _query_names(view: Any) -> frozenset[str]:
    """What is declared as Query[Model] among the arguments of an endpoint."""
    hints = get_type_hints(view, include_extras=True).values()
    models = [
        hint.__origin__
        for hint in hints
        if any(isinstance(one, QueryParam) for one in getattr(hint, "__metadata__", ()))
    ]
    return frozenset(name for model in models for name in model.model_fields)


def needs(permission: Permission | None) -> Callable[[Any], Any]:
    """Declare the right of an endpoint; `authenticated` checks it. None: any key will do."""

    def decorate(view: Any) -> Any:
        asked, media_type = _query_names(view), _media_type(view)

        def noted(run: Any) -> Any:
            @wraps(run)
            def noting(request: ApiRequest, **path: Any) -> Any:
                request.right, request.asked, request.media_type = permission, asked, media_type
                return run(request, **path)

            return noting

        view.linli_permission = permission or "own"
        return decorate_view(noted)(view)

    return decorate


def _media_type(view: Any) -> str:
    return MULTIPART if UploadedFile in get_type_hints(view).values() else JSON


def public(view: Any) -> Any:
    """An endpoint about the API itself, outside any county."""
    view.linli_permission = "public"
    return view


def once(
    request: ApiRequest,
    route: str,
    act: Callable[[Batch], tuple[int, BaseModel]],
    *,
    content: bytes | None = None,
) -> HttpResponse:
    """Run a write once for its Idempotency-Key; repeat the kept answer for the same key.

    What `act` leaves in the batch is written together with the answer.
    `content` stands for the body where that is not the same twice (multipart has a boundary).
    """
    key = _key(request, route, request.body if content is None else content)
    if request.attempt > 1 and (kept := key.answer()):
        return _repeated(kept)
    batch = Batch()
    try:
        status, body = act(batch)
    except DatabaseError:
        raise
    except Exception:  # perhaps because of what the first request with this key has done
        if kept := key.answer():
            return _repeated(kept)
        raise
    text = body.model_dump_json()
    key.keep(status, text, batch=batch)
    batch.send_with_commit()
    return _answer(status, text, getattr(body, "version", None))


def answered(request: ApiRequest, route: str, content: bytes) -> HttpResponse | None:
    """The kept answer, for work that is dear and comes before anything is written."""
    kept = _key(request, route, content).answer()
    return _repeated(kept) if kept else None


def fingerprint(*parts: bytes) -> bytes:
    """A stand-in for a body: the same for the same parts."""
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def seen_version(request: HttpRequest) -> int | None:
    """The version in If-Match (quoted or not); None where the client does not care."""
    header = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not header or header == "*":
        return None
    if not (header.isascii() and header.isdecimal() and len(header) < 10):
        raise BadVersionError
    return int(header)


def shown(body: BaseModel, status: int = 200) -> HttpResponse:
    """A model as JSON; its schema is closed, so nothing more than declared leaves."""
    return _answer(status, body.model_dump_json(), None)


def _owner(request: ApiRequest) -> UUID:
    owner = request.actor.token_id or request.actor.id
    if owner is None:
        raise MissingKeyError
    return owner


def _key(request: ApiRequest, route: str, content: bytes) -> Key:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not _KEY.fullmatch(key):
        raise MissingKeyError
    return Key.of(_owner(request), route, key, content)


def _repeated(kept: Answer) -> HttpResponse:
    text = json.dumps(kept.body, ensure_ascii=False)
    version = kept.body.get("version") if isinstance(kept.body, dict) else None
    answer = _answer(kept.status, text, version)
    answer["Idempotent-Replay"] = "true"
    return answer


def _answer(status: int, text: str, version: int | None) -> HttpResponse:
    answer = HttpResponse(text, content_type="application/json", status=status)
    answer["Cache-Control"] = "private, no-store"
    if version is not None:
        answer["ETag"] = f'"{version}"'
    return answer
