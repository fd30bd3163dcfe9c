"""Writes the audit row of an act, in the transaction of the act itself, and seals it later."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from linli.audit import sealing
from linli.audit.anchors import Anchor, append
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.lib.ids import uuid7


class Author(Protocol):
    """Whoever acts: `access.Actor` fits."""

    @property
    def id(self) -> UUID | None: ...
    @property
    def label(self) -> str: ...
    @property
    def request_id(self) -> str: ...
    @property
    def address(self) -> str | None: ...


# One statement for the row and its place in the sealer's queue: the write path pays one round trip.
_INSERT = """
WITH event AS (
    INSERT INTO audit_auditevent (county_id, id, at, actor_id, actor_label, action, subject_kind,
        subject_id, subject_label, field_classes, reason, outcome, request_id, address)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    RETURNING county_id, id, at
)
INSERT INTO audit_auditpending (county_id, id, at) SELECT county_id, id, at FROM event
"""


def record(
    *,
    by: Author,
    action: str,
    subject: tuple[str, UUID | None, str] = ("", None, ""),
    classes: Sequence[str] = (),
    reason: str = "",
    outcome: str = "done",
    at: datetime | None = None,
    batch: Batch | None = None,
) -> UUID:
    """Write one audit row of the current county; `subject` is kind, id and label.

    `classes` names kinds of fields that were read or written (e.g. `contact`), never their content.
    With a `batch` it is written when the batch is sent.
    """
    kind, subject_id, label = subject
    event_id = uuid7()
    row: list[Any] = [
        current_county(),
        event_id,
        at or timezone.now(),
        by.id,
        by.label[:120],
        action,
        kind,
    ]
    row += [subject_id, label[:120], list(classes), reason[:400], outcome, by.request_id]
    row.append(by.address)
    if batch is not None:
        batch.add(_INSERT, row)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, row)
    return event_id


SEAL_AT_ONCE = 1_000  # rows of one seal
# A row that is no longer there stays in the queue, where the verification finds it.
_TAKE = f"""
SELECT {", ".join(f"event.{name}" for name in sealing.FIELDS)}
FROM audit_auditpending AS pending JOIN audit_auditevent AS event USING (county_id, at, id)
WHERE pending.county_id = %s ORDER BY pending.id LIMIT %s FOR UPDATE OF pending SKIP LOCKED
"""  # noqa: S608 -- the names are constants
_SEAL = """
INSERT INTO audit_auditseal
    (county_id, number, sealed_at, event_ids, event_times, digests, id, head)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (county_id, number) DO NOTHING
"""


def seal_pending(*, anchors: Path, now: datetime, limit: int = SEAL_AT_ONCE) -> int:
    """Chain up to `limit` unsealed rows of the current county; return how many.

    Several sealers may run at once: each takes other rows, and a number is given out only once.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [current_county(), limit])
        rows = cursor.fetchall()
        if not rows:
            return 0
        anchor = _chain(cursor, rows, now)
        cursor.execute(
            "DELETE FROM audit_auditpending WHERE county_id = %s AND id = ANY(%s)",
            [current_county(), [row[sealing.ID] for row in rows]],
        )
        transaction.on_commit(lambda: append(anchors, anchor))
    return len(rows)


def _chain(cursor: Any, rows: Sequence[tuple[Any, ...]], now: datetime) -> Anchor:
    while True:
        number, previous = _last(cursor)
        link = sealing.link(current_county(), number + 1, now, rows)
        head = sealing.head(previous, link)
        cursor.execute(_SEAL, [*vars(link).values(), uuid7(), head])
        if cursor.rowcount:  # else another sealer took the number: follow its head
            return Anchor(link.county, link.number, head, now.isoformat())


def _last(cursor: Any) -> tuple[int, str]:
    cursor.execute(
        "SELECT number, head FROM audit_auditseal WHERE county_id = %s"
        " ORDER BY number DESC LIMIT 1",
        [current_county()],
    )
    return cursor.fetchone() or (0, sealing.FIRST)
