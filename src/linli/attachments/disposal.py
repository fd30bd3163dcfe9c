"""What goes with the rows of old attachments: their files."""

from uuid import UUID

from django.db import transaction

from linli.attachments.models import Attachment
from linli.attachments.store import FileStore


def remove_files(store: FileStore, attachment_ids: list[UUID]) -> None:
    """Delete the files once the transaction that removes their rows has committed."""
    rows = Attachment.objects.filter(pk__in=attachment_ids)
    keys = [key for pair in rows.values_list("store_key", "thumbnail_key") for key in pair if key]
    transaction.on_commit(lambda: _delete(store, keys))


def _delete(store: FileStore, keys: list[str]) -> None:
    for key in keys:
        store.delete(key)
