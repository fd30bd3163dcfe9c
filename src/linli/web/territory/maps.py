"""Outlines as GeoJSON: packed once, kept by the browser while the map holds."""

import gzip
import hashlib
from collections.abc import Callable, Collection
from functools import lru_cache
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.vary import vary_on_headers

from linli.access.permissions import Permission
from linli.flows.territory import acceptance
from linli.territory.checking import check_map
from linli.territory.models import Level
from linli.territory.queries import feature_collection, features
from linli.territory.snapshots import Snapshot
from linli.web.http import StaffRequest, page
from linli.web.territory.days import english, shown
from linli.web.territory.flaws import flaw_collection

GEOJSON = "application/geo+json"


@page(Permission.TERRITORY_VIEW)
@vary_on_headers("Accept-Encoding", "Accept-Language", "Cookie")
def areas(request: StaffRequest) -> HttpResponse:
    """All drawn areas of a level, or those under one area (`within`).

    Flagged are those whose matters no unit of their township accepts.
    """
    then = shown(request).then
    level, within = request.GET.get("level", ""), request.GET.get("within", "")
    if level not in {str(one.value) for one in Level}:
        raise Http404(level)
    under = _area(within, then) if within else None
    bare = acceptance(then).bare
    tag = _tag(then, level, within, str(english()), _digest(bare))
    return _sent(
        request,
        tag,
        lambda: features(
            then,
            int(level),
            under,
            english=english(),
            flags=lambda node: then.above(node.id, Level.TOWNSHIP) in bare,
        ),
    )


@page(Permission.TERRITORY_VIEW)
def outline(request: StaffRequest, area_id: UUID) -> HttpResponse:
    """One area; without an outline the collection is empty."""
    then = shown(request).then
    node = then.nodes.get(area_id)
    if node is None:
        raise Http404(area_id)
    tag = _tag(then, str(area_id), str(english()))
    return _sent(request, tag, lambda: feature_collection([node], english=english()))


@page(Permission.TERRITORY_VIEW)
def flaws(request: StaffRequest) -> HttpResponse:
    """Gaps, overlaps and what lies beyond the boundary, as polygons."""
    then = shown(request).then
    tag = _tag(then, "flaws", str(english()))
    return _sent(request, tag, lambda: flaw_collection(then, check_map(then)))


def _area(text: str, then: Snapshot) -> UUID:
    try:
        found = UUID(text)
    except ValueError as problem:
        raise Http404(text) from problem
    if found not in then.nodes:
        raise Http404(text)
    return found


def _digest(ids: Collection[UUID]) -> str:
    """The same in every process, which hash() is not."""
    joined = "".join(sorted(one.hex for one in ids))
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def _tag(then: Snapshot, *parts: str) -> str:
    """Weak: it names what is drawn, packed or not."""
    return f'W/"{then.state.revision}-{then.state.epoch(then.on)}-{"-".join(parts)}"'


def _sent(request: StaffRequest, tag: str, text: Callable[[], str]) -> HttpResponse:
    """Public data without secrets, so packing it tells nobody anything."""
    answer = get_conditional_response(request, etag=tag) or _packed_for(request, text())
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    return answer


def _packed_for(request: StaffRequest, text: str) -> HttpResponse:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(text, content_type=GEOJSON)
    answer = HttpResponse(_packed(text), content_type=GEOJSON)
    answer["Content-Encoding"] = "gzip"
    return answer


@lru_cache(maxsize=32)
def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)
