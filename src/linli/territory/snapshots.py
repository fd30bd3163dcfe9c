"""A layer as it was on one day, kept in memory: who asks for a place must not wait for rows.

What a process keeps is named by the layer's revision. Which revision holds travels with the opening
of a request (`question`), so a request sees every change that was committed before it. Jobs and
commands read it at most every FRESH_FOR seconds.
"""

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock, RLock
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from linli.database.context import Question, current_county
from linli.lib.errors import InputError, gettext_noop
from linli.territory.finding import Finder
from linli.territory.models import AreaVersion, Layer, Level

FRESH_FOR = 5.0
KEPT = 32  # layers by day in one process, about 10 MB each once points were asked for
NO_LAYER = gettext_noop("There is no layer “%(layer)s” here; the layers: %(layers)s.")

_ASK = "SELECT code, revision FROM territory_layer WHERE county_id = %s"

_lock = RLock()
_states: dict[tuple[str, str], "tuple[float, LayerState]"] = {}
_snapshots: "OrderedDict[tuple[str, str, int, int], Snapshot]" = OrderedDict()


@dataclass(frozen=True)
class _Heard:
    """Revisions of a county's layers as they were when a transaction began."""

    county: str
    at: float
    revisions: Mapping[str, int]

    def covers(self, county: str, now: float) -> bool:
        return self.county == county and now - self.at <= FRESH_FOR


_heard: ContextVar[_Heard | None] = ContextVar("linli_layers", default=None)


@dataclass(frozen=True)
class LayerState:
    """Which revision of a layer holds, and the days on which anything in it begins or ends."""

    id: UUID
    code: str
    governing: bool
    revision: int
    days: tuple[date, ...]

    def epoch(self, on: date) -> int:
        return bisect_right(self.days, on)


@dataclass(frozen=True, slots=True)
class Node:
    """An area on that day. `parent_id` may be of an area that did not exist then: an orphan."""

    id: UUID
    code: str
    standard_code: str
    level: int
    name: str
    name_en: str
    pinyin: str
    initials: str
    sort_key: str
    statistical: bool
    parent_id: UUID | None
    class_code: str
    valid_from: date
    valid_to: date | None
    area_m2: float | None
    wkb: bytes | None = field(repr=False)


@dataclass(eq=False)
class Snapshot:
    """All areas of a layer on a day, in the order of lists (level, then pinyin)."""

    state: LayerState
    on: date
    nodes: Mapping[UUID, Node]
    _building: Lock = field(default_factory=Lock, repr=False)

    @cached_property
    def by_code(self) -> dict[str, Node]:
        return {node.code: node for node in self.nodes.values()}

    @cached_property
    def root(self) -> Node | None:
        return next((node for node in self.nodes.values() if node.level == Level.COUNTY), None)

    @cached_property
    def children(self) -> dict[UUID | None, list[Node]]:
        found: dict[UUID | None, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(self.parent_of(node), []).append(node)
        return found

    def parent_of(self, node: Node) -> UUID | None:
        """The parent on that day; an orphan hangs under the county."""
        if node.parent_id in self.nodes:
            return node.parent_id
        return self.root.id if self.root and node.level > Level.COUNTY else None

    def path(self, area_id: UUID) -> list[Node]:
        """From the county down to the area, both included."""
        found: list[Node] = []
        step: UUID | None = area_id
        while step is not None and step in self.nodes and len(found) < 8:
            found.append(self.nodes[step])
            step = self.parent_of(self.nodes[step])
        return found[::-1]

    def above(self, area_id: UUID, level: Level) -> UUID | None:
        """The area of that level on the path, the area itself included."""
        return next((node.id for node in self.path(area_id) if node.level == level), None)

    def under(self, area_id: UUID) -> Iterator[Node]:
        """Everything below the area."""
        for child in self.children.get(area_id, ()):
            yield child
            yield from self.under(child.id)

    @property
    def finder(self) -> Finder:
        """Made at the first point that is asked for, by one thread while the others wait."""
        with self._building:
            return self._finder

    @cached_property
    def _finder(self) -> Finder:
        drawn = [node for node in self.nodes.values() if node.wkb]
        return Finder([(n.id, n.code, n.name, n.level, n.wkb) for n in drawn if n.wkb])


def snapshot(layer: str = Layer.GOVERNING, on: date | None = None) -> Snapshot:
    """The layer of the current county as it was on a day (today). Raises InputError: no layer."""
    state = layer_state(layer)
    if state is None:
        names = list(Layer.objects.order_by("code").values_list("code", flat=True))
        raise InputError(NO_LAYER, field="layer", layer=layer, layers=names)
    day = on or timezone.localdate()
    key = (current_county(), layer, state.revision, state.epoch(day))
    with _lock:
        found = _snapshots.get(key)
        if found is not None:
            _snapshots.move_to_end(key)
            return found
    made = Snapshot(state, day, _read(state, day))
    with _lock:
        _forget_others(key)
        kept = _snapshots.setdefault(key, made)
        while len(_snapshots) > KEPT:
            _snapshots.popitem(last=False)
    return kept


def question(county: str) -> Question:
    """Asks for the revisions that hold, while the county is opened; `hear` the answer there."""
    return Question(_ASK, [county])


def hear(asked: Question) -> None:
    _heard.set(_Heard(current_county(), time.monotonic(), dict(asked.rows)))


def layer_state(layer: str) -> LayerState | None:
    """What holds of a layer now; None where there is none.

    As of the opening, where that asked; else, or after so long, at most FRESH_FOR seconds old.
    """
    key, now = (current_county(), layer), time.monotonic()
    if _changed_here():  # not committed yet: nobody else may see it
        return _read_state(layer, _newest(key))
    kept = _states.get(key)
    if kept is not None and _holds(kept, key, now):
        return kept[1]
    state = _read_state(layer, kept[1] if kept else None)
    if state is not None:
        _states[key] = (now, state)
    return state


def edition() -> int:
    """Which map holds, for whoever keeps what follows from it; 0 while a transaction changes it."""
    state = None if _changed_here() else layer_state(Layer.GOVERNING)
    return state.revision if state else 0


def _holds(kept: "tuple[float, LayerState]", key: tuple[str, str], now: float) -> bool:
    heard = _heard.get()
    if heard is not None and heard.covers(key[0], now):
        return key[1] in heard.revisions and kept[1].revision >= heard.revisions[key[1]]
    return now - kept[0] <= FRESH_FOR


def touch(layer: Layer) -> None:
    """Give the layer a new revision: every action that changes an area's name, place or days does.

    Microseconds, so that no revision returns after a transaction was rolled back.
    """
    layer.revision = max(time.time_ns() // 1000, layer.revision + 1)
    Layer.objects.filter(pk=layer.pk).update(revision=layer.revision)
    transaction.on_commit(_Forgetting(current_county(), layer.code))


def forget() -> None:
    """Drop everything that this process keeps (tests that write rows by themselves)."""
    with _lock:
        _states.clear()
        _snapshots.clear()


@dataclass(frozen=True)
class _Forgetting:
    """Runs after the commit; until then it marks the transaction as one with changes."""

    county: str
    layer: str

    def __call__(self) -> None:
        _states.pop((self.county, self.layer), None)


def _changed_here() -> bool:
    return any(isinstance(entry[1], _Forgetting) for entry in connection.run_on_commit)


def _newest(key: tuple[str, str]) -> LayerState | None:
    """The state of the newest snapshot: saves reading all days again where it still holds."""
    with _lock:
        found = (one.state for kept, one in reversed(_snapshots.items()) if kept[:2] == key)
        return next(found, None)


def _read_state(code: str, known: LayerState | None = None) -> LayerState | None:
    layer = Layer.objects.filter(code=code).first()
    if layer is None:
        return None
    if known is not None and (known.id, known.revision) == (layer.pk, layer.revision):
        return known
    spans = AreaVersion.objects.filter(area__layer=layer).values_list("valid_from", "valid_to")
    days = {day for span in spans.distinct() for day in span if day}
    return LayerState(layer.pk, code, layer.governing, layer.revision, tuple(sorted(days)))


def _read(state: LayerState, on: date) -> dict[UUID, Node]:
    areas = ("area_id", "area__code", "area__standard_code", "area__level")
    own = ("name", "name_en", "area__pinyin", "area__initials", "area__sort_key")
    rest = ("area__statistical", "parent_id", "class_code", "valid_from", "valid_to", "area_m2")
    rows = valid_on(on).filter(area__layer_id=state.id)
    nodes = [_node(row) for row in rows.values_list(*areas, *own, *rest, "geometry")]
    # ordered here: another database may collate in another way
    nodes.sort(key=lambda node: (node.level, node.sort_key, node.code))
    return {node.id: node for node in nodes}


def _node(row: Sequence[Any]) -> Node:
    values = list(row)
    values[-1] = bytes(row[-1]) if row[-1] else None
    return Node(*values)


def valid_on(on: date) -> models.QuerySet[AreaVersion]:
    """The versions of that day, of every layer."""
    return AreaVersion.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on
    )


def _forget_others(key: tuple[str, str, int, int]) -> None:
    for other in [k for k in _snapshots if k[:2] == key[:2] and k[2] != key[2]]:
        del _snapshots[other]
