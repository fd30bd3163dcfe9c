"""Incidents over the API: the same queries as the pages."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.access.permissions import Permission
from linli.api.fields import Title, Word, known
from linli.api.requests import ApiRequest, needs, shown
from linli.api.schemas import (
    Brief,
    IncidentDetail,
    IncidentOut,
    IncidentPage,
    NearOut,
    NearPage,
    brief,
)
from linli.api.staff.whole import whole
from linli.incidents.actions import NotFound
from linli.incidents.detail import detail, find
from linli.incidents.duplicates import Near, near_case
from linli.incidents.enums import Severity, Source, State
from linli.incidents.filters import Filter, Group
from linli.incidents.paging import Cursor, columns_page, count

router = Router(tags=["incidents"])


class Wanted(BaseModel):
    """Narrows a list; `q` searches text, place and number."""

    group: Group = "all"
    state: Annotated[list[Annotated[Word, known(State.values)]], Field(max_length=20)] = []
    township: UUID | None = None
    village: UUID | None = None
    area: UUID | None = None
    category: UUID | None = None
    unit: UUID | None = None
    severity: Annotated[Word, known(Severity.values)] = ""
    source: Annotated[Word, known(Source.values)] = ""
    overdue: bool = False
    supervised: bool = False
    sampled: bool = False
    unplaced: bool = False
    opened_from: date | None = None
    opened_to: date | None = None
    q: Title = ""
    after: Title = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50
    counted: bool = True


@router.get("", response=IncidentPage, summary="List and search incidents")
@needs(Permission.INCIDENT_VIEW)
def list_incidents(request: ApiRequest, wanted: Query[Wanted]) -> HttpResponse:
    chosen = _filter(wanted)
    after = Cursor.decode(wanted.after) if wanted.after else None
    found = columns_page(Brief, request.actor, chosen, after=after, size=wanted.size)
    total = count(request.actor, chosen) if wanted.counted else None
    return shown(
        IncidentPage.model_construct(
            items=[IncidentOut.model_construct(**row._asdict()) for row in found.rows],
            next=found.next.encode() if found.next else None,
            count=total.number if total else None,
            count_exact=total.exact if total else False,
        )
    )


@router.get("/{uuid:incident_id}", response=IncidentDetail, summary="One incident, whole")
@needs(Permission.INCIDENT_VIEW)
def get_incident(request: ApiRequest, incident_id: UUID) -> HttpResponse:
    """With its timeline, tasks and the steps that you may take now."""
    found = detail(request.actor, incident_id, now=timezone.now())
    if found is None:
        raise NotFound(incident_id)
    answer = shown(whole(request.actor, found))
    answer["ETag"] = f'"{found.incident.version}"'
    return answer


@router.get(
    "/{uuid:incident_id}/duplicates", response=NearPage, summary="Matters that may be the same"
)
@needs(Permission.INCIDENT_MERGE)
def duplicates(request: ApiRequest, incident_id: UUID) -> HttpResponse:
    """Near in place, time and words; merge with the step `merge`."""
    incident = find(request.actor, incident_id)
    if incident is None:
        raise NotFound(incident_id)
    items = [near_out(one) for one in near_case(request.actor, incident)]
    return shown(NearPage.model_construct(items=items))


def near_out(one: Near) -> NearOut:
    return NearOut.model_construct(
        incident=brief(one.incident), likeness=round(one.likeness, 2), metres=one.metres
    )


def _filter(wanted: Wanted) -> Filter:
    same: tuple[str, ...] = ("group", "township", "village", "area", "category", "unit")
    same += ("severity", "source")
    same += ("overdue", "supervised", "sampled", "unplaced", "opened_from", "opened_to")
    values: dict[str, Any] = {name: getattr(wanted, name) for name in same}
    return Filter(**values, states=tuple(wanted.state), text=wanted.q)
