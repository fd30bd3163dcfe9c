"""Files that wait for somebody's yes."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Author, record
from linli.counties.tenancy import new
from linli.lib.errors import InputError, gettext_noop
from linli.territory.models import Upload

NOBODY = gettext_noop("Only a person may keep a file for review.")


@transaction.atomic
def keep_upload(
    *,
    kind: Upload.Kind,
    file_name: str,
    content: bytes,
    by: Author,
    second: bytes = b"",
    choices: dict[str, Any] | None = None,
) -> Upload:
    """Keep a file for the review by whoever sent it."""
    if by.id is None:
        raise InputError(NOBODY)
    kept = new(
        Upload,
        kind=kind,
        file_name=file_name[-200:],
        content=content,
        second=second,
        choices=choices or {},
        uploaded_by=by.id,
        uploaded_at=timezone.now(),
    )
    kept.save(force_insert=True)
    subject = ("upload", kept.pk, kept.file_name)
    record(by=by, action="territory.file_kept", subject=subject)
    return kept


@transaction.atomic
def drop_upload(*, upload: Upload, by: Author) -> None:
    """Forget a file that was applied, or is no longer wanted."""
    subject = ("upload", upload.pk, upload.file_name)
    record(by=by, action="territory.file_dropped", subject=subject)
    upload.delete()
