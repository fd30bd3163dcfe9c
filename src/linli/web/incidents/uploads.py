"""Files of a form: cleaned, kept, and served through the sight of their case."""

from collections.abc import Iterable
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, StreamingHttpResponse

from linli.access.permissions import Permission
from linli.attachments.actions import opened, store, take_in
from linli.attachments.serving import Wish, serve
from linli.audit.actions import Author
from linli.incidents.detail import attachment_in_sight
from linli.web.http import StaffRequest, page

SMALL = "small"


def take_in_all(files: Iterable["UploadedFile[Any]"], *, by: Author) -> list[UUID]:
    """Clean and keep each file; raises `attachments.rules.Refused` at the first bad one."""
    return [take_in(cast("BinaryIO", file), file.name or "", by=by).pk for file in files]


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
