"""The county's own tree of categories."""

from django.db import models

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.lib.retention import keep


class Category(TenantModel):
    """A kind of matter. `function` names the trade of units that usually take it."""

    purpose = "Sorts matters, gives their deadlines and the way of verifying them."
    retention = keep("old cases refer to it")
    sensitive = ()
    ordinary = (
        "code",
        "name",
        "name_en",
        "icon",
        "function",
        "unit_level",
        "verification",
        "place",
        "severity",
        "deadlines",
    )

    code = models.CharField(max_length=60)
    parent = TenantForeignKey("self", null=True, blank=True, related_name="children")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    icon = models.CharField(max_length=40, blank=True)
    function = models.CharField(max_length=40, blank=True)
    unit_level = models.CharField(max_length=10, blank=True, help_text="township or county")
    verification = models.CharField(max_length=12, default="on_site")
    place = models.CharField(max_length=10, default="required")
    severity = models.CharField(max_length=12, default="general")
    deadlines = models.JSONField(default=dict, help_text="severity -> duration text, e.g. 3wd")
    on_the_spot = models.BooleanField(default=True)
    sample_rate = models.FloatField(default=0.0)
    order = models.IntegerField(default=0)
    hidden = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="incidents_category_code"),
        ]

    def __str__(self) -> str:
        return self.name
