"""What a run stands on: how definitions route in this county, its calendars, units and names."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.calendars import CalendarChoice, Duration, WorkCalendar
from linli.casework.definitions import newest_calendars
from linli.incidents import references
from linli.incidents.facts import category_durations
from linli.incidents.models import Category
from linli.organisations.models import Unit, UnitKind
from linli.processes import Definition
from linli.processes.routing import Matter as RoutedMatter
from linli.processes.routing import route
from linli.territory.models import Area
from linli.whatif.applying import WHOLE
from linli.whatif.histories import Indexes
from linli.whatif.sides import Calendars, Matter, Side, Suggested
from linli.whatif.simulation.running import Office

WORKING = frozenset(
    {
        Role.COUNTY_OPERATOR,
        Role.DISPATCHER,
        Role.VERIFIER,
        Role.TOWNSHIP_OPERATOR,
        Role.VILLAGE_OPERATOR,
        Role.UNIT_HANDLER,
        Role.UNIT_HEAD,
    }
)
"""Roles whose holders take the steps of cases at their unit."""

Words = dict[str, str]


class Surroundings:
    """The current county as it is now, read once for both sides."""

    def __init__(self) -> None:
        self._service = references.in_service()
        categories = references.categories().values()
        self._categories = {one.code: one for one in categories}
        self._codes = {one.code: references.category_codes(one) for one in categories}
        self._paths = _paths(references.county_code())
        self._edition = newest_calendars()
        centre = references.platform_of(None).id
        self.centre = next((u.code for u in self._service.units.values() if u.pk == centre), "")

    def side(self, definition: Definition, calendar: WorkCalendar | None = None) -> Side:
        """A definition as this county would apply it today, by another calendar if one is given."""
        return Side(
            definition,
            partial(self._suggest, definition),
            self._calendars(calendar),
            cache(self._category_times),
        )

    @property
    def zone(self) -> ZoneInfo:
        return self._edition.county.zone

    def _calendars(self, instead: WorkCalendar | None) -> Calendars:
        """Units with hours of their own keep them; `instead` replaces the county's calendar."""
        own = self._edition.units
        units = {
            unit.code: self._edition.calendar_for(CalendarChoice.UNIT, str(unit.pk))
            for unit in self._service.units.values()
            if unit.pk in own
        }
        return Calendars(instead or self._edition.county, units)

    def _suggest(self, definition: Definition, matter: Matter) -> Suggested:
        category = self._categories.get(matter.category)
        if category is None:
            return Suggested()
        routed = route(definition, self._routed(matter, category), self._service.posts)
        if routed is None:
            return Suggested()
        chosen = routed.chosen
        return Suggested(chosen.lead, chosen.rule.key, chosen.handle)

    def _routed(self, matter: Matter, category: Category) -> RoutedMatter:
        return RoutedMatter(
            path=self._paths.get(matter.area, self._paths[""]),
            categories=self._codes[category.code],
            trade=category.function,
            countywide=category.unit_level == "county",
            severity=matter.severity,
            source=matter.source,
            hour=matter.hour,
        )

    def _category_times(self, category: str, severity: str) -> Mapping[str, Duration]:
        found = self._categories.get(category)
        return category_durations(found, severity) if found else {}


def _paths(root: str) -> dict[str, tuple[str, ...]]:
    """For each area its own code, then those above it, retired ones too; "" is the county."""
    found: dict[str, tuple[str, ...]] = {"": (root,)}
    codes = dict(Area.objects.values_list("pk", "code"))
    for pk, village, township in Area.objects.values_list("pk", "village_id", "township_id"):
        above = [codes[key] for key in (village, township) if key in codes]
        found[codes[pk]] = tuple(dict.fromkeys([codes[pk], *above, root]))
    return found


def offices(today: date) -> dict[str, Office]:
    """The kind of each unit and how many people work there today; nobody is named."""
    here = Membership.objects.filter(role__in=WORKING, unit__isnull=False, valid_from__lte=today)
    here = here.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    people = here.values("unit_id").annotate(count=Count("user_id", distinct=True))
    counts = dict(people.values_list("unit_id", "count"))
    return {unit.code: Office(unit.kind, counts.get(unit.pk, 0)) for unit in Unit.objects.all()}


def labels(indexes: Indexes, definitions: Iterable[Definition]) -> dict[str, dict[str, Words]]:
    """The names of all that a result speaks of, in both languages, as they are today."""
    units = {u.code: _both(u.name, u.name_en) for u in Unit.objects.all()}
    places = Area.objects.values_list("code", "name", "name_en")
    areas = {code: _both(name, name_en) for code, name, name_en in places}
    tree = references.categories().values()
    categories = {one.code: _both(one.name, one.name_en) for one in tree}
    clocks: dict[str, Words] = {WHOLE: {"zh": "全程", "en": "The whole"}}
    rules: dict[str, Words] = {}
    states: dict[str, Words] = {}
    steps: dict[str, Words] = {}
    for one in definitions:
        clocks |= _texts(one.clocks)
        states |= _texts(one.states)
        steps |= _texts(one.transitions)
        rules |= {rule.key: _both(rule.label.zh, rule.label.en) for rule in one.routing}
    return {
        "units": _kept(units, indexes.units.keys),
        "areas": _kept(areas, indexes.areas.keys),
        "categories": _kept(categories, indexes.categories.keys),
        "clocks": clocks,
        "rules": rules,
        "states": states,
        "steps": steps,
        "kinds": {kind.value: _kind(kind) for kind in UnitKind},
    }


def _texts(parts: Mapping[str, Any]) -> dict[str, Words]:
    return {key: _both(part.label.zh, part.label.en) for key, part in parts.items()}


def _both(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en or zh}


def _kept(words: Mapping[str, Words], keys: Iterable[str]) -> dict[str, Words]:
    return {key: words.get(key, _both(key, key)) for key in keys}


def _kind(kind: UnitKind) -> Words:
    from django.utils.translation import override

    found = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with override(code):
            found[language] = str(kind.label)
    return found
