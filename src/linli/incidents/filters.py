"""What a list may be narrowed by. The address of a page holds all of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from linli.counties.opening import instants
from linli.incidents.enums import FINAL_STATES, State

Group = Literal["all", "open", "closed"]
MAX_TEXT = 100


@dataclass(frozen=True)
class Filter:
    """An empty one is everything that the actor may see. `text` is what was typed into search."""

    group: Group = "all"
    states: tuple[str, ...] = ()
    township: UUID | None = None
    village: UUID | None = None
    area: UUID | None = None
    category: UUID | None = None
    unit: UUID | None = None
    severity: str = ""
    source: str = ""
    overdue: bool = False
    supervised: bool = False
    sampled: bool = False
    unplaced: bool = False
    opened_from: date | None = None
    opened_to: date | None = None
    text: str = ""

    def without(self, name: str) -> "Filter":
        """The same filter with one condition taken away (a chip was closed)."""
        default = type(self).__dataclass_fields__[name].default
        changed: dict[str, Any] = {name: default}
        return replace(self, **changed)

    @property
    def wanted_states(self) -> frozenset[str]:
        """States that the group and the chosen states leave; none where they exclude each other."""
        group = _GROUPS[self.group]
        return group & frozenset(self.states) if self.states else group

    @property
    def nothing_else(self) -> bool:
        """Whether only group, states and one of township, category and unit are asked for."""
        kept = replace(self, group="all", states=(), township=None, category=None, unit=None)
        asked = [one for one in (self.township, self.category, self.unit) if one]
        return kept == Filter() and len(asked) <= 1


_GROUPS: dict[str, frozenset[str]] = {
    "all": frozenset(State.values),
    "open": frozenset(str(state) for state in State if state not in FINAL_STATES),
    "closed": frozenset(str(state) for state in FINAL_STATES),
}


def condition(wanted: Filter, *, now: datetime, prefix: str = "") -> Q:
    """The filter as a condition on incidents, or (with `prefix`) on what points to them."""
    parts: dict[str, Any] = {}
    if wanted.group != "all":
        parts["is_open"] = wanted.group == "open"
    if wanted.states:
        parts["state__in"] = sorted(wanted.wanted_states)
    names = {"township": "township_id", "village": "village_id", "area": "area_id"}
    names |= {"category": "category_id", "unit": "lead_unit_id"}
    for name, column in names.items():
        if (value := getattr(wanted, name)) is not None:
            parts[column] = value
    for name in ("severity", "source"):
        if value := getattr(wanted, name):
            parts[name] = value
    parts |= _marks(wanted, now)
    return Q(**{prefix + name: value for name, value in parts.items()})


def _marks(wanted: Filter, now: datetime) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if wanted.overdue:
        parts |= {"is_open": True, "due_at__lt": now}
    if wanted.supervised:
        parts["supervised"] = True
    if wanted.sampled:
        parts["sampled"] = True
    if wanted.unplaced:
        parts["area__isnull"] = True
    begin, end = instants(wanted.opened_from, wanted.opened_to)
    parts |= {"opened_at__gte": begin} if begin else {}
    parts |= {"opened_at__lt": end} if end else {}
    return parts
