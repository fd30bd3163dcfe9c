"""Layers of areas, and what each area was called and where it lay from one day to another."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.lib.retention import after, keep


class Level(models.IntegerChoices):
    COUNTY = 0, _("county")
    TOWNSHIP = 1, _("township")
    VILLAGE = 2, _("village")
    GRID = 3, _("grid")


class Layer(TenantModel):
    """A set of areas. One layer governs; others (wards, precincts) lie over it for reference."""

    purpose = "Keeps the governing grid apart from reference maps."
    retention = keep("territory is public")
    sensitive = ()
    ordinary = ("code", "name")

    GOVERNING = "grid"

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    governing = models.BooleanField(default=False)
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="territory_layer_code"),
            models.UniqueConstraint(
                fields=["county"], condition=Q(governing=True), name="territory_layer_governing"
            ),
        ]


class Area(TenantModel):
    """A division or grid: its code is its identity. Name, parent and shape are the current ones."""

    purpose = "Places matters; says who answers for them."
    retention = keep("territory is public; past versions stay for old cases")
    sensitive = ()
    ordinary = ("code", "standard_code", "name", "name_en", "pinyin", "initials", "sort_key")

    layer = TenantForeignKey(Layer, related_name="areas")
    level = models.SmallIntegerField(choices=Level.choices)
    code = models.CharField(max_length=40)
    standard_code = models.CharField(max_length=15, blank=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    pinyin = models.CharField(max_length=400, blank=True)
    initials = models.CharField(max_length=120, blank=True)
    sort_key = models.CharField(max_length=400, blank=True)
    parent = TenantForeignKey("self", null=True, blank=True, related_name="children")
    township_id = models.UUIDField(null=True)
    village_id = models.UUIDField(null=True)
    statistical = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "layer", "code"], name="territory_area_code"),
        ]
        indexes = [
            models.Index(fields=["county", "parent", "sort_key"], name="territory_area_children"),
            models.Index(fields=["county", "layer", "level"], name="territory_area_level"),
        ]

    def __str__(self) -> str:
        return self.name


class AreaVersion(TenantModel):
    """What was true of an area from `valid_from` (included) to `valid_to` (excluded)."""

    purpose = "Answers for any day: which areas there were, named how, within which borders."
    retention = keep("territory is public")
    sensitive = ()
    ordinary = ("name", "name_en", "class_code", "geometry", "source")

    area = TenantForeignKey(Area, related_name="versions")
    parent = TenantForeignKey(Area, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    class_code = models.CharField(max_length=3, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    geometry = models.BinaryField(null=True, help_text="WKB, WGS-84, longitude first")
    area_m2 = models.FloatField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="territory_version_no_overlap",
                expressions=[
                    ("county", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            RangeBoundary(),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="territory_version_order",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "area", "valid_from"], name="territory_version_area"),
        ]


class Upload(TenantModel):
    """Lists or a map between their review and their application."""

    purpose = "Keeps a file while somebody looks at what it would change."
    retention = after(1, "uploaded_at", "applied or forgotten by then")
    sensitive = ()
    ordinary = ("kind", "file_name", "content", "second", "choices")

    class Kind(models.TextChoices):
        DIVISIONS = "divisions", _("divisions")
        AREAS = "areas", _("areas")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    second = models.BinaryField(default=b"", help_text="the villages, where content is townships")
    choices = models.JSONField(default=dict)
    uploaded_by = models.UUIDField()
    uploaded_at = models.DateTimeField()
