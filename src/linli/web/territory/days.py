"""The day that a page of the territory shows, and words for its areas."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.flows.territory import Acceptance
from linli.territory.models import Level
from linli.territory.queries import Branch, branch, named
from linli.territory.snapshots import Node, Snapshot, snapshot
from linli.web.http import StaffRequest

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Shown:
    """The map of the day asked for; `on` is None for today. `wrong` is what was no date."""

    then: Snapshot
    on: date | None
    wrong: str = ""

    @property
    def query(self) -> str:
        return f"on={self.on}" if self.on else ""


@dataclass(frozen=True)
class Item:
    """A line of the tree."""

    id: UUID
    name: str
    code: str
    count: int
    drawn: bool
    orphan: bool
    statistical: bool
    unaccepted: bool = False  # its township has no platform
    chosen: bool = False
    items: "list[Item] | None" = None  # None: not opened yet


def shown(request: StaffRequest) -> Shown:
    typed = request.GET.get("on", "").strip()
    if not typed:
        return Shown(snapshot(), None)
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        return Shown(snapshot(), None, typed)
    if not EARLIEST <= on <= LATEST:
        return Shown(snapshot(), None, typed)
    return Shown(snapshot(on=on), on if on != timezone.localdate() else None)


def english() -> bool:
    return (get_language() or "").startswith("en")


def name_of(node: Node) -> str:
    return named(node, english=english())


def path_words(nodes: Any) -> str:
    """Without the county: everybody knows where they are."""
    return " / ".join(name_of(node) for node in nodes if node.level != Level.COUNTY)


def item(
    then: Snapshot,
    node: Node,
    opened: set[UUID],
    chosen: UUID | None = None,
    *,
    accepted: Acceptance,
) -> Item:
    """A line with what hangs under it, as far as that is opened."""
    told: Branch = branch(then, node)
    items = None
    if node.id in opened:
        below = then.children.get(node.id, [])
        items = [item(then, child, opened, chosen, accepted=accepted) for child in below]
    return Item(
        id=node.id,
        name=name_of(node),
        code=node.code,
        count=told.children,
        drawn=node.wkb is not None,
        orphan=told.orphan,
        statistical=node.statistical,
        unaccepted=accepted.lacks(then, node),
        chosen=node.id == chosen,
        items=items,
    )


def edit_urls(request: StaffRequest) -> dict[str, str]:
    """Where divisions and outlines are brought in; empty for whoever may not."""
    edits = can(request.actor, Permission.TERRITORY_EDIT)
    base = f"/{request.county.code}/territory"
    return {f"{one}_url": f"{base}/{one}" if edits else "" for one in ("divisions", "areas")}


def tabs(request: StaffRequest, here: str) -> list[dict[str, Any]]:
    """The places within the territory that this reader may open."""
    base = f"/{request.county.code}/territory"
    places = [
        ("map", _("Map and tree"), ""),
        ("check", _("Check"), "/check"),
        ("point", _("Find a point"), "/point"),
    ]
    if can(request.actor, Permission.TERRITORY_EDIT):
        places += [
            ("divisions", _("New edition of divisions"), "/divisions"),
            ("areas", _("Import areas"), "/areas"),
        ]
    return [
        {"url": base + path, "label": label, "active": key == here} for key, label, path in places
    ]
