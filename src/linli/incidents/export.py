"""What a list shows as rows of a sheet: matters, places and units, nothing of persons."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.incidents.enums import Outcome, Severity, Source, State
from linli.incidents.filters import Filter
from linli.incidents.lines import Line, lines_of
from linli.incidents.models import Incident
from linli.incidents.paging import page
from linli.lib.spreadsheets import Cell, Column

MOST = 50_000
PART = 1_000


def columns() -> list[Column]:
    """Neither text nor title: people write names into them. Nor the reporter, nor an address."""
    return [
        Column(_("Number"), 14),
        Column(_("Category"), 22),
        Column(_("State"), 14),
        Column(_("Severity"), 12),
        Column(_("Source"), 14),
        Column(_("Township"), 18),
        Column(_("Village"), 18),
        Column(_("Grid"), 20),
        Column(_("Lead unit"), 28),
        Column(_("Reported at"), 18),
        Column(_("Due at"), 18),
        Column(_("Ended at"), 18),
        Column(_("Outcome"), 16),
        Column(_("Handed in on time"), 12),
        Column(_("Supervised"), 10),
    ]


def rows(actor: Actor, wanted: Filter) -> Iterator[tuple[Cell, ...]]:
    """The rows of a list, newest first, up to 50,000 and then a line that says so.

    Logged before the first one leaves.
    """
    require(actor, Permission.INCIDENT_EXPORT)
    asked = ",".join(name for name, value in vars(wanted).items() if value and name != "text")
    audit.record(
        by=actor, action="incident.exported", subject=("incident", None, "list"), reason=asked
    )
    return _rows(actor, wanted)


def _rows(actor: Actor, wanted: Filter) -> Iterator[tuple[Cell, ...]]:
    after, left = None, MOST
    while left > 0:
        part = page(actor, wanted, after=after, size=min(PART, left))
        yield from (_cells(line) for line in lines_of(part.rows))
        left -= len(part.rows)
        after = part.next
        if after is None:
            return
    yield (_("There are more: these are the newest %(most)d. Narrow the list.") % {"most": MOST},)


def _cells(line: Line[Incident]) -> tuple[Cell, ...]:
    one = line.incident
    place = [*line.place, "", "", ""][:3]
    return (
        one.number,
        line.category_name,
        _label(State, one.state),
        _label(Severity, one.severity),
        _label(Source, one.source),
        *place,
        line.unit,
        one.opened_at,
        _open_due(one.is_open, one.due_at),
        one.closed_at,
        _label(Outcome, one.outcome),
        {True: _("yes"), False: _("no"), None: ""}[one.on_time],
        _("yes") if one.supervised else "",
    )


def _label(table: type[Any], value: str) -> str:
    return str(table(value).label) if value in table.values else value


def _open_due(is_open: bool, due_at: datetime | None) -> datetime | None:
    return due_at if is_open else None
