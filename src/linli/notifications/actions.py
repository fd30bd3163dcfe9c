"""Telling, and taking notice. Not audited: the step that is told about has a row of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.access.actor import Actor
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.lib.ids import uuid7
from linli.notifications.models import Notice
from linli.notifications.queries import for_actor

Subject = tuple[str, UUID, str]  # kind, id, number

_INSERT = """INSERT INTO notifications_notice (county_id, id, user_id, unit_id, message, params,
subject_kind, subject_id, subject_label, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_SEEN = """
UPDATE notifications_notice SET read_at = %s
WHERE county_id = %s AND subject_id = %s AND read_at IS NULL
AND (user_id = %s OR unit_id = ANY(%s))
"""


@dataclass(frozen=True)
class Word:
    """A message for one user or one unit; `params` never hold anything about a person."""

    message: str
    user: UUID | None = None
    unit: UUID | None = None
    params: Mapping[str, str] = field(default_factory=dict)


def tell(words: Sequence[Word], *, subject: Subject, at: datetime, batch: Batch) -> None:
    """Put notices into a batch."""
    county = current_county()
    for word in words:
        params = json.dumps(dict(word.params), ensure_ascii=False)
        row = [county, uuid7(), word.user, word.unit, word.message, params, *subject, at]
        batch.add(_INSERT, row)


def seen(subject_id: UUID, *, by: Actor, at: datetime, batch: Batch) -> None:
    """Whoever takes a step has taken notice of all that was told about the matter so far."""
    if by.id is not None:
        batch.add(_SEEN, [at, current_county(), subject_id, by.id, list(by.units)])


def mark_read(*, by: Actor, notice_id: UUID | None = None) -> int:
    """Mark one notice of the actor's (or all of them) as read; returns how many there were."""
    rows = for_actor(by)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=timezone.now())


def settle(subject_id: UUID, *, at: datetime) -> int:
    """What was told about a subject waits for nobody any more; returns how many notices did."""
    return Notice.objects.filter(subject_id=subject_id, read_at__isnull=True).update(read_at=at)
