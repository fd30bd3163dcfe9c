"""Which unit should take a matter, and why. A suggestion: a person dispatches."""

from dataclasses import dataclass
from uuid import UUID

from linli.incidents import references
from linli.incidents.models import Category, RoutingRule
from linli.organisations.models import Unit, UnitKind


@dataclass(frozen=True)
class Where:
    """An incident's place, from the deepest area to the township."""

    area_id: UUID | None
    village_id: UUID | None
    township_id: UUID | None

    @property
    def path(self) -> list[UUID]:
        found = [self.area_id, self.village_id, self.township_id]
        return list(dict.fromkeys(area for area in found if area))


@dataclass(frozen=True)
class Suggestion:
    """`reason` is a code for the page's words: rule, function_here, function_county, platform."""

    unit: Unit
    reason: str
    note: str = ""


def suggest(where: Where, category: Category) -> Suggestion | None:
    """The accepting unit of a place and category; None where the county has named none."""
    return _by_rule(where, category) or _by_function(where, category) or _by_platform(where)


def _by_rule(where: Where, category: Category) -> Suggestion | None:
    for rule in references.routing_rules():
        unit = references.units().get(rule.unit_id)
        if unit is not None and _fits(rule, where, category):
            return Suggestion(unit, "rule", rule.note)
    return None


def _fits(rule: RoutingRule, where: Where, category: Category) -> bool:
    if rule.area_id is not None and rule.area_id not in where.path:
        return False
    return rule.category_id in {None, category.pk, category.parent_id}


def _by_function(where: Where, category: Category) -> Suggestion | None:
    """The unit of the category's trade that works nearest: village, township, then county."""
    if not category.function:
        return None
    units = [unit for unit in references.units().values() if unit.function == category.function]
    if category.unit_level != "county":
        for area_id in where.path:
            for unit in units:
                if unit.area_id == area_id:
                    return Suggestion(unit, "function_here")
    for unit in units:
        if unit.area_id is None or (unit.kind == UnitKind.DEPARTMENT and _countywide(unit)):
            return Suggestion(unit, "function_county")
    return None


def _countywide(unit: Unit) -> bool:
    return unit.parent_id is None or unit.area_id is None


def _by_platform(where: Where) -> Suggestion | None:
    platform = references.platform_of(where.township_id)
    unit = references.units().get(platform.id) if platform.id else None
    return Suggestion(unit, "platform") if unit else None
