"""Map, tree, search and card of the county as of a day."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.flows.territory import Card, acceptance
from linli.flows.territory import card as card_of
from linli.territory.models import Level
from linli.territory.queries import counts, search
from linli.territory.snapshots import Snapshot
from linli.web.beginning import begun
from linli.web.http import StaffRequest, page
from linli.web.on_duty import Told, now_of
from linli.web.territory.days import Shown, edit_urls, item, name_of, path_words, shown, tabs

LEVELS = (Level.TOWNSHIP, Level.VILLAGE, Level.GRID)


@page(Permission.TERRITORY_VIEW)
def home(request: StaffRequest) -> HttpResponse:
    seen = shown(request)
    then = seen.then
    area_id = _asked(request.GET.get("area", ""), then)
    opened = {node.id for node in then.path(area_id)} if area_id else set()
    if then.root:
        opened.add(then.root.id)
    top, accepted = then.children.get(None, []), acceptance(then)
    words = request.GET.get("find", "").strip()[:60]
    context = _base(request, seen) | {
        "tree": [item(then, node, opened, area_id, accepted=accepted) for node in top],
        "counts": [(level.label, number) for level, number in counts(then).items() if level],
        "levels": _levels(request, seen),
        "level_text": str(int(_level(request, then))),
        "q": words,
        "found": _found(then, words),
        "lacking": bool(accepted.bare),
    }
    if area_id:
        context |= _card(request, seen, area_id)
    return render(request, "territory/home.html", context)


@page(Permission.TERRITORY_VIEW)
def branches(request: StaffRequest, area_id: UUID) -> HttpResponse:
    """What hangs under an area: a part of the tree."""
    seen = shown(request)
    node = seen.then.nodes.get(area_id)
    if node is None:
        raise Http404(area_id)
    line = item(seen.then, node, {area_id}, accepted=acceptance(seen.then))
    context = _base(request, seen) | {"items": line.items}
    return render(request, "territory/_items.html", context)


@page(Permission.TERRITORY_VIEW)
def found(request: StaffRequest) -> HttpResponse:
    """Areas whose name, pinyin or initials begin so."""
    seen = shown(request)
    words = request.GET.get("find", "").strip()[:60]
    context = _base(request, seen) | {"q": words, "found": _found(seen.then, words)}
    return render(request, "territory/_found.html", context)


@page(Permission.TERRITORY_VIEW)
def card(request: StaffRequest, area_id: UUID) -> HttpResponse:
    """The card alone for the page that has the map; else the whole page."""
    seen = shown(request)
    if area_id not in seen.then.nodes:
        raise Http404(area_id)
    if not request.headers.get("HX-Request"):
        query = f"?area={area_id}" + (f"&{seen.query}" if seen.query else "")
        return redirect(f"/{request.county.code}/territory{query}")
    context = _base(request, seen) | _card(request, seen, area_id)
    return render(request, "territory/_card.html", context)


def _base(request: StaffRequest, seen: Shown) -> dict[str, Any]:
    return {
        "begun": begun(),
        **edit_urls(request),
        "tabs": tabs(request, "map"),
        "seen": seen,
        "base": f"/{request.county.code}/territory",
        "today": timezone.localdate(),
    }


def _card(request: StaffRequest, seen: Shown, area_id: UUID) -> dict[str, Any]:
    found_card = card_of(seen.then, area_id, on=seen.on or timezone.localdate())
    if found_card is None:
        raise Http404(area_id)
    node, accepted = found_card.node, acceptance(seen.then)
    return {
        "bare": accepted.lacks(seen.then, node),
        "card": found_card,
        "name": name_of(node),
        "place": path_words(found_card.path[:-1]),
        "level_word": Level(node.level).label,
        "hectares": node.area_m2 / 1e4 if node.area_m2 else None,
        "worker_of": name_of(found_card.worker_of) if found_card.worker_of else "",
        "on_duty": None if seen.on else _on_duty(found_card),
        "below": len(seen.then.children.get(node.id, [])),
        "orphan": node.parent_id is not None and node.parent_id not in seen.then.nodes,
        "may_assign": can(request.actor, Permission.STAFF_EDIT) and not seen.on,
    }


def _on_duty(found_card: Card) -> Told | None:
    """Who answers for the accepting unit now."""
    unit = found_card.accepting
    return now_of([unit.pk]).get(unit.pk) if unit else None


def _found(then: Snapshot, words: str) -> list[dict[str, Any]]:
    return [
        {
            "id": hit.node.id,
            "name": name_of(hit.node),
            "place": path_words(hit.path[:-1]),
            "level": Level(hit.node.level).label,
            "drawn": hit.node.wkb is not None,
        }
        for hit in search(then, words)
    ]


def _asked(text: str, then: Snapshot) -> UUID | None:
    try:
        area_id = UUID(text)
    except ValueError:
        return None
    return area_id if area_id in then.nodes else None


def _level(request: StaffRequest, then: Snapshot) -> int:
    """The level to draw: the one asked for, else the chosen area's, else the highest drawn."""
    asked, drawn = request.GET.get("level", ""), _drawn(then)
    if asked.isdecimal() and drawn.get(int(asked)):
        return int(asked)
    area_id = _asked(request.GET.get("area", ""), then)
    if area_id and then.nodes[area_id].wkb:
        return then.nodes[area_id].level
    return highest_drawn(then)


def highest_drawn(then: Snapshot) -> Level:
    """Below the county if there is any."""
    drawn = _drawn(then)
    return next((level for level in (*LEVELS, Level.COUNTY) if drawn.get(level)), Level.COUNTY)


def _drawn(then: Snapshot) -> dict[int, int]:
    found_levels: dict[int, int] = {}
    for node in then.nodes.values():
        if node.wkb:
            found_levels[node.level] = found_levels.get(node.level, 0) + 1
    return found_levels


def _levels(request: StaffRequest, seen: Shown) -> list[dict[str, Any]]:
    drawn, now = _drawn(seen.then), _level(request, seen.then)
    more = f"&{seen.query}" if seen.query else ""
    area = request.GET.get("area", "")
    more += f"&area={area}" if _asked(area, seen.then) else ""
    found_levels = [level for level in (*LEVELS, Level.COUNTY) if drawn.get(level)]
    return [
        {
            "url": f"?level={int(level)}{more}",
            "label": level.label,
            "active": level == now,
            "count": drawn[level],
        }
        for level in found_levels
    ]
