"""Errors as problem details (RFC 9457), in the language that the client asked for."""

from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import Response

from linli.access.actor import PermissionRefusedError
from linli.api.limits import TooFastError
from linli.api.words import words_of
from linli.attachments.actions import UnknownAttachmentError
from linli.attachments.enums import Refusal
from linli.attachments.rules import Refused as FileRefused
from linli.casework.definitions import process
from linli.casework.idempotency import OtherBodyError
from linli.incidents.actions import Conflict, NotFound
from linli.incidents.actions.alarms import Taken
from linli.incidents.rules import MESSAGES, Invalid
from linli.lib.errors import InputError
from linli.processes import Refused, explain

MEDIA_TYPE = "application/problem+json"


class MissingKeyError(Exception):
    """A write without a usable Idempotency-Key."""


class BadVersionError(Exception):
    """An If-Match that is no version of a case."""


class MediaTypeError(Exception):
    """A body of another type than the endpoint reads (`expected`)."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


class TooLargeError(Exception):
    """A body beyond the limit (bytes)."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """One problem: `code` is for programs, `detail` for people."""
    body = {"type": f"about:blank#{code}", "code": code, "status": status, "detail": detail}
    answer = Response(body | more, status=status)
    answer["Content-Type"] = MEDIA_TYPE
    answer["Cache-Control"] = "no-store"
    return answer


def install(api: NinjaAPI) -> None:
    """Teach the API what each refusal of an action means in HTTP."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def _invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    template = MESSAGES[error.code]
    words = _(template).format(**error.params)
    return problem(422, error.code, words, field=_named(request, error.field))


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    definition = process("incident", 1)
    words = explain(error, definition, get_language() or "zh-hans")
    status = 422 if error.field else 403 if not error.concerns_actor else 409
    if error.code == "unknown_transition":
        status = 404
    return problem(status, error.code, words, field=_named(request, error.field))


def _conflict(_request: HttpRequest, error: Conflict) -> HttpResponse:
    since = [
        {"kind": line.kind, "by": line.actor_label, "at": timezone.localtime(line.recorded_at)}
        for line in error.since
    ]
    words = _("Somebody else changed this matter meanwhile. Read it again, then decide.")
    return problem(409, "version_conflict", words, version=error.incident.version, since=since)


def _taken(_request: HttpRequest, error: Taken) -> HttpResponse:
    words = _("Somebody else has taken it already.")
    return problem(409, "taken_already", words, by=error.by, at=timezone.localtime(error.at))


def _not_found(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(404, "not_found", _("There is nothing here, or it is out of your sight."))


def _forbidden(_request: HttpRequest, error: PermissionRefusedError) -> HttpResponse:
    words = _("This key or role lacks the right “{right}”.").format(right=error.permission)
    return problem(403, "no_permission", words, permission=str(error.permission))


def _unauthenticated(_request: HttpRequest, _error: Exception) -> HttpResponse:
    words = _("Send a valid key: Authorization: Bearer linli_… .")
    answer = problem(401, "not_authenticated", words)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _unreadable(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": _field(one["loc"]), "message": words_of(one)} for one in error.errors]
    words = _("The request does not fit the description; see errors.")
    return problem(422, "unreadable", words, field=errors[0]["field"], errors=errors)


def _field(place: tuple[str | int, ...]) -> str:
    """What the client sent; in a body and in a list of a query ninja names our argument first.

    A step's own fields are named as it names them.
    """
    ours = 2 if place[0] in {"query", "body"} and len(place) > 2 else 1
    ours += place[ours:-1][:1] == ("fields",)
    return ".".join(str(part) for part in place[ours:])


def _named(request: HttpRequest, field: str | None) -> str | None:
    """What an action names by its own word, by that of the request."""
    if field is None:
        return None
    names: dict[str, str] = {"at": "occurred_at"} | getattr(request, "names", {})
    return names.get(field, field)


def _other_body(_request: HttpRequest, _error: OtherBodyError) -> HttpResponse:
    words = _("This Idempotency-Key was used with another body. Take a new key.")
    return problem(422, "idempotency_key_reused", words, field="Idempotency-Key")


def _missing_key(_request: HttpRequest, _error: MissingKeyError) -> HttpResponse:
    words = _("Every write needs an Idempotency-Key header (up to 80 characters).")
    return problem(400, "idempotency_key_missing", words, field="Idempotency-Key")


def _bad_version(_request: HttpRequest, _error: BadVersionError) -> HttpResponse:
    words = _("If-Match is the version that you saw: a number, as ETag gave it.")
    return problem(400, "if_match_unreadable", words, field="If-Match")


def _too_large(_request: HttpRequest, error: TooLargeError) -> HttpResponse:
    words = _("Too large: at most {limit} MB.").format(limit=error.limit // 1024 // 1024)
    return problem(413, "too_large", words, limit=error.limit)


def _media_type(_request: HttpRequest, error: MediaTypeError) -> HttpResponse:
    words = _("Send the body as {expected}.").format(expected=error.expected)
    answer = problem(415, "unsupported_media_type", words, field="Content-Type")
    answer["Accept"] = error.expected
    return answer


def _too_fast(_request: HttpRequest, error: TooFastError) -> HttpResponse:
    seconds = ceil(error.seconds)
    words = _("Too many requests with this key. Go on in {seconds} s.").format(seconds=seconds)
    answer = problem(429, "too_many_requests", words)
    answer["Retry-After"] = str(seconds)
    return answer


def _file(_request: HttpRequest, error: FileRefused) -> HttpResponse:
    status = {Refusal.TOO_LARGE: 413, Refusal.BUSY: 503}.get(error.code, 422)
    answer = problem(status, error.code, error.translated(_), field="file")
    if status == 503:
        answer["Retry-After"] = "60"
    return answer


def _input(_request: HttpRequest, error: InputError) -> HttpResponse:
    return problem(422, "unreadable", error.translated(_), field=error.params.get("field"))


def _attachment(request: HttpRequest, _error: UnknownAttachmentError) -> HttpResponse:
    code = "attachment_unknown"
    words = MESSAGES[code]
    return problem(422, code, _(words), field=getattr(request, "attached_in", "evidence"))


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return problem(400, "unreadable_body", _("The body cannot be read as its type says."))
    return problem(error.status_code, f"http_{error.status_code}", str(error))


_HANDLERS: dict[type[Exception], Any] = {
    Invalid: _invalid,
    Refused: _refused,
    Conflict: _conflict,
    Taken: _taken,
    NotFound: _not_found,
    Http404: _not_found,
    PermissionRefusedError: _forbidden,
    AuthenticationError: _unauthenticated,
    ValidationError: _unreadable,
    OtherBodyError: _other_body,
    MissingKeyError: _missing_key,
    BadVersionError: _bad_version,
    TooLargeError: _too_large,
    MediaTypeError: _media_type,
    TooFastError: _too_fast,
    InputError: _input,
    FileRefused: _file,
    UnknownAttachmentError: _attachment,
    HttpError: _http,
}
