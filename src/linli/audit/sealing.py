"""The hash chain over audit rows: pure arithmetic, shared by the sealer and by the verification.

A row's digest covers every column; a seal's head covers the head before it and all that it seals.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# Every column of an audit row, in the order of its digest. Appending one changes all digests.
FIELDS = (
    "county_id",
    "id",
    "at",
    "actor_id",
    "actor_label",
    "action",
    "subject_kind",
    "subject_id",
    "subject_label",
    "field_classes",
    "reason",
    "outcome",
    "request_id",
    "address",
)
ID, AT = FIELDS.index("id"), FIELDS.index("at")
SIZE = hashlib.sha256().digest_size
FIRST = "0" * (2 * SIZE)  # what precedes the first seal of a county


@dataclass(frozen=True)
class Link:
    """What a seal says, apart from its head."""

    county: str
    number: int
    sealed_at: datetime
    ids: Sequence[UUID]
    times: Sequence[datetime]
    digests: bytes


def digest(row: Sequence[Any]) -> bytes:
    """SHA-256 of a row given as its values in the order of `FIELDS`."""
    return hashlib.sha256(_canonical([_plain(value) for value in row])).digest()


def link(county: str, number: int, sealed_at: datetime, rows: Sequence[Sequence[Any]]) -> Link:
    return Link(
        county=county,
        number=number,
        sealed_at=sealed_at,
        ids=[row[ID] for row in rows],
        times=[row[AT] for row in rows],
        digests=b"".join(digest(row) for row in rows),
    )


def head(previous: str, of: Link) -> str:
    """The head of a seal, hexadecimal: SHA-256(previous head, number, time, ids, rows in order)."""
    times = [_plain(time) for time in of.times]
    ids = [str(row_id) for row_id in of.ids]
    label = [previous, of.county, of.number, _plain(of.sealed_at), ids, times]
    return hashlib.sha256(_canonical(label) + of.digests).hexdigest()


def digests_of(packed: bytes) -> list[bytes]:
    """The digests that a seal holds packed, one per row."""
    return [packed[start : start + SIZE] for start in range(0, len(packed), SIZE)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    return value


def _canonical(values: Sequence[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()
