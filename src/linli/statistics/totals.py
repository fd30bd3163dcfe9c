"""Totals of incidents from the counters of pages: by state, category, area, unit and month."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from linli.casework import tallies
from linli.casework.models.counting import MARKS
from linli.incidents.models import Category
from linli.organisations.models import Unit
from linli.statistics.incidents import Share
from linli.territory.models import Area

SUBJECT = "incident"
By = Literal["state", "category", "area", "unit", "month"]
NOWHERE = ("-", "none")  # key and name of the row of what has no area or unit


@dataclass(frozen=True)
class Total:
    """How many incidents have a key (a state, a code, a month) and are in a state.

    The numbers after `amount` are those of them that ended with that mark.
    """

    key: str
    name: str
    state: str
    amount: int
    dispatched: int = 0
    handled: int = 0
    on_time: int = 0
    reworked: int = 0
    extended: int = 0


def totals(by: By) -> list[Total]:
    """Every cell of one dimension in the current county; areas are the deepest known ones.

    Whatever the dimension, the amounts add up to the same total.
    """
    return READERS[by]()


def rates(rows: Iterable[Total]) -> dict[str, dict[str, float | None]]:
    """Percentages by key, "" for all together, as `statistics.incidents` defines them."""
    found: dict[str, Share] = {"": Share()}
    for row in rows:
        marked = [getattr(row, name) for name in MARKS]
        for key in ("", row.key):
            found.setdefault(key, Share()).add(row.state, row.amount, *marked)
    return {
        key: {
            "on_time_percent": share.on_time_percent,
            "rework_percent": share.rework_percent,
            "extension_percent": share.extension_percent,
        }
        for key, share in found.items()
    }


def _by_state() -> list[Total]:
    return [Total(state, state, state, *numbers) for state, *numbers in tallies.measures(SUBJECT)]


def _by_month() -> list[Total]:
    rows = tallies.measures(SUBJECT, by="month")
    return [Total(f"{month:%Y-%m}", f"{month:%Y-%m}", *rest) for month, *rest in rows]


def _by_category() -> list[Total]:
    known = {str(row.pk): (row.code, row.name) for row in Category.objects.all()}
    return _named("category", known)


def _by_area() -> list[Total]:
    ids = {UUID(key) for key, *_rest in tallies.totals(SUBJECT, "area", by="key")}
    areas = Area.objects.filter(pk__in=ids).values_list("pk", "code", "name")
    return _named("area", {str(pk): (code, name) for pk, code, name in areas})


def _by_unit() -> list[Total]:
    units = Unit.objects.values_list("pk", "code", "name")
    return _named("unit", {str(pk): (code, name) for pk, code, name in units})


def _named(dimension: str, known: dict[str, tuple[str, str]]) -> list[Total]:
    rows: list[tuple[Any, ...]] = tallies.measures(SUBJECT, dimension, by="key")
    found = [Total(*known.get(key, (key, key)), *rest) for key, *rest in rows]
    return [*sorted(found, key=lambda total: (total.key, total.state)), *_nowhere(rows)]


def _nowhere(rows: Iterable[tuple[Any, ...]]) -> Iterator[Total]:
    """What is counted in the county and in no row of the dimension."""
    left = {state: numbers for state, *numbers in tallies.measures(SUBJECT)}
    for _key, state, *numbers in rows:
        left[state] = [all_ - these for all_, these in zip(left[state], numbers, strict=True)]
    return (Total(*NOWHERE, state, *numbers) for state, numbers in left.items() if any(numbers))


READERS: dict[By, Callable[[], list[Total]]] = {
    "state": _by_state,
    "category": _by_category,
    "area": _by_area,
    "unit": _by_unit,
    "month": _by_month,
}
