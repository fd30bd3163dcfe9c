"""A county's own calendar and process definitions. A version is never changed, only followed."""

from django.db import models

from linli.counties.tenancy import TenantModel
from linli.lib.retention import keep


class CalendarVersion(TenantModel):
    """Working hours, holidays and make-up workdays, as `calendars.WorkCalendar` reads them."""

    purpose = "Lets a deadline be computed again as it was."
    retention = keep("old deadlines refer to it")
    append_only = True
    sensitive = ()
    ordinary = ("document",)

    version = models.PositiveIntegerField()
    document = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "version"], name="casework_calendar_version"),
        ]


class ProcessVersion(TenantModel):
    """A process definition as YAML text."""

    purpose = "Lets a case be judged by the process that it started under."
    retention = keep("old cases refer to it")
    append_only = True
    sensitive = ()
    ordinary = ("process", "document")

    process = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    document = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "process", "version"], name="casework_process_version"
            ),
        ]
