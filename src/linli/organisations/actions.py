"""Every write about units. `flows.staff` asks for the right before it calls these."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from linli.audit.actions import Author, record
from linli.counties.tenancy import new
from linli.lib.errors import InputError
from linli.lib.pinyin import search_keys
from linli.organisations import rules
from linli.organisations.models import Unit, UnitKind
from linli.territory.models import Area


@dataclass(frozen=True)
class UnitFacts:
    """What a unit is, apart from its id."""

    code: str
    name: str
    kind: UnitKind
    name_en: str = ""
    function: str = ""
    parent: Unit | None = None
    area: Area | None = None
    deputy: Unit | None = None
    duty_phone: str = ""
    active: bool = True


FIELDS = tuple(UnitFacts.__dataclass_fields__)


@transaction.atomic
def create_unit(*, facts: UnitFacts, by: Author) -> Unit:
    """Raises InputError with the field at fault."""
    check(facts, None)
    unit = _filled(new(Unit), facts)
    unit.save(force_insert=True)
    record(by=by, action="unit.created", subject=_subject(unit))
    return unit


@transaction.atomic
def edit_unit(*, unit: Unit, facts: UnitFacts, by: Author) -> Unit:
    """Raises InputError with the field at fault."""
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    check(facts, unit)
    _filled(unit, facts).save(update_fields=[*FIELDS, "pinyin", "initials"])
    record(by=by, action="unit.edited", subject=_subject(unit))
    return unit


@transaction.atomic
def follow_areas(moved: Mapping[UUID, UUID], *, by: Author) -> None:
    """Units of areas that only got another code go to the new ones (`moved`: old id -> new id).

    Where a village lies in another township now, its units stand below that township's.
    """
    areas = Area.objects.in_bulk([*moved, *moved.values()])
    for old in sorted(moved, key=lambda one: areas[one].level):  # townships before their villages
        new_area, was_in = areas[moved[old]], areas[old].township_id
        for unit in _at(old):
            if unit.active and unit.kind in rules.ONE_PER_AREA:
                _make_way(new_area.pk, new_area.parent_id, by, kind=unit.kind, active=True)
            unit.area = new_area
            _stand_below(unit, was_in and moved.get(was_in, was_in), new_area.township_id)
            unit.save(update_fields=["area", "parent", "deputy"])
            record(by=by, action="unit.followed", subject=_subject(unit))


@transaction.atomic
def make_way(reused: Mapping[UUID, UUID], *, by: Author) -> None:
    """Units left over from ended areas whose codes stand for others now go to the area above.

    `reused`: area -> the one above. What becomes of them is for the county to say.
    """
    for area_id, above in reused.items():
        _make_way(area_id, above, by)


def _make_way(area_id: UUID, above: UUID | None, by: Author, **only: Any) -> None:
    for unit in _at(area_id, **only):
        unit.area_id = above
        unit.save(update_fields=["area"])
        record(by=by, action="unit.displaced", subject=_subject(unit))


def _at(area_id: UUID, **only: Any) -> QuerySet[Unit]:
    rows = Unit.objects.filter(area_id=area_id, **only).select_related("parent", "deputy")
    return rows.order_by("code").select_for_update(of=("self",))


def _stand_below(unit: Unit, old: UUID | None, township: UUID | None) -> None:
    """Units above it in its old township give way to those of the same kind in the new one."""
    if old == township:
        return
    for name in ("parent", "deputy"):
        above: Unit | None = getattr(unit, name)
        if above is not None and above.area_id is not None and above.area_id == old:
            alike = {"kind": above.kind, "function": above.function, "active": True}
            there = Unit.objects.filter(area=township, **alike) if township else Unit.objects.none()
            setattr(unit, name, there.order_by("code").first())


def check(facts: UnitFacts, own: Unit | None) -> None:
    """What forms, lists and actions ask alike. Raises InputError."""
    rules.check_unit(
        code=facts.code, name=facts.name, kind=facts.kind, area=facts.area, phone=facts.duty_phone
    )
    own_id = own.pk if own else None
    rules.check_deputy(own_id, facts.deputy.pk if facts.deputy else None)
    if facts.parent is not None and own_id is not None:
        parents: dict[object, object | None] = dict(Unit.objects.values_list("pk", "parent_id"))
        rules.check_parent(own_id, facts.parent.pk, parents)
    _check_unique(facts, own_id)
    if own is not None and own.kind == UnitKind.COUNTY_CENTRE and not facts.active:
        raise InputError(rules.CENTRE_STAYS, field="active")


def _check_unique(facts: UnitFacts, own_id: UUID | None) -> None:
    others = Unit.objects.exclude(pk=own_id) if own_id else Unit.objects.all()
    twin = others.filter(code=facts.code).first()
    if twin is not None:
        raise InputError(rules.CODE_TAKEN, field="code", value=facts.code, name=twin.name)
    alive = others.filter(active=True, kind=facts.kind)
    if facts.kind == UnitKind.COUNTY_CENTRE and (centre := alive.first()):
        raise InputError(rules.ONE_CENTRE, field="kind", name=centre.name)
    if facts.kind in rules.ONE_PER_AREA and (same := alive.filter(area=facts.area).first()):
        area = facts.area.name if facts.area else ""
        raise InputError(rules.AREA_TAKEN, field="area", area=area, name=same.name)


def _filled(unit: Unit, facts: UnitFacts) -> Unit:
    for name in FIELDS:
        setattr(unit, name, getattr(facts, name))
    keys = search_keys(facts.name)
    unit.pinyin = " ".join(keys.full)[:400]
    unit.initials = " ".join(keys.initials)[:120]
    return unit


def _subject(unit: Unit) -> tuple[str, UUID, str]:
    return ("unit", unit.pk, unit.name)
