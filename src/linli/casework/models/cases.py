"""What every kind of case shares, as abstract models; each domain has its own tables.

Versions are plain integers: the database reads a check of `>= 0` anew for each row written; all
of them took 2 to 5 % of its time for a report.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.database.fields import PartitionTimeField
from linli.organisations.models import Unit


class Case(TenantModel):
    """A matter on its way through a process. `version` grows by one with every event."""

    number = models.CharField(max_length=24)
    version = models.IntegerField(default=1)
    state = models.CharField(max_length=24)
    is_open = models.BooleanField(default=True)
    process_version = models.IntegerField()
    calendar_version = models.IntegerField()
    opened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    lead_unit = TenantForeignKey(Unit, null=True, related_name="+")
    handler_ids = ArrayField(models.UUIDField(), default=list)
    unit_ids = ArrayField(models.UUIDField(), default=list, help_text="that have or had a task")
    progress = models.JSONField(default=dict, help_text="as processes.Progress writes it")

    class Meta:
        abstract = True


class CaseEvent(TenantModel):
    """One entry of a timeline: typed, versioned, never changed.

    `occurred_at` is when it happened, `recorded_at` when we learned of it. `data` holds what the
    kind of event needs: the rule that routed, the computed deadline, old and new values, ids of
    attachments. It never holds a reporter's contact.
    """

    recorded_at = PartitionTimeField()
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    schema = models.SmallIntegerField(default=1)
    case_version = models.IntegerField()
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, blank=True)
    process_version = models.IntegerField()
    calendar_version = models.IntegerField()
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=120, blank=True)
    actor_role = models.CharField(max_length=30, blank=True)
    unit_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        abstract = True


class CaseTask(TenantModel):
    """What one unit has to do for a case: the lead unit or a co-handler, with its own deadline."""

    unit = TenantForeignKey(Unit, related_name="+")
    lead = models.BooleanField(default=False)
    state = models.CharField(max_length=16, default="assigned")
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField(help_text="when the case was opened: the order of lists")
    assigned_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    instruction = models.TextField(blank=True)
    result = models.TextField(blank=True)

    class Meta:
        abstract = True
