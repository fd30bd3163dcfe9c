"""Gives the demo's results their pictures: few files, cleaned like any upload, for many entries.

The rows of different cases name the same twelve files, which real ones never do: a file goes with
the first row that retention removes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.access.actor import Actor
from linli.attachments.actions import WAITING
from linli.attachments.enums import Family, Kind
from linli.attachments.models import Attachment
from linli.attachments.processing import images
from linli.attachments.store import FileStore
from linli.counties.copying import copy_rows
from linli.flows.demo.pictures import pictures
from linli.flows.demo.told import File
from linli.incidents.actions.record import SUBJECT
from linli.incidents.bulk import Row, columns_of

COLUMNS = columns_of(Attachment)


@dataclass(frozen=True)
class Picture:
    key: str
    thumbnail_key: str
    size: int
    sha256: str
    width: int
    height: int


def store_pictures(store: FileStore) -> list[Picture]:
    return [_stored(store, data) for data in pictures()]


def _stored(store: FileStore, data: bytes) -> Picture:
    cleaned = images.clean(data, Kind.PNG)
    return Picture(
        key=store.put([cleaned.data]),
        thumbnail_key=store.put([cleaned.thumbnail or b""]),
        size=len(cleaned.data),
        sha256=hashlib.sha256(cleaned.data).hexdigest(),
        width=cleaned.width or 0,
        height=cleaned.height or 0,
    )


def attach(files: Iterable[File], kept: Sequence[Picture]) -> int:
    """Write a row for every picture that a result came with; returns how many."""
    return copy_rows(Attachment, COLUMNS, (_row(file, kept) for file in files))


def uploaded(store: FileStore, *, by: Actor, at: datetime) -> Attachment:
    """A picture that somebody has taken for a case, and that no case has adopted yet."""
    facts = _facts(_stored(store, next(pictures())), 0)
    return Attachment.objects.create(**facts, subject_kind=WAITING, created_at=at, created_by=by.id)


def _row(file: File, kept: Sequence[Picture]) -> Row:
    number = file.incident_id.int % len(kept)
    row = {
        **_facts(kept[number], number),
        "id": file.id,
        "subject_kind": SUBJECT,
        "subject_id": file.incident_id,
        "event_id": file.event_id,
        "seconds": None,
        "created_at": file.at,
        "created_by": file.by,
    }
    return [row[name] for name in COLUMNS]


def _facts(picture: Picture, number: int) -> dict[str, object]:
    return {
        "kind": Family.PHOTO.value,
        "media_type": "image/png",
        "file_name": f"演示照片{number + 1}.png",
        "size": picture.size,
        "sha256": picture.sha256,
        "width": picture.width,
        "height": picture.height,
        "store_key": picture.key,
        "thumbnail_key": picture.thumbnail_key,
    }
