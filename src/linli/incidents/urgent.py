"""What a shift must not lose: matters that are late or will be, severe, supervised, emergencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.access.actor import Actor
from linli.incidents.enums import Severity
from linli.incidents.models import Emergency, Incident
from linli.incidents.queries import visible_to

SEVERE = (Severity.MAJOR.value, Severity.CRITICAL.value)


@dataclass(frozen=True)
class Urgent:
    """`why` is of emergency, overdue, due_soon, severe, supervised."""

    incident: Incident
    why: tuple[str, ...]


def urgent(actor: Actor, unit: UUID, *, now: datetime, until: datetime) -> list[Urgent]:
    """Of a unit's open matters those that the next shift, which ends at `until`, must know."""
    rows = _with_emergency(visible_to(actor)).filter(
        Q(platform_unit_id=unit) | Q(lead_unit_id=unit), is_open=True
    )
    pressing = Q(due_at__lte=until) | Q(severity__in=SEVERE) | Q(supervised=True) | Q(alarming=True)
    found = rows.filter(pressing).order_by("-alarming", "due_at", "opened_at")
    return [Urgent(row, tuple(_why(row, now, until))) for row in found]


def by_ids(actor: Actor, ids: list[UUID]) -> dict[UUID, Incident]:
    """Those in sight."""
    return {row.pk: row for row in visible_to(actor).filter(pk__in=ids)}


def _with_emergency(rows: QuerySet[Incident]) -> Any:
    running = Emergency.objects.filter(incident=OuterRef("pk"), ended_at__isnull=True)
    return rows.annotate(alarming=Exists(running))


def _why(row: Incident, now: datetime, until: datetime) -> Iterator[str]:
    if getattr(row, "alarming", False):
        yield "emergency"
    if row.due_at is not None and row.due_at <= until:
        yield "overdue" if row.due_at <= now else "due_soon"
    if row.severity in SEVERE:
        yield "severe"
    if row.supervised:
        yield "supervised"
