"""What is wrong or missing: accepting units, workers, orphans, gaps and overlaps."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.access.permissions import Permission
from linli.flows.territory import coverage
from linli.territory.checking import check_map
from linli.territory.geometry.tiling import FlawKind
from linli.territory.models import Level
from linli.territory.snapshots import Node, Snapshot
from linli.web.http import StaffRequest, page
from linli.web.territory.days import edit_urls, name_of, path_words, shown, tabs
from linli.web.territory.flaws import flaw_rows

LISTED = 50


@page(Permission.TERRITORY_VIEW)
def check(request: StaffRequest) -> HttpResponse:
    seen = shown(request)
    found = check_map(seen.then)
    missing = coverage(seen.then, on=seen.on or timezone.localdate())
    report = found.tiling
    groups = {
        "units": missing.units,
        "workers": missing.workers,
        "orphans": found.orphans,
        "undrawn": [node for node in found.undrawn if not node.statistical],
    }
    context = {
        "tabs": tabs(request, "check"),
        "begun": any(node.level != Level.COUNTY for node in seen.then.nodes.values()),
        "divisions_url": edit_urls(request)["divisions_url"],
        "seen": seen,
        "base": f"/{request.county.code}/territory",
        "today": timezone.localdate(),
        "found": found,
        "centre": missing.centre,
        "totals": {kind.value: report.count(kind) for kind in FlawKind} if report else {},
        "square_metres": {k.value: report.total(k) for k in FlawKind} if report else {},
        "flaws": flaw_rows(found),
        "groups": {key: _rows(seen.then, nodes) for key, nodes in groups.items()}
        | {"workers": _by_parent(seen.then, missing.workers)},
        "numbers": {key: len(nodes) for key, nodes in groups.items()}
        | {"flaws": len(report.flaws) if report else None},
    }
    return render(request, "territory/check.html", context)


def _by_parent(then: Snapshot, nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """Where many neighbours lack the same, their parent is named once with their number."""
    found: dict[UUID, list[Node]] = {}
    for node in nodes:
        found.setdefault(then.parent_of(node) or node.id, []).append(node)
    most = sorted(found.items(), key=lambda one: -len(one[1]))[:LISTED]
    shown_nodes = [below[0] if len(below) == 1 else then.nodes[above] for above, below in most]
    rows = _rows(then, shown_nodes)
    return [
        row | {"count": len(below) if len(below) > 1 else 0}
        for row, (_, below) in zip(rows, most, strict=True)
    ]


def _rows(then: Snapshot, nodes: Sequence[Node]) -> list[dict[str, Any]]:
    return [
        {
            "id": node.id,
            "name": name_of(node),
            "code": node.code,
            "level": Level(node.level).label,
            "place": path_words(then.path(node.id)[:-1]),
        }
        for node in nodes[:LISTED]
    ]
