"""Who did what, why, to which classes of fields: never the content.

Rows are plain inserts that commit with the write they describe. A sealer chains them afterwards,
because one hash chain inside the write path would cost nine tenths of the write rate.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from linli.database.fields import CountyCodeField, PartitionTimeField
from linli.lib.ids import uuid7
from linli.lib.retention import keep


class AuditEvent(models.Model):
    """One act. It names things by id and label, so that it outlives them."""

    tenancy = "tenant"
    purpose = "Accounts for every write and every look at sensitive data."
    retention = keep("proof; old months are archived with their seals by the audit administrator")
    append_only = True
    sensitive = ("actor_label", "reason", "address")
    ordinary = ("action", "subject_kind", "subject_label", "field_classes", "request_id", "outcome")

    county_id = CountyCodeField()
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = PartitionTimeField()
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=120, blank=True)
    field_classes = ArrayField(models.CharField(max_length=40), default=list)
    reason = models.CharField(max_length=400, blank=True)
    outcome = models.CharField(max_length=20, default="done")
    request_id = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["county_id", "subject_id", "-at"], name="audit_event_subject"),
        ]


class AuditPending(models.Model):
    """The rows that no seal covers yet. A row leaves when it is sealed."""

    tenancy = "tenant"
    purpose = "Queue of the sealer."
    retention = keep("a row leaves when it is sealed; one that stays is an alarm")
    sensitive = ()
    ordinary = ()

    county_id = CountyCodeField()
    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField()


class AuditSeal(models.Model):
    """A batch of rows in the county's hash chain: head = SHA-256(previous head, rows in order)."""

    tenancy = "tenant"
    purpose = "Makes an edited, deleted, swapped or cut-off audit row evident."
    retention = keep("proof")
    append_only = True
    sensitive = ()
    ordinary = ("head", "digests")

    county_id = CountyCodeField()
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    event_ids = ArrayField(models.UUIDField())
    event_times = ArrayField(models.DateTimeField())
    digests = models.BinaryField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_id", "number"], name="audit_seal_number"),
        ]
