"""On duty now: the county centre, then the other units by type."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.incidents.references import platform_of
from linli.organisations import queries
from linli.organisations.models import UnitKind
from linli.web.administration.lists import page_of
from linli.web.duty.forms import BoardFilter
from linli.web.http import StaffRequest, page
from linli.web.on_duty import now_of


@page(Permission.UNIT_VIEW)
def board(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form = BoardFilter(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("q", "")
    counts = {k: n for k, n in queries.counts(words=words).items() if n and k != CENTRE}
    kind = request.GET.get("kind", "")
    kind = kind if kind in counts else next(iter(counts), "")
    rows = queries.units(words=words, kind=kind) if kind else []  # the centre stands above
    shown = page_of(rows, request, counts.get(kind, 0))
    centre = platform_of(None).id
    told = now_of([unit.pk for unit in shown.rows] + [key for key in (centre,) if key], at=now)
    context = {
        "now": timezone.localtime(now),
        "centre": told.get(centre) if centre else None,
        "rows": [told[unit.pk] for unit in shown.rows],
        "page": shown,
        "narrowed": bool(words),
        "form": form,
        "tabs": _tabs(request, counts, kind),
        "sees_cases": can(request.actor, Permission.INCIDENT_VIEW),
        "may_import": can(request.actor, Permission.DUTY_EDIT),
    }
    return render(request, "duty/board.html", context)


CENTRE = UnitKind.COUNTY_CENTRE.value


def _tabs(request: StaffRequest, counts: dict[str, int], kind: str) -> list[dict[str, Any]]:
    query = request.GET.copy()
    query.pop("page", None)
    found = []
    for key, count in counts.items():
        query["kind"] = key
        label = capfirst(UnitKind(key).label)
        tab = {"url": f"?{query.urlencode()}", "label": label, "count": count}
        found.append(tab | {"active": key == kind})
    return found
