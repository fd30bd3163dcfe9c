"""What is known of files. Whether somebody may see one is asked where its subject lives."""

from collections.abc import Collection
from uuid import UUID

from linli.attachments.actions import WAITING
from linli.attachments.models import Attachment
from linli.audit.actions import Author


def waiting(ids: Collection[UUID], *, by: Author) -> list[Attachment]:
    """Those of these uploads that no case has yet and that this person sent, oldest first."""
    if not ids:
        return []
    rows = Attachment.objects.filter(pk__in=ids, subject_kind=WAITING, created_by=by.id)
    return list(rows.order_by("created_at", "id"))


def named_keys() -> set[str]:
    """The keys of the store that rows of the current county name."""
    rows = Attachment.objects.values_list("store_key", "thumbnail_key")
    return {key for pair in rows.iterator() for key in pair if key}
