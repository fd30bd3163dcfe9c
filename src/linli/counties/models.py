"""The county: the tenant itself. It is reference data, known to every connection."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.lib.retention import keep


class County(models.Model):
    tenancy = "reference"
    purpose = "Names the tenant and its time zone."
    retention = keep("a county is public")
    sensitive: tuple[str, ...] = ()
    ordinary = ("code", "name", "name_en", "timezone", "language")

    code = models.CharField(_("code"), primary_key=True, max_length=12)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_demo = models.BooleanField(_("generated data"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("county")
        ordering = ["code"]

    def __str__(self) -> str:
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name
