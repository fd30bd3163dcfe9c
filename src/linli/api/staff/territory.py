"""The territory for programs: the tree, names, cards, points. Public within the county."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel

from linli.access.permissions import Permission
from linli.api.fields import Title, Word
from linli.api.requests import ApiRequest, needs, shown
from linli.flows.territory import card as card_of
from linli.lib.coordinates import CoordinateSystem
from linli.territory.locating import locate as find
from linli.territory.models import Layer
from linli.territory.queries import branch, branches, search
from linli.territory.snapshots import Node, Snapshot, snapshot

router = Router(tags=["territory"])


class AreaOut(BaseModel):
    """`level`: 0 county, 1 township, 2 village, 3 grid. `children`: areas directly under it."""

    id: UUID
    code: str
    standard_code: str
    level: int
    name: str
    name_en: str
    parent_id: UUID | None
    statistical: bool
    valid_from: date
    valid_to: date | None
    drawn: bool
    children: int


class StepOut(BaseModel):
    """One area of a path, from the county down."""

    id: UUID
    code: str
    level: int
    name: str


class AreasOut(BaseModel):
    items: list[AreaOut]


class CardOut(BaseModel):
    """What the county publishes of an area. An inherited worker is named above it."""

    area: AreaOut
    path: list[StepOut]
    square_metres: float | None
    worker: str
    worker_phone: str
    worker_inherited: bool
    accepting_unit: str
    accepting_phone: str
    supervision_phone: str


class LocatedOut(BaseModel):
    """`quality`: inside, approximate (`metres` outside), outside, or "" where nothing is drawn."""

    longitude: float
    latitude: float
    quality: str
    metres: float
    path: list[StepOut]
    neighbour: str


class Point(BaseModel):
    """Degrees of `crs`; `on` chooses the map of a day."""

    lon: float
    lat: float
    crs: CoordinateSystem = CoordinateSystem.WGS84
    on: date | None = None
    layer: Word = Layer.GOVERNING


class Wanted(BaseModel):
    """Without `parent` the top; `q` finds by name, pinyin, initials or code instead."""

    parent: UUID | None = None
    q: Title = ""
    on: date | None = None
    layer: Word = Layer.GOVERNING


@router.get("/areas", response=AreasOut, summary="Areas under another, or found by name")
@needs(Permission.TERRITORY_VIEW)
def areas(request: ApiRequest, wanted: Query[Wanted]) -> HttpResponse:  # noqa: ARG001 -- public
    then = snapshot(wanted.layer, wanted.on)
    if wanted.q:
        nodes = [hit.node for hit in search(then, wanted.q)]
    else:
        nodes = [line.node for line in branches(then, wanted.parent)]
    items = [_area(then, node) for node in nodes]
    return shown(AreasOut.model_construct(items=items))


@router.get("/areas/{uuid:area_id}", response=CardOut, summary="An area's public card")
@needs(Permission.TERRITORY_VIEW)
def area(request: ApiRequest, area_id: UUID, on: date | None = None) -> HttpResponse:  # noqa: ARG001
    then = snapshot(on=on)
    found = card_of(then, area_id, on=on or timezone.localdate())
    if found is None:
        raise Http404(area_id)
    worker = found.worker.membership if found.worker else None
    accepting, centre = found.accepting, found.supervision
    return shown(
        CardOut(
            area=_area(then, found.node),
            path=_path(found.path),
            square_metres=found.node.area_m2,
            worker=str(worker.user) if worker else "",
            worker_phone=worker.phone if worker else "",
            worker_inherited=bool(found.worker and found.worker.inherited),
            accepting_unit=accepting.name if accepting else "",
            accepting_phone=accepting.duty_phone if accepting else "",
            supervision_phone=centre.duty_phone if centre else "",
        )
    )


@router.get("/locate", response=LocatedOut, summary="Where a point lies")
@needs(Permission.TERRITORY_VIEW)
def locate(request: ApiRequest, point: Query[Point]) -> HttpResponse:  # noqa: ARG001 -- public
    """On a border the smallest code decides; up to 100 m outside the nearest area counts."""
    answer = find(point.lon, point.lat, crs=point.crs, on=point.on, layer=point.layer)
    return shown(
        LocatedOut(
            longitude=answer.longitude,
            latitude=answer.latitude,
            quality=answer.quality,
            metres=answer.metres,
            path=_path(answer.path),
            neighbour=answer.neighbour,
        )
    )


def _area(then: Snapshot, node: Node) -> AreaOut:
    own = ("id", "code", "standard_code", "level", "name", "name_en", "statistical")
    values: dict[str, Any] = {name: getattr(node, name) for name in own}
    return AreaOut.model_construct(
        **values,
        parent_id=then.parent_of(node),
        valid_from=node.valid_from,
        valid_to=node.valid_to,
        drawn=node.wkb is not None,
        children=branch(then, node).children,
    )


def _path(nodes: Any) -> list[StepOut]:
    return [StepOut(id=n.id, code=n.code, level=n.level, name=n.name) for n in nodes]
