"""A new edition of a county's divisions: first what it would change, then the change at a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Author, record
from linli.lib.errors import InputError, gettext_noop
from linli.territory.actions.writing import Wanted, Writer
from linli.territory.divisions import DivisionList
from linli.territory.enums import ChangeKind, DivisionLevel
from linli.territory.models import AreaVersion, Layer, Level
from linli.territory.rules import Change, ChangeSet, DivisionRow, changes, name_stem
from linli.territory.snapshots import Snapshot, snapshot, touch

LEVELS = {DivisionLevel.TOWNSHIP: Level.TOWNSHIP, DivisionLevel.VILLAGE: Level.VILLAGE}

FUTURE = gettext_noop(
    "%(day)s is still to come: a change is entered on the day it begins, or later."
)
EARLIER = gettext_noop(
    "The divisions were changed on %(last)s already; editions are applied in turn, oldest first."
)
FAULTY = gettext_noop("The lists have %(count)d faults; nothing was applied. The first: %(first)s")


@dataclass(frozen=True)
class Applied:
    """`moved`: old id -> new id. `rehung`: areas that lie in another township or village now,
    whose open cases the caller may want to look at. `orphans`: codes whose parent has ended.
    `reused`: areas whose code stood for another one that has ended -> the area above.
    """

    counts: Mapping[DivisionLevel, Mapping[ChangeKind, int]]
    moved: Mapping[UUID, UUID]
    rehung: Sequence[UUID]
    orphans: Sequence[str]
    reused: Mapping[UUID, UUID]


def division_rows(then: Snapshot) -> list[DivisionRow]:
    """The townships and villages of a day in the form that editions are compared in."""
    wanted = (Level.TOWNSHIP, Level.VILLAGE)
    return [DivisionRow(n.code, n.name) for n in then.nodes.values() if n.level in wanted]


def plan_divisions(incoming: DivisionList, *, on: date) -> ChangeSet:
    """What applying an edition at a day would change. Raises InputError: a day out of order."""
    if on > timezone.localdate():
        raise InputError(FUTURE, field="on", day=on)
    last = _last_change()
    if last is not None and on < last:
        raise InputError(EARLIER, field="on", last=last)
    return changes(division_rows(snapshot(on=on)), incoming.rows)


@transaction.atomic
def apply_divisions(incoming: DivisionList, *, on: date, by: Author) -> Applied:
    """Apply an edition: names and places hold from `on`, what was before stays for older cases.

    Cases and units are left as they are. Raises InputError; then nothing was written.
    """
    if incoming.faults:
        raise InputError(FAULTY, count=len(incoming.faults), first=incoming.faults[0])
    layer = Layer.objects.select_for_update().get(governing=True)
    found = plan_divisions(incoming, on=on)
    then = snapshot(on=on)
    writer = Writer(layer, f"divisions {on}")
    pairs = _pairs(found)
    followers = _followers(then, pairs)
    writer.load([*_codes(found), *(node_code for node_code, _ in followers)])
    reused = _reused(writer, found)
    for change in (*found.added, *found.renamed):
        _put(writer, change, on)
    for old, new_code in pairs.items():
        _carry_over(writer, old, new_code, on)
    for code, new_parent in followers:
        area = writer.areas[code]
        values = {"parent_id": writer.areas[new_parent].pk}
        writer.put(Wanted(code, area.level, on, values=values))
    for change in found.removed:
        writer.close(change.subject.code, on)
    rehung = writer.write()
    touch(layer)
    _record(found, layer, on, by)
    moved = {writer.areas[old].pk: writer.areas[new].pk for old, new in pairs.items()}
    above = {writer.areas[code].pk: writer.areas[parent].pk for code, parent in reused.items()}
    return Applied(found.counts, moved, rehung, _orphans(on), above)


def _codes(found: ChangeSet) -> list[str]:
    return [change.subject.code for change in (*found.added, *found.removed, *found.renamed)]


def _reused(writer: Writer, found: ChangeSet) -> dict[str, str]:
    """Codes of ended areas that come back under another name, with the codes above them."""
    return {
        change.subject.code: change.subject.parent or ""
        for change in found.added
        if (former := writer.areas.get(change.subject.code)) is not None
        and name_stem(former.name) != name_stem(change.subject.name)
    }


def _pairs(found: ChangeSet) -> dict[str, str]:
    return {c.before.code: c.after.code for c in found.moved if c.before and c.after}


def _put(writer: Writer, change: Change, on: date) -> None:
    row = change.subject
    values = {"name": row.name, "parent_id": writer.areas[row.parent or ""].pk}
    writer.put(Wanted(row.code, LEVELS[row.level], on, values=values))


def _followers(then: Snapshot, pairs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Grids of a moved village go with it; listed divisions have a place of their own."""
    return [
        (child.code, new_code)
        for old, new_code in pairs.items()
        for child in then.children.get(then.by_code[old].id, ())
        if child.level == Level.GRID
    ]


def _carry_over(writer: Writer, old: str, new_code: str, on: date) -> None:
    """A moved division keeps its outline."""
    before, after = writer.version(old, on), writer.version(new_code, on)
    if before and after and before.geometry and not after.geometry:
        after.geometry, after.area_m2 = before.geometry, before.area_m2
        after.name_en = after.name_en or before.name_en


def _orphans(on: date) -> list[str]:
    then = snapshot(on=on)
    return [n.code for n in then.nodes.values() if n.parent_id and n.parent_id not in then.nodes]


def _last_change() -> date | None:
    rows = AreaVersion.objects.filter(
        area__layer__governing=True, area__level__in=(Level.TOWNSHIP, Level.VILLAGE)
    )
    begun = rows.order_by("-valid_from").values_list("valid_from", flat=True).first()
    ended = rows.filter(valid_to__isnull=False).order_by("-valid_to")
    return max(
        filter(None, (begun, ended.values_list("valid_to", flat=True).first())), default=None
    )


def _record(found: ChangeSet, layer: Layer, on: date, by: Author) -> None:
    words = f"{on}: +{len(found.added)} -{len(found.removed)} ~{len(found.renamed)}"
    record(
        by=by,
        action="territory.divisions_applied",
        subject=("layer", layer.pk, layer.code),
        reason=words,
    )
