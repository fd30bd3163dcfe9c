"""Totals of incidents from the counters of pages: by state, category, area and month."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from linli.casework import tallies
from linli.incidents.models import Category
from linli.territory.models import Area

SUBJECT = "incident"
By = Literal["state", "category", "area", "month"]


@dataclass(frozen=True)
class Total:
    """How many incidents have a key (a state, a code, a month) and are in a state."""

    key: str
    name: str
    state: str
    amount: int


def totals(by: By) -> list[Total]:
    """Every cell of one dimension in the current county; areas are the deepest known ones."""
    return READERS[by]()


def _by_state() -> list[Total]:
    rows = tallies.totals(SUBJECT)
    return [Total(state, state, state, int(amount)) for state, amount in rows]


def _by_month() -> list[Total]:
    rows = tallies.totals(SUBJECT, by="month")
    return [Total(f"{month:%Y-%m}", f"{month:%Y-%m}", state, int(n)) for month, state, n in rows]


def _by_category() -> list[Total]:
    known = {str(row.pk): (row.code, row.name) for row in Category.objects.all()}
    return _named("category", known)


def _by_area() -> list[Total]:
    rows = tallies.totals(SUBJECT, "area", by="key")
    ids = {UUID(key) for key, _state, _amount in rows}
    areas = Area.objects.filter(pk__in=ids).values_list("pk", "code", "name")
    return _named("area", {str(pk): (code, name) for pk, code, name in areas})


def _named(dimension: str, known: dict[str, tuple[str, str]]) -> list[Total]:
    found = []
    for key, state, amount in tallies.totals(SUBJECT, dimension, by="key"):
        code, name = known.get(key, (key, key))
        found.append(Total(code, name, state, int(amount)))
    return sorted(found, key=lambda total: (total.key, total.state))


READERS: dict[By, Callable[[], list[Total]]] = {
    "state": _by_state,
    "category": _by_category,
    "area": _by_area,
    "month": _by_month,
}
