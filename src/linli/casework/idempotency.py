"""The same key gives the same answer: kept in the transaction of the write itself.

The key is written with its answer, before all else that the write has to say. A twin that comes
meanwhile waits there for the first one's transaction and then breaks the unique constraint: the
middleware repeats it, and repeated it finds the answer.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.utils import timezone
from psycopg.errors import UniqueViolation

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


@dataclass(frozen=True)
class Key:
    """Whose write it is (a token or a user), of which kind, under which key, of which body."""

    owner_id: UUID
    route: str
    key: str
    body_hash: str

    @classmethod
    def of(cls, owner_id: UUID, route: str, key: str, body: bytes) -> Self:
        return cls(owner_id, route, key, hashlib.sha256(body).hexdigest())

    def answer(self) -> Answer | None:
        """What was answered already; None where it is new. Raises OtherBodyError."""
        rows = IdempotencyKey.objects.filter(owner_id=self.owner_id, route=self.route, key=self.key)
        row = rows.first()
        if row is None:
            return None
        if row.body_hash != self.body_hash:
            raise OtherBodyError(self.key)
        return Answer(row.status or 200, row.answer)

    def keep(self, status: int, body: str, *, batch: Batch) -> None:
        """Keep an answer when the batch is sent.

        `body` is the JSON that is sent; repeated, its keys may come in another order.
        """
        row: list[Any] = [current_county(), uuid7(), self.owner_id, self.route, self.key]
        batch.put_first(_KEEP, [*row, self.body_hash, status, body, timezone.now()])


_KEEP = """
INSERT INTO casework_idempotencykey
    (county_id, id, owner_id, route, key, body_hash, status, answer, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def is_taken(error: BaseException | None) -> bool:
    """Whether a write failed because a twin was faster."""
    if not isinstance(error, UniqueViolation):
        return False
    return error.diag.constraint_name == "casework_idempotency_key"
