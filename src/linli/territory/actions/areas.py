"""Areas with outlines come into a layer: what an import would do, then the import itself."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Author, record
from linli.counties.tenancy import new
from linli.database.context import current_county
from linli.lib.errors import InputError, gettext_noop
from linli.territory.actions.writing import CONTENT, Wanted, Writer, drawn
from linli.territory.geometry.shapes import AreaShape
from linli.territory.models import Area, AreaVersion, Layer, Level
from linli.territory.parents import Parents, starts
from linli.territory.snapshots import snapshot, touch

BEGINNING = date(1949, 10, 1)
LAYER_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

BAD_LAYER = gettext_noop(
    "“%(layer)s” is no layer name: small letters, digits, hyphens; at most 40."
)
BAD_LEVEL = gettext_noop("%(level)s is no level: 0 county, 1 township, 2 village, 3 grid.")
FUTURE = gettext_noop("%(day)s is still to come: the governing layer changes on the day or later.")
ONE_COUNTY = gettext_noop("The county's outline is one area; the file has %(count)d.")
OTHER_LEVEL = gettext_noop("The code %(code)s stands already on level %(level)d of this layer.")
ENDED = gettext_noop("%(code)s ended on %(day)s: state from which day the outline holds.")
AT_CODE = gettext_noop("Code %(code)s: %(reason)s")
TWICE = gettext_noop("The code %(code)s stands twice once it is shortened.")
FAULTY = gettext_noop("Faults: %(count)d; nothing was imported. The first: %(first)s")


@dataclass(frozen=True)
class Target:
    """Into which layer and level, and for which days (`valid_to` is the first day without)."""

    level: int
    layer: str = Layer.GOVERNING
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    named: bool = True  # whether the file names the areas; else names stay


@dataclass
class AreaPlan:
    """What an import does. With faults nothing is written. `stay`: codes that the file lacks."""

    target: Target
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    stay: list[str] = field(default_factory=list)
    parents: Mapping[str, int] = field(default_factory=dict)
    faults: list[InputError] = field(default_factory=list)
    rehung: list[UUID] = field(default_factory=list)


def plan_areas(shapes: Sequence[AreaShape], *, target: Target) -> AreaPlan:
    """What importing valid shapes (WGS-84, each code once) would do. Raises InputError."""
    return _Import(shapes, target).plan


@transaction.atomic
def import_areas(shapes: Sequence[AreaShape], *, target: Target, by: Author) -> AreaPlan:
    """Import them, all or none. Cases are left as they are. Raises InputError."""
    doing = _Import(shapes, target, lock=True)
    if doing.plan.faults:
        raise InputError(FAULTY, count=len(doing.plan.faults), first=doing.plan.faults[0])
    doing.write()
    plan = doing.plan
    words = f"{target.source}: +{plan.new} ~{plan.changed}, level {target.level}"
    subject = ("layer", doing.layer.pk, doing.layer.code)
    record(by=by, action="territory.areas_imported", subject=subject, reason=words)
    return plan


@transaction.atomic
def replace_geometry(
    *, area: Area, geometry: Any, by: Author, on: date | None = None, source: str = ""
) -> None:
    """Draw an area anew from a day on (else as long as its present version). Raises InputError."""
    layer = Layer.objects.select_for_update().get(pk=area.layer_id)
    target = Target(area.level, layer.code, valid_from=on, source=source, named=False)
    doing = _Import([AreaShape(area.code, area.name, geometry)], target, lock=True)
    if doing.plan.faults:
        raise doing.plan.faults[0]
    doing.write()
    subject = ("area", area.pk, area.name)
    record(by=by, action="territory.geometry_replaced", subject=subject, reason=source)


class _Import:
    """Lays every shape over its area's versions, in memory."""

    def __init__(self, shapes: Sequence[AreaShape], target: Target, *, lock: bool = False) -> None:
        self.plan = AreaPlan(target)
        self._target = target
        self._today = timezone.localdate()
        self.layer, self._is_new = _layer(target, self._today, lock=lock)
        self._writer = Writer(self.layer, target.source)
        self._parents = self._governing_parents()
        coded = self._coded(shapes)
        self._writer.load([code for code, _ in coded])
        for code, shape in coded:
            self._try(code, shape)
        self._count_those_that_stay({code for code, _ in coded})
        self.plan.parents = Counter(self._parents.how) if self._parents else {}

    def write(self) -> None:
        if self._is_new:
            self.layer.save(force_insert=True)
        self.plan.rehung = self._writer.write()
        touch(self.layer)

    def _governing_parents(self) -> Parents | None:
        if not self.layer.governing:
            return None
        return Parents(snapshot(on=self._target.valid_from or self._today), current_county())

    def _coded(self, shapes: Sequence[AreaShape]) -> list[tuple[str, AreaShape]]:
        if self._parents is None:
            return [(shape.code, shape) for shape in shapes]
        if self._target.level == Level.COUNTY:
            if len(shapes) != 1:
                raise InputError(ONE_COUNTY, count=len(shapes))
            return [(current_county(), shapes[0])]
        found: dict[str, AreaShape] = {}
        for shape in shapes:
            try:
                code = self._parents.code(shape.code, self._target.level)
                if code in found:
                    raise InputError(TWICE, code=code)
            except InputError as error:
                self.plan.faults.append(error)
            else:
                found[code] = shape
        return list(found.items())

    def _try(self, code: str, shape: AreaShape) -> None:
        try:
            self._put(code, shape)
        except InputError as error:
            told = "code" in error.params
            self.plan.faults.append(error if told else InputError(AT_CODE, code=code, reason=error))

    def _put(self, code: str, shape: AreaShape) -> None:
        known = self._writer.areas.get(code)
        if known is not None and known.level != self._target.level:
            raise InputError(OTHER_LEVEL, code=code, level=known.level)
        values: dict[str, Any] = {} if shape.geometry.is_empty else drawn(shape.geometry)
        parent = None
        if known is None and self._parents is not None:
            parent = self._parents.parent(code, self._target.level, shape.geometry)
            values["parent_id"] = parent.id if parent else None
        start = self._start(known, starts(parent, BEGINNING))
        own_county = self._parents is not None and self._target.level == Level.COUNTY
        if not own_county:
            values |= self._name(shape, known, start)
        if known is not None and self._same(code, start, values):
            self.plan.unchanged += 1
            return
        self._writer.put(
            Wanted(code, self._target.level, start, self._target.valid_to, values=values)
        )
        if known is None:
            self.plan.new += 1
        else:
            self.plan.changed += 1

    def _name(self, shape: AreaShape, known: Area | None, start: date) -> dict[str, str]:
        """The file's name; without one, an area that held until then goes on under its last."""
        if self._target.named or known is None:
            return {"name": shape.name}
        held = self._writer.version(known.code, start)
        return {} if held else {"name": known.name}

    def _start(self, known: Area | None, otherwise: date) -> date:
        if self._target.valid_from is not None or known is None:
            return self._target.valid_from or otherwise
        holding = self._writer.version(known.code, self._today)
        if holding is None:
            raise InputError(ENDED, code=known.code, day=known.valid_to)
        return holding.valid_from

    def _same(self, code: str, start: date, values: Mapping[str, Any]) -> bool:
        held = self._writer.version(code, start)
        if held is None or held.valid_from != start:
            return False
        end = self._target.valid_to
        return (end is None or held.valid_to == end) and all(
            _plain(getattr(held, name)) == _plain(values[name])
            for name in CONTENT
            if name in values
        )

    def _count_those_that_stay(self, codes: set[str]) -> None:
        day = self._target.valid_from or self._today
        rows = AreaVersion.objects.filter(area__layer_id=self.layer.pk, valid_from__lte=day)
        rows = rows.filter(area__level=self._target.level).exclude(valid_to__lte=day)
        self.plan.stay = sorted(set(rows.values_list("area__code", flat=True)) - codes)


def _layer(target: Target, today: date, *, lock: bool) -> tuple[Layer, bool]:
    """The layer and whether it is still to be saved."""
    if target.level not in Level.values:
        raise InputError(BAD_LEVEL, level=target.level)
    if not LAYER_CODE.fullmatch(target.layer):
        raise InputError(BAD_LAYER, layer=target.layer)
    rows = Layer.objects.select_for_update() if lock else Layer.objects.all()
    layer = rows.filter(code=target.layer).first()
    if layer is None:
        return new(Layer, code=target.layer, name=target.layer), True
    if layer.governing:
        for day in (target.valid_from, target.valid_to):
            if day is not None and day > today:
                raise InputError(FUTURE, day=day)
    return layer, False


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
