"""Files of a form: cleaned, kept, and served through the sight of their case."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, StreamingHttpResponse

from linli.access.permissions import Permission
from linli.attachments.actions import opened, store, take_in
from linli.attachments.queries import waiting
from linli.attachments.serving import Wish, serve
from linli.audit.actions import Author
from linli.incidents.detail import attachment_in_sight
from linli.web.http import StaffRequest, page

SMALL = "small"


def taken_in(file: "UploadedFile[Any]", *, by: Author) -> UUID:
    """The id under which an upload is kept; it is cleaned once, however often a view asks.

    Raises `attachments.rules.Refused`.
    """
    known: UUID | None = getattr(file, "linli_id", None)
    if known is None or not waiting([known], by=by):  # undone by a transaction tried again
        file.seek(0)
        known = take_in(cast("BinaryIO", file), file.name or "", by=by).pk
        file.linli_id = known  # type: ignore[attr-defined]
    return known


@page(Permission.ATTACHMENT_VIEW)
def attachment(request: StaffRequest, key: UUID, size: str = "") -> StreamingHttpResponse:
    """A file of a case within sight, whole, in part or as a thumbnail."""
    found = attachment_in_sight(request.actor, key)
    wish = Wish.read(request.META, thumbnail=size == SMALL)
    served = serve(found, wish, store()) if found else None
    if found is None or served is None:
        raise Http404(str(key))
    if served.read and not wish.thumbnail:
        opened(found, by=request.actor)
    answer = StreamingHttpResponse(served.chunks, status=served.status)
    for name, value in served.headers.items():
        answer[name] = value
    return answer
