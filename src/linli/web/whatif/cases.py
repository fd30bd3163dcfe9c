"""The changed cases of a replay one by one, and as a file."""

import io
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.access.permissions import Permission
from linli.calendars.timeline import instant_at
from linli.casework import runs
from linli.casework.models.runs import ProcessRun
from linli.flows.whatif.export import NoExportError, say, write_rows
from linli.flows.whatif.runs import KEPT
from linli.incidents.enums import Severity
from linli.web.http import StaffRequest, page
from linli.whatif.report import Changed

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILTERS = ("from", "to", "category", "township", "late")


@page(Permission.PROCESS_VIEW)
def listing(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Only for those who see every case of the county: 404 for others, as for a case itself."""
    run = _replay(request, run_id)
    if not runs.sees_cases(request.actor):
        raise Http404(run_id)
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    rows = [one for one in _rows(request, run) if _fits(one, chosen)]
    start = _start(request.GET.get("after", ""), len(rows))
    labels = run.result["labels"] if run.result else {}
    context = {
        "run": run,
        "rows": [_told(one, labels) for one in rows[start : start + PAGE]],
        "count": len(rows),
        "cut": _cut(run),
        "chips": _chips(request, chosen, labels),
        "following": _address(request, start + PAGE) if start + PAGE < len(rows) else "",
        "previous": _address(request, max(0, start - PAGE)) if start else "",
        "exports": Permission.INCIDENT_EXPORT in request.actor.permissions,
    }
    return render(request, "whatif/cases.html", context)


@page(Permission.INCIDENT_EXPORT)
def xlsx(request: StaffRequest, run_id: UUID) -> HttpResponse:
    return _file(request, run_id, "xlsx", XLSX)


@page(Permission.INCIDENT_EXPORT)
def csv(request: StaffRequest, run_id: UUID) -> HttpResponse:
    return _file(request, run_id, "csv", "text/csv; charset=utf-8")


def _file(request: StaffRequest, run_id: UUID, kind: str, media: str) -> HttpResponse:
    if Permission.PROCESS_VIEW not in request.actor.permissions:
        raise PermissionDenied(Permission.PROCESS_VIEW)
    run = _replay(request, run_id)
    rows = runs.rows_of(request.actor, run.pk)
    file = io.BytesIO()
    try:
        write_rows(file, run.result or {}, rows, by=request.actor, csv=kind == "csv")
    except NoExportError as refused:
        raise Http404(run_id) from refused
    name = f"{request.county.code}-replay-{timezone.localdate().isoformat()}.{kind}"
    answer = HttpResponse(file.getvalue(), content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _replay(request: StaffRequest, run_id: UUID) -> ProcessRun:
    run = runs.run(request.actor, run_id)
    if run is None or not run.result or "moved" not in run.result:
        raise Http404(run_id)
    return run


def _rows(request: StaffRequest, run: ProcessRun) -> list[Changed]:
    return [Changed(*stored) for stored in runs.rows_of(request.actor, run.pk)]


def _cut(run: ProcessRun) -> dict[str, str] | None:
    """What is kept, and of how many, where that is not all."""
    changed = run.result["changed"] if run.result else 0
    return {"kept": f"{KEPT:,}", "all": f"{changed:,}"} if changed > KEPT else None


def _fits(one: Changed, chosen: dict[str, str]) -> bool:
    late = {"more": bool(one.late[1]) > bool(one.late[0]),
            "less": bool(one.late[1]) < bool(one.late[0])}  # fmt: skip
    return (
        chosen["from"] in {"", one.units[0]}
        and chosen["to"] in {"", one.units[1]}
        and chosen["category"] in {"", one.category}
        and chosen["township"] in {"", one.township}
        and late.get(chosen["late"], True)
    )


def _told(one: Changed, labels: Any) -> dict[str, Any]:
    known = one.severity in Severity.values
    return {
        "number": one.number,
        "opened": instant_at(one.opened),
        "category": say(labels, "categories", one.category),
        "category_key": one.category,
        "severity": Severity(one.severity).label if known else one.severity,
        "township": say(labels, "areas", one.township),
        "township_key": one.township,
        "given": one.given,
        "moved": one.units[0] != one.units[1],
        "units": [say(labels, "units", key) for key in one.units],
        "rules": [say(labels, "rules", key) for key in one.rules],
        "late": [[say(labels, "clocks", key) for key in keys] for keys in one.late],
    }


def _chips(request: StaffRequest, chosen: dict[str, str], labels: Any) -> list[dict[str, str]]:
    kinds = {"from": "units", "to": "units", "category": "categories", "township": "areas"}
    found = []
    for name, value in chosen.items():
        if value:
            query = request.GET.copy()
            query.pop(name)
            query.pop("after", None)
            word = say(labels, kinds[name], value) if name in kinds else value
            found.append({"name": name, "word": word, "remove": f"?{query.urlencode()}"})
    return found


def _start(text: str, count: int) -> int:
    return min(int(text), count) if text.isdecimal() else 0


def _address(request: StaffRequest, start: int) -> str:
    query = request.GET.copy()
    query["after"] = str(start)
    return f"?{query.urlencode()}"
