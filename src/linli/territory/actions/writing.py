"""Writes versions of many areas at once and keeps each area's current fields in step with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import shapely

from linli.counties.tenancy import new
from linli.lib import pinyin
from linli.territory.geometry.tiling import square_metres
from linli.territory.models import Area, AreaVersion, Layer, Level
from linli.territory.rules import is_official, is_statistical
from linli.territory.timeline import Span, at, cut_off, laid_over

BATCH = 500
CONTENT = ("parent_id", "name", "name_en", "class_code", "geometry", "area_m2", "source")
CURRENT = ["name", "name_en", "pinyin", "initials", "sort_key", "parent", "valid_from"]
CURRENT += ["valid_to", "township_id", "village_id"]


@dataclass(frozen=True)
class Wanted:
    """What shall hold of an area from `start` to `end`; fields left out stay as they were."""

    code: str
    level: int
    start: date
    end: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)  # of CONTENT


class Writer:
    """One change of one layer: versions are planned in memory, then written in bulk."""

    def __init__(self, layer: Layer, source: str) -> None:
        self.layer = layer
        self._source = source[:200]
        self.areas = {area.code: area for area in Area.objects.filter(layer=layer)}
        self._made: list[Area] = []
        self._versions: dict[UUID, AreaVersion] = {}
        self._spans: dict[UUID, list[Span]] = {}
        self._inserts: list[AreaVersion] = []
        self._touched: set[UUID] = set()
        self._moved_spans: dict[tuple[date, date | None], list[UUID]] = {}
        self._removed: set[UUID] = set()

    def load(self, codes: Iterable[str]) -> None:
        """Read the versions of the areas that are about to change."""
        ids = [self.areas[code].pk for code in codes if code in self.areas]
        for version in AreaVersion.objects.filter(area_id__in=ids):
            self._versions[version.pk] = version
            span = Span(version.pk, version.valid_from, version.valid_to)
            self._spans.setdefault(version.area_id, []).append(span)

    def area(self, code: str, level: int) -> Area:
        """The area of this code, made now if need be."""
        found = self.areas.get(code)
        if found is None:
            found = new(
                Area,
                layer=self.layer,
                level=level,
                code=code,
                standard_code=code if is_official(code) and self.layer.governing else "",
                statistical=is_official(code) and self.layer.governing and is_statistical(code),
            )
            self.areas[code] = found
            self._made.append(found)
        return found

    def version(self, code: str, on: date) -> AreaVersion | None:
        """What holds of a loaded area on a day."""
        area = self.areas.get(code)
        span = at(self._spans.get(area.pk, []), on) if area else None
        return self._row(span) if span else None

    def put(self, wanted: Wanted) -> Area:
        """Lay a version over the area's timeline. Raises InputError (the days are taken)."""
        area = self.area(wanted.code, wanted.level)
        spans = self._spans.get(area.pk, [])
        base = self.version(wanted.code, wanted.start)
        pieces = laid_over(spans, wanted.start, wanted.end)
        values = {name: getattr(base, name) for name in CONTENT} if base else {}
        values |= {"source": self._source, **wanted.values}
        made = new(AreaVersion, area=area, **values)
        self._settle(area, pieces, made)
        return area

    def close(self, code: str, on: date) -> Area:
        """End an area on a day."""
        area = self.areas[code]
        self._settle(area, cut_off(self._spans.get(area.pk, []), on), None)
        return area

    def _settle(self, area: Area, pieces: Sequence[Span], made: AreaVersion | None) -> None:
        seen: set[UUID] = set()
        spans = []
        for piece in pieces:
            version = self._piece(area, piece, made, seen)
            version.valid_from, version.valid_to = piece.start, piece.end
            if version.pk not in self._versions:
                self._versions[version.pk] = version
                self._inserts.append(version)
            spans.append(Span(version.pk, piece.start, piece.end))
        kept = {span.key for span in spans}
        gone = [span.key for span in self._spans.get(area.pk, []) if span.key not in kept]
        self._removed |= {key for key in gone if key}
        self._spans[area.pk] = spans
        self._touched.add(area.pk)

    def _piece(
        self, area: Area, piece: Span, made: AreaVersion | None, seen: set[UUID]
    ) -> AreaVersion:
        if piece.key is None and made is not None:
            return made
        old = self._row(piece)
        if old.pk in seen:  # what held before holds again: a second row
            return new(AreaVersion, area=area, **{n: getattr(old, n) for n in CONTENT})
        seen.add(old.pk)
        if (old.valid_from, old.valid_to) != (piece.start, piece.end):
            self._moved_spans.setdefault((piece.start, piece.end), []).append(old.pk)
        return old

    def _row(self, span: Span) -> AreaVersion:
        if span.key is None:
            raise ValueError(span)
        return self._versions[span.key]

    def write(self) -> list[UUID]:
        """Write everything; returns the areas whose township or village is another one now."""
        by_id = {area.pk: area for area in self.areas.values()}
        before = {pk: (area.township_id, area.village_id) for pk, area in by_id.items()}
        changed = [by_id[pk] for pk in self._touched]
        for area in changed:
            self._project(area)
        moved = self._hang(by_id)
        Area.objects.bulk_create(sorted(self._made, key=lambda one: one.level), batch_size=BATCH)
        self._write_versions()
        made = {area.pk for area in self._made}
        stale = [area for area in {*changed, *moved} if area.pk not in made]
        Area.objects.bulk_update(stale, CURRENT, batch_size=BATCH)
        return [area.pk for area in moved if area.pk not in made and before[area.pk][0]]

    def _write_versions(self) -> None:
        AreaVersion.objects.filter(pk__in=self._removed).delete()
        for (start, end), ids in self._moved_spans.items():
            rows = AreaVersion.objects.filter(pk__in=set(ids) - self._removed)
            rows.update(valid_from=start, valid_to=end)
        fresh = [version for version in self._inserts if version.pk not in self._removed]
        AreaVersion.objects.bulk_create(fresh, batch_size=BATCH)

    def _project(self, area: Area) -> None:
        """An area's own fields are those of its last version."""
        spans = self._spans[area.pk]
        if not spans:  # ended on the day it began
            area.valid_to = area.valid_from
            return
        last = self._row(spans[-1])
        if area.name != last.name or not area.sort_key:
            name_area(area, last.name)
        area.name_en, area.parent_id = last.name_en, last.parent_id
        area.valid_from, area.valid_to = spans[0].start, last.valid_to

    def _hang(self, by_id: Mapping[UUID, Area]) -> list[Area]:
        """Set township and village of every area by its parents; returns those that changed."""
        moved = []
        for area in sorted(by_id.values(), key=lambda one: one.level):
            above = by_id.get(area.parent_id) if area.parent_id else None
            township, village = hung_under(above)
            if (area.township_id, area.village_id) != (township, village):
                area.township_id, area.village_id = township, village
                moved.append(area)
        return moved


def name_area(area: Area, name: str) -> None:
    """The name with its keys for search and order."""
    keys = pinyin.search_keys(name)
    area.name = name
    area.pinyin = pinyin.joined(keys.full, 400)
    area.initials = pinyin.joined(keys.initials, 120)
    area.sort_key = pinyin.sort_key(name).replace("\x00", " ")[:400]


def drawn(geometry: Any) -> dict[str, Any]:
    """The version's fields of a valid polygon in WGS-84."""
    return {"geometry": shapely.to_wkb(geometry), "area_m2": round(square_metres(geometry), 1)}


def hung_under(parent: Area | None) -> tuple[UUID | None, UUID | None]:
    """Township and village of what lies directly under `parent`."""
    if parent is None:
        return None, None
    if parent.level == Level.TOWNSHIP:
        return parent.pk, None
    if parent.level == Level.VILLAGE:
        return parent.township_id, parent.pk
    return parent.township_id, parent.village_id
