"""Units and bodies that accept, handle and answer for matters."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.lib.retention import keep
from linli.territory.models import Area


class UnitKind(models.TextChoices):
    COUNTY_CENTRE = "county_centre", _("county centre")
    TOWNSHIP_PLATFORM = "township_platform", _("township platform")
    VILLAGE_OFFICE = "village_office", _("village office")
    DEPARTMENT = "department", _("department")
    BODY = "body", _("body of mutual protection")
    COMPANY = "company", _("company under contract")


class Unit(TenantModel):
    """A unit. `function` names its trade (e.g. `forestry`), by which categories find it."""

    purpose = "Says who answers for a matter, where, and by which phone."
    retention = keep("units are public bodies")
    sensitive = ()
    ordinary = ("code", "name", "name_en", "pinyin", "initials", "function", "duty_phone", "kind")

    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=24, choices=UnitKind.choices)
    function = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    pinyin = models.CharField(max_length=400, blank=True)
    initials = models.CharField(max_length=120, blank=True)
    parent = TenantForeignKey("self", null=True, blank=True, related_name="children")
    area = TenantForeignKey(Area, null=True, blank=True, related_name="units")
    deputy = TenantForeignKey("self", null=True, blank=True, related_name="+")
    duty_phone = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="organisations_unit_code"),
        ]
        indexes = [
            models.Index(fields=["county", "area", "kind"], name="organisations_unit_area"),
            models.Index(fields=["county", "function"], name="organisations_unit_function"),
        ]

    def __str__(self) -> str:
        return self.name
