"""Reads the audit log of the current county.

This app lies below the rights: whoever calls has required AUDIT_VIEW, and records that it looked.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.audit.models import AuditEvent, AuditSeal
from linli.database.context import current_county

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What the audit administrator looks for; an empty field does not narrow."""

    actor_id: UUID | None = None
    action: str = ""
    subject_kind: str = ""
    subject_id: UUID | None = None
    outcome: str = ""
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Position:
    """The last row of a page: the next page begins after it."""

    at: datetime
    id: UUID


def events(
    filters: Filters, *, after: Position | None = None, size: int = PAGE
) -> list[AuditEvent]:
    """One page, newest first."""
    rows = _matching(filters)
    if after:
        rows = rows.filter(Q(at__lt=after.at) | Q(at=after.at, id__lt=after.id), at__lte=after.at)
    return list(rows.order_by("-at", "-id")[:size])


def count(filters: Filters, *, up_to: int = 50_000) -> int:
    """How many rows match, counted no further than `up_to` + 1."""
    return _matching(filters)[: up_to + 1].count()


def latest_seal() -> AuditSeal | None:
    return AuditSeal.objects.filter(county_id=current_county()).order_by("-number").first()


def _matching(filters: Filters) -> QuerySet[AuditEvent]:
    given = {
        "actor_id": filters.actor_id,
        "action": filters.action,
        "subject_kind": filters.subject_kind,
        "subject_id": filters.subject_id,
        "outcome": filters.outcome,
        "request_id": filters.request_id,
        "at__gte": filters.since,
        "at__lt": filters.until,
    }
    narrowed = {key: value for key, value in given.items() if value}
    return AuditEvent.objects.filter(county_id=current_county(), **narrowed)
