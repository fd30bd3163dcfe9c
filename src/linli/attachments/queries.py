"""What is known of files. Whether somebody may see one is asked where its subject lives."""

from linli.attachments.models import Attachment


def named_keys() -> set[str]:
    """The keys of the store that rows of the current county name."""
    rows = Attachment.objects.values_list("store_key", "thumbnail_key")
    return {key for pair in rows.iterator() for key in pair if key}
