"""What we know of who reported: kept apart, sealed, short-lived."""

from django.db import models

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.incidents.models.incident import Incident
from linli.lib.retention import after


class ReporterContact(TenantModel):
    """How to reach a reporter, encrypted with a key outside the database."""

    purpose = "Tell the reporter the result; ask how it went. Nothing else."
    retention = after(180, "created_at", "the evaluation window has closed")
    sensitive = ("sealed",)
    ordinary = ()

    incident = TenantForeignKey(Incident, related_name="contacts")
    sealed = models.BinaryField()
    anonymous_to_units = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["county", "incident"], name="incidents_contact_incident")]


class Evaluation(TenantModel):
    """What a reporter said of the outcome: solved and satisfied are asked apart."""

    purpose = "Lets those who reported judge the result."
    retention = after(1095, "at", "figures are folded by then", blank=("comment",))
    sensitive = ("comment",)
    ordinary = ("solved", "satisfied")

    incident = TenantForeignKey(Incident, related_name="evaluations")
    solved = models.CharField(max_length=8)
    satisfied = models.CharField(max_length=8, blank=True)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["county", "incident"], name="incidents_evaluation_case")]
