"""The office's list of units: read, compared with what there is, applied."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

from django.db import transaction

from linli.audit.actions import Author, record
from linli.lib.errors import InputError
from linli.lib.tables import Column, Row, read_table
from linli.organisations.actions import UnitFacts, check, create_unit, edit_unit
from linli.organisations.models import Unit, UnitKind
from linli.organisations.plans import (
    NO_SUCH_AREA,
    NO_SUCH_CHOICE,
    NO_SUCH_UNIT,
    SEVERAL_AREAS,
    SEVERAL_UNITS,
    TWICE,
    Change,
    Effect,
    Lookup,
    Plan,
    Refused,
    plan_rows,
)
from linli.organisations.rules import ONE_PER_AREA
from linli.territory.models import Area

COLUMNS = (
    Column("code", ("单位编码", "编码", "代码", "单位代码", "code"), required=False),
    Column("name", ("单位名称", "名称", "机构名称", "单位", "name")),
    Column("kind", ("类型", "单位类型", "单位性质", "类别", "kind")),
    Column("function", ("职能", "行业", "业务领域", "function"), required=False),
    Column("parent", ("上级单位", "上级单位编码", "主管单位", "parent"), required=False),
    Column(
        "area", ("辖区", "所属区域", "所在乡镇", "区划代码", "管辖区域", "area"), required=False
    ),
    Column("duty_phone", ("值班电话", "联系电话", "办公电话", "电话", "phone"), required=False),
    Column("deputy", ("代理单位", "备岗单位", "B岗单位", "deputy"), required=False),
    Column("name_en", ("英文名称", "name_en", "english"), required=False),
)
KINDS = {
    UnitKind.COUNTY_CENTRE: ("县综治中心", "县级中心", "县中心", "县级综治中心"),
    UnitKind.TOWNSHIP_PLATFORM: ("乡镇平台", "乡镇综治中心", "镇综治中心", "乡镇级平台", "乡镇"),
    UnitKind.VILLAGE_OFFICE: ("村委会", "村级", "村居", "村（居）委会", "社区居委会", "村"),
    UnitKind.DEPARTMENT: ("部门", "县直部门", "职能部门", "县级部门", "局"),
    UnitKind.BODY: ("群防群治组织", "群防组织", "社会组织"),
    UnitKind.COMPANY: ("合同单位", "公司", "企业", "服务外包单位"),
}


@dataclass(frozen=True)
class UnitRow:
    """A row as codes: its parent and deputy may be rows of the same list."""

    facts: UnitFacts
    existing: Unit | None
    parent_code: str
    deputy_code: str


class _Known:
    def __init__(self, rows: list[Row]) -> None:
        self.areas = area_lookup()
        self.existing = {unit.code.casefold(): unit for unit in Unit.objects.order_by("code")}
        self.codes = _codes(rows, self.existing.values())
        self.units: Lookup[str] = Lookup(NO_SUCH_UNIT, SEVERAL_UNITS)
        codes = {code: unit.name for code, unit in self.existing.items()}
        codes |= {self.code(row).casefold(): _safe(row, "name") for row in rows}
        for code, name in codes.items():
            if code:
                also = called_also(self.existing.get(code))
                self.units.add(code, codes=[code], names=[name], also=also)
        self.seen: dict[str, int] = {}

    def code(self, row: Row) -> str:
        return self.codes.get((row.sheet, row.number), "")


def _codes(rows: list[Row], units: Collection[Unit]) -> dict[tuple[str, int], str]:
    """The code of each row. One that gives none is the unit of its name, else gets the next free
    U001, U002, …, since many offices have no codes; "" where several units bear the name.
    """
    codes = {(row.sheet, row.number): _safe(row, "code") for row in rows}
    taken = {code.casefold() for code in (*codes.values(), *(unit.code for unit in units))}
    free = (code for n in count(1) if (code := f"U{n:03}").casefold() not in taken)
    named: dict[str, str] = {}
    for unit in units:
        named[unit.name] = "" if unit.name in named else unit.code
    for row in rows:
        name = _safe(row, "name")
        if name and not codes[row.sheet, row.number]:
            codes[row.sheet, row.number] = named[name] if name in named else next(free)
            named[name] = codes[row.sheet, row.number]
    return codes


def plan_units(content: bytes) -> Plan[UnitRow]:
    """What the list would change in the current county. Raises InputError for the whole file."""
    table = read_table(content, COLUMNS)
    known = _Known(table.rows)
    plan = plan_rows(table, lambda row: _read(row, known))
    _refuse_orphans(plan, known)
    return plan


@transaction.atomic
def apply_units(plan: Plan[UnitRow], *, by: Author) -> int:
    """Write every good row, all or none; return how many. Raises InputError."""
    made: dict[str, Unit] = {}
    rows = plan.effective
    for change in rows:  # parents and deputies follow, since they may stand further down
        row = change.facts
        bare = _with(row.facts, None, None)
        made[row.facts.code.casefold()] = (
            edit_unit(unit=row.existing, facts=_linked(row, row.existing), by=by)
            if row.existing
            else create_unit(facts=bare, by=by)
        )
    units = {unit.code.casefold(): unit for unit in Unit.objects.all()}
    for change in rows:
        row = change.facts
        if row.parent_code or row.deputy_code:
            unit = made[row.facts.code.casefold()]
            parent = units.get(row.parent_code) or unit.parent
            deputy = units.get(row.deputy_code) or unit.deputy
            edit_unit(unit=unit, facts=_with(row.facts, parent, deputy), by=by)
    record(by=by, action="units.imported", reason=f"{len(rows)} rows")
    return len(rows)


def called_also(unit: Unit | None) -> tuple[str, ...]:
    """The county's centre is called so by everybody, whatever its full name is."""
    return KINDS[UnitKind.COUNTY_CENTRE] if unit and unit.kind == UnitKind.COUNTY_CENTRE else ()


def area_lookup() -> Lookup[Area]:
    """Areas of the governing layer by code and by name, also together with the name above."""
    areas: Lookup[Area] = Lookup(NO_SUCH_AREA, SEVERAL_AREAS)
    rows = Area.objects.filter(layer__governing=True, valid_to__isnull=True)
    found = {area.pk: area for area in rows}
    for area in found.values():
        above = found.get(area.parent_id) if area.parent_id else None
        top = found.get(above.parent_id) if above and above.parent_id else None
        joined = f"{above.name}{area.name}" if above else ""
        full = f"{top.name}{joined}" if top else ""
        areas.add(area, codes=[area.code, area.standard_code], names=[area.name, joined, full])
    return areas


def _read(row: Row, known: _Known) -> Change[UnitRow]:
    name, code = row.text("name", required=True), row.text("code") or known.code(row)
    if not code:
        raise row.error(SEVERAL_UNITS, "name", value=name[:60])
    if (other := known.seen.setdefault(code.casefold(), row.number)) != row.number:
        raise row.error(TWICE, "code", other=other)
    existing = known.existing.get(code.casefold())
    facts = UnitFacts(
        code=existing.code if existing else code,
        name=name,
        kind=_kind(row),
        name_en=row.text("name_en") or (existing.name_en if existing else ""),
        function=row.text("function") or (existing.function if existing else ""),
        area=known.areas.find(row, "area") or (existing.area if existing else None),
        duty_phone=row.text("duty_phone") or (existing.duty_phone if existing else ""),
    )
    check(facts, existing)
    if facts.kind in ONE_PER_AREA and facts.area:
        key = f"{facts.kind}:{facts.area.pk}"
        if (other := known.seen.setdefault(key, row.number)) != row.number:
            raise row.error(TWICE, "area", other=other)
    parent, deputy = known.units.find(row, "parent") or "", known.units.find(row, "deputy") or ""
    unit_row = UnitRow(facts, existing, parent, deputy)
    changed = _differences(unit_row)
    effect = Effect.ADDED if existing is None else Effect.CHANGED if changed else Effect.UNCHANGED
    return Change(row, effect, f"{code} {name}", " · ".join(changed), unit_row)


def _kind(row: Row) -> UnitKind:
    text = row.text("kind", required=True)
    for kind, words in KINDS.items():
        if text in words or text.casefold() in {kind.value, kind.name.casefold()}:
            return kind
    raise row.error(NO_SUCH_CHOICE, "kind", value=text[:60])


def _differences(row: UnitRow) -> list[str]:
    """What an existing unit would get, as old -> new."""
    old = row.existing
    if old is None:
        return []
    pairs = [
        (old.name, row.facts.name),
        (UnitKind(old.kind).label, row.facts.kind.label),
        (old.function, row.facts.function),
        (old.area.name if old.area else "", row.facts.area.name if row.facts.area else ""),
        (old.duty_phone, row.facts.duty_phone),
        (old.name_en, row.facts.name_en),
    ]
    if row.parent_code:
        pairs.append((old.parent.code.casefold() if old.parent else "", row.parent_code))
    if row.deputy_code:
        pairs.append((old.deputy.code.casefold() if old.deputy else "", row.deputy_code))
    return [f"{before or '—'} → {after}" for before, after in pairs if before != after]


def _refuse_orphans(plan: Plan[UnitRow], known: _Known) -> None:
    """A row whose parent or deputy is itself refused cannot be written either."""
    while True:
        good = {change.facts.facts.code.casefold() for change in plan.changes}
        good |= set(known.existing)
        orphans = [c for c in plan.changes if not _links(c.facts) <= good]
        if not orphans:
            return
        for change in orphans:
            value = next(iter(_links(change.facts) - good))
            error = change.row.error(NO_SUCH_UNIT, "parent", value=value)
            plan.refused.append(Refused(change.row, error))
        plan.changes = [change for change in plan.changes if change not in orphans]


def _links(row: UnitRow) -> set[str]:
    return {code for code in (row.parent_code, row.deputy_code) if code}


def _linked(row: UnitRow, existing: Unit) -> UnitFacts:
    return _with(row.facts, existing.parent, existing.deputy)


def _with(facts: UnitFacts, parent: Unit | None, deputy: Unit | None) -> UnitFacts:
    return UnitFacts(**{**vars(facts), "parent": parent, "deputy": deputy})


def _safe(row: Row, name: str) -> str:
    try:
        return row.text(name)
    except InputError:
        return ""
