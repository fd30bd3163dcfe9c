"""The map of cases: what the list shows, at its places; the list beside it says the same."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.incidents.models import Incident
from linli.incidents.paging import columns_page, count, listed_page
from linli.statistics.incidents import open_by_township
from linli.territory.models import Level
from linli.web.http import StaffRequest, page
from linli.web.incidents.case import found_or_404
from linli.web.incidents.filter_form import FilterForm
from linli.web.incidents.listing import address, count_words
from linli.web.incidents.outlines import as_uuid, inside_of, outlines, search, topmost
from linli.web.incidents.rows import work_rows
from linli.web.incidents.words import labels
from linli.web.tones import state_look

MOST_POINTS = 2_000
STEPS = 5
BESIDE = 50


class Pin(NamedTuple):
    """What the map shows of a case, named as the columns are; 2,000 models take four times it."""

    id: UUID
    number: str
    title: str
    state: str
    opened_at: datetime
    area_id: UUID | None
    longitude: float | None
    latitude: float | None


@page(Permission.INCIDENT_VIEW)
def map_page(request: StaffRequest) -> HttpResponse:
    form = FilterForm(_open_first(request.GET))
    wanted, now = form.chosen(), timezone.now()
    found = listed_page(request.actor, wanted, size=BESIDE)
    context = {
        "form": form,
        "narrowed": bool(request.GET),
        "chips": form.chips(request.GET),
        "query": address(request.GET).removeprefix("?"),
        "rows": work_rows(found.rows, county=request.county.code, now=now),
        "more": found.next is not None,
        "count_words": count_words(count(request.actor, wanted), found, first=True),
        "steps": _steps(request),
        "most": MOST_POINTS,
    }
    return render(request, "incidents/map.html", context)


@page(Permission.INCIDENT_VIEW)
def points(request: StaffRequest) -> HttpResponse:
    """The cases of the list's own filter and permission, the newest 2,000 of them."""
    wanted = FilterForm(_open_first(request.GET)).chosen()
    rows = columns_page(Pin, request.actor, wanted, size=MOST_POINTS).rows
    return _geojson(_collection(rows, request.county.code))


@page(Permission.INCIDENT_VIEW)
def case_points(request: StaffRequest, number: str) -> HttpResponse:
    found = found_or_404(request, number, timezone.now())
    return _geojson(_collection([found.incident], request.county.code))


@page(Permission.TERRITORY_VIEW)
def areas(request: StaffRequest) -> HttpResponse:
    """Outlines of the townships, coloured by open cases for whoever sees the whole county.

    Where none is drawn, of what is drawn below them. `in` names one township: then its villages.
    """
    if township := as_uuid(request.GET.get("in", "")):
        return _geojson(outlines({}, Level.VILLAGE, inside=township))
    properties = {key: {"step": step} for key, (_number, step) in _counted(request).items()}
    return _geojson(outlines(properties, topmost()))


@page(Permission.TERRITORY_VIEW)
def find_area(request: StaffRequest) -> HttpResponse:
    """Areas by name for the picker of places."""
    typed = request.GET.get("find", "")[:40]
    found = search(typed, scope=request.actor.scope)
    return render(request, "incidents/_areas.html", {"typed": typed, "found": found})


def _open_first(query: QueryDict) -> QueryDict:
    """A map without a word about the course of cases shows those under way."""
    if query.get("group") or query.getlist("state"):
        return query
    wanted = query.copy()
    wanted["group"] = "open"
    return wanted


def _collection(rows: Iterable[Incident | Pin], county: str) -> str:
    states = labels("state")
    features = [_feature(row, county, states) for row in rows]
    body = {"type": "FeatureCollection", "features": [one for one in features if one]}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _feature(row: Incident | Pin, county: str, states: Any) -> dict[str, Any] | None:
    if row.longitude is not None and row.latitude is not None:
        at = (row.longitude, row.latitude)
    elif (inside := inside_of(row.area_id)) is not None:
        at = inside
    else:
        return None
    words = {
        "title": f"{states[row.state]} · {row.title}",
        "url": f"/{county}/incidents/{row.number}",
        "tone": state_look(row.state)[1],
    }
    return {
        "type": "Feature",
        "properties": words,
        "geometry": {"type": "Point", "coordinates": at},
    }


def _counted(request: StaffRequest) -> dict[Any, tuple[int, int]]:
    """Open cases of each township and the step of its colour, from 1 to 5."""
    if not (request.actor.scope.everything and can(request.actor, Permission.INCIDENT_VIEW)):
        return {}
    numbers = open_by_township()
    most = max(numbers.values(), default=0)
    return {key: (n, -(-n * STEPS // most) if most else 0) for key, n in numbers.items() if n}


def _steps(request: StaffRequest) -> list[dict[str, Any]]:
    """The legend: from how many to how many cases a colour stands for."""
    numbers = [number for number, _step in _counted(request).values()]
    most = max(numbers, default=0)
    if most < STEPS:
        return []
    bounds = [most * step // STEPS for step in range(STEPS + 1)]
    return [{"step": n, "low": bounds[n - 1] + 1, "high": bounds[n]} for n in range(1, STEPS + 1)]


def _geojson(body: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="application/geo+json")
    answer["Cache-Control"] = "private, no-cache"
    return answer
