"""What a list shows beside the incident itself: category, names of its areas, unit, clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.utils.translation import get_language

from linli.calendars import CalendarChoice, WorkCalendar
from linli.casework.definitions import calendars
from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.models import Category, Incident
from linli.lib.derived import Derived
from linli.territory.models import Area
from linli.territory.snapshots import snapshot


class Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class Listed(NamedTuple):
    """What a list shows of an incident: a third of its columns, read at half the cost of a model.

    Named and ordered as the columns are. A search leaves the `progress` of ended cases where it is.
    """

    id: UUID
    number: str
    title: str
    category_id: UUID
    state: str
    severity: str
    is_open: bool
    opened_at: datetime
    due_at: datetime | None
    lead_unit_id: UUID | None
    township_id: UUID | None
    village_id: UUID | None
    area_id: UUID | None
    place_text: str
    progress: dict[str, Any] | None
    calendar_version: int


Shown = Incident | Listed
S = TypeVar("S", Incident, Listed)


@dataclass(frozen=True, slots=True)
class Counting:
    """When the deadline that counts now began, and the calendar it goes by (None: plain hours)."""

    started: datetime | None
    calendar: WorkCalendar | None


NO_CLOCK = Counting(None, None)
_PLACES = Derived[dict[tuple[UUID | None, ...], tuple[str, ...]]](lambda _map: {})


class Line(NamedTuple, Generic[S]):
    """One incident of a list; `place` runs from the township down."""

    incident: S
    category: Category
    category_name: str
    place: tuple[str, ...]
    unit: str
    clock: Counting


def lines_of(incidents: Sequence[S]) -> list[Line[S]]:
    """Complete a page of incidents; one query at most, for areas that left the map."""
    units, categories, english = references.every_unit(), references.categories(), _english()
    lines = []
    for one, place in zip(incidents, _places(incidents), strict=True):
        category = categories.get(one.category_id) or references.category(one.category_id)
        unit = units.get(one.lead_unit_id) if one.lead_unit_id else None
        lines.append(
            Line(
                incident=one,
                category=category,
                category_name=_name(category, english),
                place=place,
                unit=_name(unit, english) if unit else "",
                clock=counting(one) if one.is_open else NO_CLOCK,
            )
        )
    return lines


def _places(incidents: Sequence[Shown]) -> list[tuple[str, ...]]:
    """Names of township, village and grid of each, as far as they are known; kept with the map."""
    known = _PLACES.of(snapshot().nodes, current_county(), _english())
    spots = [(one.township_id, one.village_id, one.area_id) for one in incidents]
    if new := {spot for spot in spots if spot not in known}:
        names = area_names(key for spot in new for key in spot if key)
        for spot in new:
            known[spot] = tuple(names[key] for key in dict.fromkeys(spot) if key in names)
    return [known[spot] for spot in spots]


def area_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names from the map in memory; what is no longer on it is read."""
    nodes, wanted = snapshot().nodes, set(ids)
    english = _english()
    names = {key: _name(nodes[key], english) for key in wanted if key in nodes}
    if missing := wanted - names.keys():
        rows = Area.objects.filter(pk__in=missing).only("id", "name", "name_en")
        names |= {row.pk: named(row) for row in rows}
    return names


def named(thing: Named) -> str:
    """A name in the reader's language, where there is one."""
    return _name(thing, _english())


def _name(thing: Named, english: bool) -> str:
    return (thing.name_en if english else "") or thing.name


def _english() -> bool:
    return (get_language() or "").startswith("en")


def unit_name(unit_id: UUID | None) -> str:
    """The name of a unit, closed or not, in the reader's language; empty where there is none."""
    unit = references.every_unit().get(unit_id) if unit_id else None
    return named(unit) if unit else ""


def counting(incident: Shown) -> Counting:
    progress = incident.progress or {}
    clocks: dict[str, dict[str, Any]] = progress.get("clocks", {})
    running = [clock for clock in clocks.values() if clock.get("since")]
    newest = max(running, key=lambda one: datetime.fromisoformat(one["started_at"]), default=None)
    begun = newest["started_at"] if newest else progress.get("entered_at")
    allowed: list[str] = newest["allowances"] if newest else []
    plain = bool(allowed) and not any("working" in one for one in allowed)  # as `Duration` is kept
    used = None if plain else _calendar(incident, newest or {})
    return Counting(datetime.fromisoformat(begun) if begun else None, used)


def _calendar(incident: Shown, clock: dict[str, Any]) -> WorkCalendar:
    choice = CalendarChoice(clock.get("calendar", CalendarChoice.COUNTY))
    return calendars(incident.calendar_version).calendar_for(choice, clock.get("unit", ""))
