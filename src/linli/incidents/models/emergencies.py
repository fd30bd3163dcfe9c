"""An emergency on a case, who was alerted, the reports about it, and alarms of the centre."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.incidents.models.incident import Incident
from linli.lib.retention import after, keep
from linli.organisations.models import Unit


class ReportKind(models.TextChoices):
    FIRST = "first", _("First report")
    FOLLOW_UP = "follow_up", _("Follow-up report")
    FINAL = "final", _("Final report")


class AlarmKind(models.TextChoices):
    EMERGENCY = "emergency", _("Nobody answered an emergency")
    OVERDUE = "overdue", _("Overdue, and nobody was left to tell")


class Emergency(TenantModel):
    """Raised with one key; it climbs from rung to rung until somebody takes it.

    `rung` counts from 0 along the path; past its end nobody is left and the centre has an alarm.
    Who did what stands on the timeline, by name.
    """

    purpose = "Alerts the people on duty until one takes the matter, and keeps its deadlines."
    retention = keep("belongs to the case; it names nobody")
    sensitive = ()
    ordinary = ()

    incident = TenantForeignKey(Incident, related_name="emergencies")
    raised_at = models.DateTimeField()
    raised_by = models.UUIDField(null=True)
    unit = TenantForeignKey(Unit, null=True, related_name="+", help_text="whose rota is alerted")
    rung = models.SmallIntegerField(default=-1)
    called_at = models.DateTimeField(null=True)
    rung_due_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    record_due_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "incident"],
                condition=Q(ended_at__isnull=True),
                name="incidents_emergency_once",
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True, rung_due_at__isnull=True)
                | Q(called_at__isnull=False),
                name="incidents_emergency_rung",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, rung_due_at__isnull=True),
                name="incidents_emergency_taken",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, rung_due_at__isnull=True),
                name="incidents_emergency_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "incident"], name="incidents_emergency_case"),
            models.Index(
                fields=["county", "rung_due_at"],
                condition=Q(rung_due_at__isnull=False),
                name="incidents_emergency_due",
            ),
        ]


class EmergencyCall(TenantModel):
    """One alert of a rung: to a person, to all of a unit, or, with neither, to nobody at all."""

    purpose = "Says who was alerted when, so that the next one is somebody else."
    retention = after(180, "called_at", "the review is over; the timeline says who took it")
    sensitive = ("label",)
    ordinary = ("seat",)

    emergency = TenantForeignKey(Emergency, related_name="calls")
    rung = models.SmallIntegerField()
    seat = models.CharField(max_length=16)
    user_id = models.UUIDField(null=True)
    unit = TenantForeignKey(Unit, null=True, related_name="+")
    label = models.CharField(max_length=120, blank=True)
    called_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="somebody took it, or it is over")

    class Meta:
        indexes = [
            models.Index(fields=["county", "emergency"], name="incidents_call_emergency"),
            models.Index(
                fields=["county", "user_id"],
                condition=Q(closed_at__isnull=True),
                name="incidents_call_open",
            ),
        ]


class EmergencyReport(TenantModel):
    """One report as it was sent. It is never changed; the next one says what is new."""

    purpose = "Keeps what was reported upwards, by whom and when."
    retention = after(
        3650,
        "sent_at",
        "goes with the case",
        blank=("happened", "measures", "next_steps", "facts", "sent_label"),
    )
    sensitive = ("happened", "measures", "next_steps", "facts", "sent_label")
    ordinary = ("kind", "sent_to")

    emergency = TenantForeignKey(Emergency, related_name="reports")
    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    number = models.SmallIntegerField(help_text="counts the reports of an emergency from 1")
    happened = models.TextField()
    measures = models.TextField()
    next_steps = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="as emergencies.documents writes them")
    sent_to = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True)
    sent_label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "emergency", "number"], name="incidents_report_number"
            ),
        ]


class CentreAlarm(TenantModel):
    """Nobody was left to go to: it stays on every page of the county centre until it is taken."""

    purpose = "Never lets an escalation end in silence."
    retention = after(730, "taken_at", "the matter's own timeline keeps what happened")
    sensitive = ("taken_label",)
    ordinary = ("kind",)

    incident = TenantForeignKey(Incident, related_name="alarms")
    kind = models.CharField(max_length=16, choices=AlarmKind.choices)
    raised_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    taken_label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "incident", "kind"],
                condition=Q(taken_at__isnull=True),
                name="incidents_alarm_once",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(taken_at__isnull=False),
                name="incidents_alarm_taken",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "raised_at"],
                condition=Q(taken_at__isnull=True),
                name="incidents_alarm_open",
            ),
        ]
