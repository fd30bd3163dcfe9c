"""The same key gives the same answer: kept in the transaction of the write itself."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from linli.casework.models import IdempotencyKey
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.lib.ids import uuid7


class OtherBodyError(Exception):
    """The key was used before, with another body."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


_CLAIM = """
INSERT INTO casework_idempotencykey
    (county_id, id, owner_id, route, key, body_hash, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (county_id, owner_id, route, key) DO NOTHING
"""
_KEEP = """
UPDATE casework_idempotencykey SET status = %s, answer = %s::jsonb WHERE county_id = %s AND id = %s
"""


@dataclass(frozen=True)
class Claim:
    """A key taken by this request; `keep()` its answer before the transaction ends."""

    id: UUID

    def keep(self, status: int, body: str, *, batch: Batch | None = None) -> None:
        """`body` is the JSON that is sent; repeated, its keys may come in another order.

        With a `batch` it is kept when the batch is sent.
        """
        writing = batch or Batch()
        writing.add(_KEEP, [status, body, current_county(), self.id])
        if batch is None:
            writing.send()


def claim(*, owner_id: UUID, route: str, key: str, body: bytes) -> Claim | Answer:
    """Take a key, or return the answer that it already has.

    A concurrent twin waits here until the first one's transaction has ended: the unique index
    makes it wait. Raises OtherBodyError where the key belongs to another body.
    """
    made = uuid7()
    row: list[Any] = [current_county(), made, owner_id, route, key, _digest(body), timezone.now()]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, row)
        if cursor.rowcount == 1:
            return Claim(made)
    answer = known(owner_id=owner_id, route=route, key=key, body=body)
    if answer is None:  # it was swept away in this instant
        return claim(owner_id=owner_id, route=route, key=key, body=body)
    return answer


def known(*, owner_id: UUID, route: str, key: str, body: bytes) -> Answer | None:
    """The answer that a key already has; None where it is new. Raises OtherBodyError."""
    row = IdempotencyKey.objects.filter(owner_id=owner_id, route=route, key=key).first()
    if row is None:
        return None
    if row.body_hash != _digest(body):
        raise OtherBodyError(key)
    return Answer(row.status or 200, row.answer)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
