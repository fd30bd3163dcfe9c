"""Calls that were promised, and what one shift hands to the next."""

from django.db import models
from django.db.models import Q

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.incidents.models.incident import Incident
from linli.lib.retention import after
from linli.organisations.models import Unit


class PromisedCall(TenantModel):
    """Somebody will call back about a matter by a time. How to reach them stays in the contacts."""

    purpose = "Lets the next shift keep what this one promised."
    retention = after(180, "done_at", "the matter's own timeline keeps what was promised and done")
    sensitive = ("about", "made_label", "done_label")
    ordinary = ()

    incident = TenantForeignKey(Incident, related_name="promised_calls")
    unit = TenantForeignKey(Unit, related_name="+")
    about = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    made_label = models.CharField(max_length=120, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    done_label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | Q(done_at__isnull=False),
                name="incidents_call_done",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "unit", "due_at"],
                condition=Q(done_at__isnull=True),
                name="incidents_promise_open",
            ),
            models.Index(fields=["county", "incident"], name="incidents_promise_case"),
        ]


class ShiftHandover(TenantModel):
    """What the outgoing shift of a unit hands over. It lists numbers; a page shows the matters.

    `begins_at` is when the next shift begins: the successor accepts around then.
    """

    purpose = "Lets nothing urgent get lost between two shifts."
    retention = after(90, "opened_at", "what was handed over is done or overdue by then")
    sensitive = ("remark", "accept_remark", "opened_label", "accepted_label")
    ordinary = ("items",)

    unit = TenantForeignKey(Unit, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    opened_label = models.CharField(max_length=120, blank=True)
    begins_at = models.DateTimeField()
    remark = models.TextField(blank=True)
    items = models.JSONField(default=list, help_text="incident ids with the reasons, call ids")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.UUIDField(null=True)
    accepted_label = models.CharField(max_length=120, blank=True)
    accept_remark = models.TextField(blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "unit"],
                condition=Q(accepted_at__isnull=True),
                name="incidents_handover_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="incidents_handover_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "unit", "-opened_at"], name="incidents_handover_unit"),
        ]
