"""Files over the API: given in before the report or step that names them, read with its sight."""

from typing import BinaryIO, cast
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import BaseModel

from linli.access.permissions import Permission
from linli.api.requests import ApiRequest, answered, fingerprint, needs, once
from linli.api.schemas import AttachmentOut, file_out
from linli.attachments import actions
from linli.attachments.processing import sanitise
from linli.attachments.serving import Wish, serve
from linli.database.batch import Batch
from linli.incidents.actions import NotFound
from linli.incidents.detail import attachment_in_sight

router = Router(tags=["attachments"])
ROUTE = "attachments.upload"


@router.post("", response={201: AttachmentOut}, summary="Give in a file")
@needs(Permission.ATTACHMENT_VIEW)
def upload(request: ApiRequest, file: File[UploadedFile]) -> HttpResponse:
    """Cleaned (0.3 s and up) and kept 48 hours, until a report or a step names its id."""
    # Cleaned before the key is claimed: nothing is locked while the file is worked.
    content = _fingerprint(file)
    known = answered(request, ROUTE, content)
    if known is not None:
        return known
    clean = sanitise(cast("BinaryIO", file.file), file.name or "")

    def act(_batch: Batch) -> tuple[int, BaseModel]:
        return 201, file_out(actions.keep(clean, by=request.actor))

    return once(request, ROUTE, act, content=content)


@router.get("/{uuid:attachment_id}", response={200: bytes}, summary="A file")
@needs(Permission.ATTACHMENT_VIEW)
def download(request: ApiRequest, attachment_id: UUID) -> HttpResponseBase:
    """Answers Range and If-None-Match. Each opening is recorded."""
    return _answer(request, attachment_id, thumbnail=False)


@router.get("/{uuid:attachment_id}/thumbnail", response={200: bytes}, summary="A small picture")
@needs(Permission.ATTACHMENT_VIEW)
def thumbnail(request: ApiRequest, attachment_id: UUID) -> HttpResponseBase:
    return _answer(request, attachment_id, thumbnail=True)


def _answer(request: ApiRequest, key: UUID, *, thumbnail: bool) -> HttpResponseBase:
    file = attachment_in_sight(request.actor, key)
    if file is None:
        raise NotFound(key)
    wish = Wish.read(request.META, thumbnail=thumbnail)
    served = serve(file, wish, actions.store())
    if served is None:
        raise NotFound(key)
    if served.read and not thumbnail:
        actions.opened(file, by=request.actor)
    return StreamingHttpResponse(served.chunks, status=served.status, headers=served.headers)


def _fingerprint(file: UploadedFile) -> bytes:
    content = b"".join(file.chunks())
    file.seek(0)
    return fingerprint((file.name or "").encode("utf-8", "replace"), content)
