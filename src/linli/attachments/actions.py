"""Taking in files, giving them to the case that they belong to, sweeping what nobody took."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linli.attachments.models import Attachment
from linli.attachments.processing import Sanitised, sanitise
from linli.attachments.store import FileStore
from linli.audit import actions as audit
from linli.audit.actions import Author
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.database.pipeline import exchange

WAITING = "waiting"  # uploaded, not yet part of a case
ADOPT_WITHIN = timedelta(hours=48)
ORPHAN_AFTER = timedelta(hours=24)  # longer than any transaction that might still name the file


class UnknownAttachmentError(LookupError):
    """An id that is not there, belongs to another case, or was uploaded by somebody else."""


def store() -> FileStore:
    """Where this installation keeps its cleaned files."""
    return FileStore(settings.ENV.home / "attachments")


def take_in(file: BinaryIO, name: str, *, by: Author) -> Attachment:
    """Clean an upload and keep the copy until a case adopts it. Raises `rules.Refused`.

    Cleaning takes 0.3 s and up: it comes before the first row is touched, so that the request's
    transaction waits without a lock.
    """
    return keep(sanitise(file, name), by=by)


def keep(clean: Sanitised, *, by: Author) -> Attachment:
    """Store a clean copy and its row; a file whose transaction fails later is swept."""
    files = store()
    keys = [files.put([data]) for data in (clean.data, clean.thumbnail) if data]
    row = new(
        Attachment,
        subject_kind=WAITING,
        kind=clean.family,
        media_type=clean.media_type,
        file_name=clean.file_name,
        size=len(clean.data),
        sha256=clean.sha256,
        width=clean.width,
        height=clean.height,
        seconds=clean.seconds,
        store_key=keys[0],
        thumbnail_key=keys[1] if len(keys) > 1 else "",
        created_at=timezone.now(),
        created_by=by.id,
    )
    try:
        batch = Batch()
        batch.insert(row)
        subject = ("attachment", row.pk, str(clean.family))
        audit.record(by=by, action="attachment.taken_in", subject=subject, batch=batch)
        batch.send()
    except Exception:
        _delete(keys)
        raise
    return row


def opened(file: Attachment, *, by: Author) -> None:
    """Note that somebody opens a file; the row commits before the first byte leaves."""
    subject = ("attachment", file.pk, file.kind)
    audit.record(by=by, action="attachment.opened", subject=subject, classes=["attachment"])


_ADOPT = """
UPDATE attachments_attachment SET subject_kind = %s, subject_id = %s, event_id = %s
WHERE county_id = %s AND id = ANY(%s)
"""


_LOCK = """
SELECT id FROM attachments_attachment
WHERE county_id = %s AND id = ANY(%s) AND subject_kind = %s AND created_by = %s
ORDER BY id FOR UPDATE
"""


def lock_waiting(ids: Sequence[UUID], *, by: Author) -> None:
    """Make sure that uploads may be given to a case: each once, by whoever uploaded it.

    They stay locked, so that nobody else gives them away before `adopt`.
    """
    if not ids:
        return
    (found,) = exchange((_LOCK, [current_county(), list(ids), WAITING, by.id]))
    if len(found) != len(set(ids)):
        lost = len(set(ids)) - len(found)
        raise UnknownAttachmentError(f"{lost} of {len(set(ids))} are not there")


def adopt(ids: Sequence[UUID], *, subject: tuple[str, UUID], event_id: UUID, batch: Batch) -> None:
    """Give uploads that `lock_waiting` has found to a case."""
    if ids:
        batch.add(_ADOPT, [*subject, event_id, current_county(), list(ids)])


def sweep_waiting(*, by: Author, now: datetime) -> int:
    """Remove uploads of the current county that no case adopted in time; how many."""
    late = Attachment.objects.filter(subject_kind=WAITING, created_at__lt=now - ADOPT_WITHIN)
    rows = list(late.select_for_update(skip_locked=True))
    if not rows:
        return 0
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    subject = ("attachment", None, str(len(rows)))
    audit.record(by=by, action="attachment.swept", subject=subject)
    keys = [key for row in rows for key in (row.store_key, row.thumbnail_key) if key]
    transaction.on_commit(partial(_delete, keys))
    return len(rows)


def sweep_orphans(named: AbstractSet[str], *, now: datetime) -> int:
    """Remove old files that no row of any county names (`named` are those that one does)."""
    lost = [key for key in store().older_than(now - ORPHAN_AFTER) if key not in named]
    _delete(lost)
    return len(lost)


def _delete(keys: Sequence[str]) -> None:
    files = store()
    for key in keys:
        files.delete(key)
