"""Files that belong to an entry of a timeline. Only cleaned copies are kept."""

from django.db import models

from linli.counties.tenancy import TenantModel
from linli.lib.retention import after


class Attachment(TenantModel):
    """A cleaned file in the store. The subject is named by kind and id, whatever its domain."""

    purpose = "Evidence of a matter and of its handling."
    retention = after(3650, "created_at", "goes with the case")
    sensitive = ("file_name", "store_key", "thumbnail_key")
    ordinary = ("subject_kind", "kind", "media_type", "sha256")

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True, help_text="the entry of the timeline that it came with")
    kind = models.CharField(max_length=12)
    media_type = models.CharField(max_length=100)
    file_name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    store_key = models.CharField(max_length=80)
    thumbnail_key = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["county", "subject_kind", "subject_id"], name="attachments_subject"
            ),
        ]
