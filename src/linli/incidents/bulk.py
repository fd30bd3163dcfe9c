"""Many incidents at once, with timelines, search texts and counters, by COPY.

For imports and the demo county. The rows must be what the actions would have written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from linli.casework.models import TallyDelta
from linli.casework.tallies import Cell, delta
from linli.counties.copying import copy_models, copy_rows
from linli.incidents.actions.record import SUBJECT
from linli.incidents.models import (
    Evaluation,
    Incident,
    IncidentEvent,
    IncidentPlace,
    IncidentTask,
    IncidentText,
)

Row = Sequence[Any]


def columns_of(model: type[Any]) -> tuple[str, ...]:
    """The columns of a tenant model in its own order, without the county."""
    names = (field.column for field in model._meta.concrete_fields)
    return tuple(name for name in names if name != "county_id")


INCIDENT, EVENT = columns_of(Incident), columns_of(IncidentEvent)
TASK, TEXT, EVALUATION = columns_of(IncidentTask), columns_of(IncidentText), columns_of(Evaluation)
PLACE = columns_of(IncidentPlace)


@dataclass
class Load:
    """Rows in the order of the columns above; `cells` says where each incident counts."""

    incidents: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    evaluations: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)
    cells: Counter[tuple[Any, ...]] = field(default_factory=Counter)

    def count(self, cell: Cell) -> None:
        keys = tuple(sorted(cell.keys.items()))
        self.cells[cell.month, cell.state, keys, cell.marks, cell.had] += 1


def write(load: Load) -> int:
    """Write a load in the running transaction; returns the number of incidents."""
    with connection.cursor() as cursor:
        # The text index takes new words from a list that is merged later, all at once.
        cursor.execute("SET LOCAL gin_pending_list_limit = '1GB'")
        # A session that checked links while the tables were small would go on scanning them.
        cursor.execute("DISCARD PLANS")
    written = copy_rows(Incident, INCIDENT, load.incidents)
    copy_rows(IncidentEvent, EVENT, load.events)
    copy_rows(IncidentText, TEXT, load.texts)
    if load.tasks:
        copy_rows(IncidentTask, TASK, load.tasks)
    if load.evaluations:
        copy_rows(Evaluation, EVALUATION, load.evaluations)
    if load.places:
        copy_rows(IncidentPlace, PLACE, load.places)
    copy_models(_deltas(load, timezone.now()))
    return written


def _deltas(load: Load, at: datetime) -> Iterable[TallyDelta]:
    for (month, state, keys, marks, had), amount in load.cells.items():
        cell = Cell(month, state, dict(keys), marks, had)
        yield delta(SUBJECT, old=None, new_cell=cell, at=at, amount=amount)
