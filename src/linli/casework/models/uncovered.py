"""What the nightly check found uncovered, so that the centre is told once and sees since when."""

from django.db import models
from django.db.models import Q

from linli.counties.tenancy import TenantModel
from linli.lib.retention import after


class UncoveredGap(TenantModel):
    """A gap between a process and its county; `key` is the same as long as it is the same gap."""

    purpose = "Tells the county centre of a gap once, and says since when it has been there."
    retention = after(365, "closed_at", "that it was mended is of no interest after a year")
    sensitive = ()
    ordinary = ("process", "key")

    process = models.CharField(max_length=40)
    key = models.CharField(max_length=250)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "process", "key"],
                condition=Q(closed_at__isnull=True),
                name="casework_uncovered_once",
            ),
        ]
