from django.db import models

from linli.counties.tenancy import TenantModel
from linli.lib.retention import keep


class ImportBatch(TenantModel):
    """One run of an import: how far it came, so that it can be taken up again."""

    purpose = "Accounts for imported cases and lets an interrupted import go on."
    retention = keep("provenance of cases")
    sensitive = ()
    ordinary = ("profile", "file_name", "file_digest", "counts")

    profile = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    position = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["county", "file_digest"], name="incidents_batch_file")]
