"""What-if runs: a draft put through the past, or days to come played through."""

from django.db import models
from django.db.models import Q

from linli.counties.tenancy import TenantModel
from linli.lib.retention import after


class RunKind(models.TextChoices):
    REPLAY = "replay"
    SIMULATION = "simulation"


class RunState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (RunState.WAITING, RunState.RUNNING)


class ProcessRun(TenantModel):
    """One run with what it was asked and what it found; `details` are rows, as packed JSON.

    Figures are about matters, units and areas. `problem` is a code, `faults` says more.
    """

    purpose = "Shows what another process, more staff or a storm would have meant."
    retention = after(180, "created_at", "a decision is taken by then, and can be run again")
    sensitive = ("result", "details")
    ordinary = ("kind", "state", "document", "parameters", "stage", "problem", "faults")

    kind = models.CharField(max_length=12, choices=RunKind.choices)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.WAITING)
    document = models.TextField(blank=True, help_text="the draft, or the scenario, as YAML")
    parameters = models.JSONField(default=dict)
    stage = models.CharField(max_length=12, blank=True)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    details = models.BinaryField(null=True)
    problem = models.CharField(max_length=24, blank=True)
    faults = models.JSONField(default=list)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="waiting") | Q(state="running")) & Q(ended_at__isnull=True)
                | (
                    ~(Q(state="waiting") | Q(state="running")) & Q(ended_at__isnull=False)
                ),  # not "in": a restored database would write it otherwise
                name="casework_run_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "-created_at"], name="casework_run_newest"),
        ]
