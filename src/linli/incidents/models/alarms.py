"""What the county centre may not overlook."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.incidents.models.incident import Incident
from linli.lib.retention import after

STANDING = Q(taken_at__isnull=True)


class AlarmReason(models.TextChoices):
    NOBODY_TO_TELL = "nobody_to_tell", _("Overdue, and nobody was left to tell")
    UNANSWERED = "unanswered", _("An emergency that nobody acknowledged")


class StandingAlarm(TenantModel):
    """Stays on every page of the county centre until somebody there takes the matter."""

    purpose = "Keeps a matter that nobody answers for from being overlooked."
    retention = after(730, "taken_at", "the matter's own timeline keeps what happened")
    sensitive = ("taken_label",)
    ordinary = ("reason",)

    incident = TenantForeignKey(Incident, related_name="alarms")
    reason = models.CharField(max_length=20, choices=AlarmReason.choices)
    raised_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    taken_label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "incident"], condition=STANDING, name="incidents_alarm_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="incidents_alarm_taken",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "raised_at"], condition=STANDING, name="incidents_alarm_standing"
            ),
        ]
