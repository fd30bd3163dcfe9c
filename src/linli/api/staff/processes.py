"""The process that the county has published, for programs that follow or show it."""

from typing import Any

from django.http import Http404, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.access.permissions import Permission
from linli.api.fields import LocalMoment
from linli.api.requests import ApiRequest, needs, shown
from linli.casework import versions
from linli.flows.processes import FIXED
from linli.processes.loading import shape_of

router = Router(tags=["processes"])


class VersionIn(BaseModel):
    """Without a number: the version that new cases start under."""

    version: int | None = Field(default=None, ge=1, le=1_000_000)


class ProcessOut(BaseModel):
    """`document` has the shape of the published JSON Schema (`linli process schema`)."""

    key: str
    version: int
    title: str
    summary: str
    rolled_back_from: int | None
    published_at: LocalMoment
    document: dict[str, Any]


@router.get("/processes/{key}", response=ProcessOut, summary="A published process")
@needs(Permission.PROCESS_VIEW)
def process(request: ApiRequest, key: str, wanted: Query[VersionIn]) -> HttpResponse:
    """The document and its version; an open case stays under the version that it names."""
    row = versions.version(request.actor, key, wanted.version) if key in FIXED else None
    definition = shape_of(row.document) if row else None
    if row is None or definition is None:
        raise Http404(key)
    answer = shown(
        ProcessOut(
            key=row.process,
            version=row.version,
            title=row.title,
            summary=row.summary,
            rolled_back_from=row.rolled_back_from,
            published_at=row.published_at,
            document=definition.model_dump(mode="json", by_alias=True),
        )
    )
    answer["ETag"] = f'"{row.version}"'
    return answer
