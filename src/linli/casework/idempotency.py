"""The same key gives the same answer: kept in the transaction of the write itself."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from linli.database.batch import Batch
from linli.database.context import current_county
from linli.lib.ids import uuid7


class OtherBodyError(Exception):
    """The key was used before, with another body."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


_FIND = """
SELECT body_hash, status, answer FROM casework_idempotencykey
WHERE county_id = %s AND owner_id = %s AND route = %s AND key = %s
"""
# Whoever waited for the lock reads afterwards, in a statement of its own, what the other kept.
_TAKE = f"SELECT pg_advisory_xact_lock(%s);{_FIND}"
_KEEP = """
INSERT INTO casework_idempotencykey
    (id, county_id, owner_id, route, key, body_hash, created_at, status, answer)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""


@dataclass(frozen=True)
class Claim:
    """A key taken by this request until its transaction ends; `keep()` its answer before that."""

    owner_id: UUID
    route: str
    key: str
    digest: str

    def keep(self, status: int, body: str, *, batch: Batch | None = None) -> None:
        """`body` is the JSON that is sent; repeated, its keys may come in another order.

        With a `batch` it is kept when the batch is sent.
        """
        writing = batch or Batch()
        row = [uuid7(), *_place(self), self.digest, timezone.now(), status, body]
        writing.add(_KEEP, row)
        if batch is None:
            writing.send()


def claim(*, owner_id: UUID, route: str, key: str, body: bytes) -> Claim | Answer:
    """Take a key, or return the answer that it already has.

    A concurrent twin waits here until the first one's transaction has ended. Raises
    OtherBodyError where the key belongs to another body.
    """
    taken = Claim(owner_id, route, key, hashlib.sha256(body).hexdigest())
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_lock(taken), *_place(taken)])
        cursor.nextset()
        return _answer(taken, cursor.fetchone()) or taken


def known(*, owner_id: UUID, route: str, key: str, body: bytes) -> Answer | None:
    """The answer that a key already has; None where it is new. Raises OtherBodyError."""
    asked = Claim(owner_id, route, key, hashlib.sha256(body).hexdigest())
    with connection.cursor() as cursor:
        cursor.execute(_FIND, _place(asked))
        return _answer(asked, cursor.fetchone())


def _answer(asked: Claim, row: tuple[str, int, str] | None) -> Answer | None:
    if row is None:
        return None
    digest, status, answer = row
    if digest != asked.digest:
        raise OtherBodyError(asked.key)
    return Answer(status, json.loads(answer))


def _place(asked: Claim) -> tuple[str, UUID, str, str]:
    return current_county(), asked.owner_id, asked.route, asked.key


def _lock(taken: Claim) -> int:
    """The number of a key's lock; two keys that share one only wait for each other."""
    name = "\0".join(map(str, _place(taken)))
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
