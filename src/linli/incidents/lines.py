"""What a list shows beside the incident itself: category, names of its areas, unit, clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import get_language

from linli.calendars import CalendarChoice, WorkCalendar
from linli.casework.definitions import calendars
from linli.incidents import references
from linli.incidents.models import Category, Incident
from linli.territory.models import Area
from linli.territory.snapshots import snapshot


class Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Counting:
    """When the deadline that counts now began, and the calendar it goes by (None: plain hours)."""

    started: datetime | None
    calendar: WorkCalendar | None


@dataclass(frozen=True, slots=True)
class Line:
    """One incident of a list; `place` runs from the township down."""

    incident: Incident
    category: Category
    place: tuple[str, ...]
    unit: str
    clock: Counting


def lines_of(incidents: Sequence[Incident]) -> list[Line]:
    """Complete a page of incidents with one query for all their areas."""
    names = area_names(key for one in incidents for key in place_ids(one))
    units = references.units()
    return [
        Line(
            incident=one,
            category=references.category(one.category_id),
            place=tuple(names[key] for key in place_ids(one) if key in names),
            unit=named(units[one.lead_unit_id]) if one.lead_unit_id in units else "",
            clock=counting(one),
        )
        for one in incidents
    ]


def place_ids(incident: Incident) -> list[UUID]:
    """Township, village, grid: each once, as far as they are known."""
    ids = [incident.township_id, incident.village_id, incident.area_id]
    return list(dict.fromkeys(key for key in ids if key))


def area_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names from the map in memory; what is no longer on it is read."""
    nodes, wanted = snapshot().nodes, set(ids)
    names = {key: named(nodes[key]) for key in wanted if key in nodes}
    if missing := wanted - names.keys():
        rows = Area.objects.filter(pk__in=missing).only("id", "name", "name_en")
        names |= {row.pk: named(row) for row in rows}
    return names


def named(thing: Named) -> str:
    """A name in the reader's language, where there is one."""
    if thing.name_en and (get_language() or "").startswith("en"):
        return thing.name_en
    return thing.name


def unit_name(unit_id: UUID | None) -> str:
    """The name of an active unit in the reader's language; empty where there is none."""
    unit = references.units().get(unit_id) if unit_id else None
    return named(unit) if unit else ""


def counting(incident: Incident) -> Counting:
    clocks: dict[str, dict[str, Any]] = incident.progress.get("clocks", {})
    running = [clock for clock in clocks.values() if clock.get("since")]
    newest = max(running, key=lambda one: datetime.fromisoformat(one["started_at"]), default=None)
    begun = newest["started_at"] if newest else incident.progress.get("entered_at")
    allowed: list[str] = newest["allowances"] if newest else []
    plain = bool(allowed) and not any("working" in one for one in allowed)  # as `Duration` is kept
    used = None if plain else _calendar(incident, newest or {})
    return Counting(datetime.fromisoformat(begun) if begun else None, used)


def _calendar(incident: Incident, clock: dict[str, Any]) -> WorkCalendar:
    choice = CalendarChoice(clock.get("calendar", CalendarChoice.COUNTY))
    return calendars(incident.calendar_version).calendar_for(choice, clock.get("unit", ""))
