"""A county's own calendar and process definitions. A version is never changed, only followed."""

from django.db import models

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.lib.retention import keep
from linli.organisations.models import Unit


class CalendarVersion(TenantModel):
    """A calendar of the county (`calendars.CalendarDocument`), or of a `unit`: what that one does
    otherwise (`calendars.UnitDocument`).

    Versions count on through the whole county, so that one number names all of its calendars as
    they stood then (see ADR 0009).
    """

    purpose = "Lets a deadline be computed again as it was."
    retention = keep("old deadlines refer to it")
    append_only = True
    sensitive = ("publisher",)
    ordinary = ("document", "note")

    version = models.PositiveIntegerField()
    unit = TenantForeignKey(Unit, null=True, related_name="+")
    document = models.JSONField()
    note = models.CharField(max_length=200, blank=True, help_text="why, e.g. the notice's number")
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    publisher = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "version"], name="casework_calendar_version"),
        ]


class ProcessVersion(TenantModel):
    """A process definition as YAML text, who proposed it and who approved it.

    `rolled_back_from` is the earlier version whose document it brought back.
    """

    purpose = "Lets a case be judged by the process that it started under."
    retention = keep("old cases refer to it")
    append_only = True
    sensitive = ("proposer", "approver")
    ordinary = ("process", "document", "title", "summary")

    process = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    document = models.TextField()
    title = models.CharField(max_length=120, blank=True, help_text="what changed")
    summary = models.CharField(max_length=1000, blank=True, help_text="why")
    rolled_back_from = models.PositiveIntegerField(null=True)
    proposed_by = models.UUIDField(null=True)
    proposer = models.CharField(max_length=120, blank=True)
    approved_by = models.UUIDField(null=True)
    approver = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "process", "version"], name="casework_process_version"
            ),
        ]
