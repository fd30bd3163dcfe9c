"""Every read of the territory. It is public within a county, so no reader is asked for.

All answers come from the layer's snapshot of the day: no query while a process knows it.
"""

import json
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import shapely

from linli.territory.geometry.labels import label_points
from linli.territory.models import Layer, Level, Upload
from linli.territory.snapshots import Node, Snapshot

FOUND_AT_MOST = 20
DECIMALS = 1e-5  # degrees: one metre
LABELLED = 300  # areas; the middle of a small one will do for its label
SIMPLER_BY = 5e-5  # degrees a border may move when drawn


@dataclass(frozen=True)
class Branch:
    """An area in the tree and how many areas hang directly under it."""

    node: Node
    children: int
    orphan: bool = False


@dataclass(frozen=True)
class Hit:
    node: Node
    path: tuple[Node, ...]


def branches(then: Snapshot, parent_id: UUID | None) -> list[Branch]:
    """What hangs directly under an area on that day; None gives the top of the layer."""
    return [branch(then, node) for node in then.children.get(parent_id, [])]


def branch(then: Snapshot, node: Node) -> Branch:
    orphan = node.parent_id is not None and node.parent_id not in then.nodes
    return Branch(node, len(then.children.get(node.id, ())), orphan)


def counts(then: Snapshot) -> dict[Level, int]:
    """How many areas of each level there were on that day."""
    levels = [node.level for node in then.nodes.values()]
    return {level: levels.count(level) for level in Level}


def search(then: Snapshot, words: str, limit: int = FOUND_AT_MOST) -> list[Hit]:
    """Areas by part of their name, by the beginning of their pinyin, initials or code."""
    wanted = "".join(unicodedata.normalize("NFKC", words).lower().split())
    if not wanted:
        return []
    ranked = []
    for node in then.nodes.values():
        rank = _rank(node, wanted)
        if rank is not None:
            ranked.append((rank, node.level, node.sort_key, node))
    ranked.sort(key=lambda one: one[:3])
    return [Hit(node, tuple(then.path(node.id))) for *_, node in ranked[:limit]]


def _rank(node: Node, wanted: str) -> int | None:
    """0 for the best kind of match, None for none."""
    name = node.name.lower()
    if name.startswith(wanted):
        return 0
    if wanted in name:
        return 1
    if not wanted.isascii():
        return None
    for rank, keys in ((2, node.initials), (3, node.pinyin), (4, _plain(node.name_en))):
        if keys.startswith(wanted) or f" {wanted}" in keys:
            return rank
    return 5 if node.code.startswith(wanted) else None


@lru_cache(maxsize=8192)
def _plain(name: str) -> str:
    return name.lower()


def named(node: Node, *, english: bool = False) -> str:
    """The name in the reader's language as far as the county has given one."""
    return (node.name_en if english else "") or node.name


def undrawn(then: Snapshot) -> list[Node]:
    """Areas without an outline below the county: found by name, never by a point."""
    return [node for node in then.nodes.values() if node.wkb is None and node.level]


def upload(upload_id: UUID, *, kind: Upload.Kind, by: UUID) -> Upload | None:
    """A file under review; nobody but its sender opens it."""
    return Upload.objects.filter(pk=upload_id, kind=kind, uploaded_by=by).first()


def layers() -> list[Layer]:
    """The governing layer first."""
    return list(Layer.objects.order_by("-governing", "code"))


@lru_cache(maxsize=32)
def _collection(
    then: Snapshot, ids: tuple[UUID, ...], flagged: frozenset[UUID], *, english: bool
) -> str:
    nodes = [then.nodes[one] for one in ids]
    return feature_collection(nodes, english=english, flagged=flagged)


def features(
    then: Snapshot,
    level: int,
    within: UUID | None = None,
    *,
    english: bool = False,
    flags: Callable[[Node], bool] = lambda _: False,
) -> str:
    """GeoJSON of a level as drawn on a map: rounded to a metre; kept while the map holds.

    Areas that `flags` picks stand out.
    """
    nodes = then.nodes.values() if within is None else list(then.under(within))
    drawn = [node for node in nodes if node.level == level and node.wkb]
    flagged = frozenset(node.id for node in drawn if flags(node))
    return _collection(then, tuple(node.id for node in drawn), flagged, english=english)


def feature_collection(
    nodes: Sequence[Node],
    *,
    english: bool = False,
    nameless: bool = False,
    flagged: Collection[UUID] = (),
) -> str:
    """Names and outlines; `lon`, `lat` is a point inside for the label, where they are few."""
    drawn = [node for node in nodes if node.wkb]
    shapes = _simpler([node.wkb for node in drawn])
    inside = label_points(shapes) if len(drawn) <= LABELLED else [None] * len(drawn)
    parts = []
    for node, shape, spot in zip(drawn, shapely.to_geojson(shapes), inside, strict=True):
        facts: dict[str, Any] = {"id": str(node.id)}
        facts |= {"name": "" if nameless else named(node, english=english)}
        facts |= {"lon": round(spot.x, 5), "lat": round(spot.y, 5)} if spot else {}
        facts |= {"flagged": True} if node.id in flagged else {}
        head = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        parts.append(f'{{"type":"Feature","properties":{head},"geometry":{shape}}}')
    return f'{{"type":"FeatureCollection","features":[{",".join(parts)}]}}'


def _simpler(wkb: Sequence[bytes | None]) -> Any:
    """Neighbours are simplified together, so that no white line opens between them."""
    shapes = shapely.from_wkb(list(wkb))
    simple = shapely.coverage_simplify(shapes, SIMPLER_BY) if len(shapes) else shapes
    rounded = shapely.set_precision(simple, DECIMALS, mode="pointwise")
    whole = ~shapely.is_empty(rounded)
    shapes[whole] = rounded[whole]
    return shapes
