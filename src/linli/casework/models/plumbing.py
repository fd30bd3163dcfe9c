"""Numbers, repeated requests and saved views."""

from django.db import models

from linli.accounts.models import User
from linli.counties.tenancy import TenantModel
from linli.lib.retention import after, keep


class NumberBlock(TenantModel):
    """The next free number of a series. Processes take blocks, so gaps are normal."""

    purpose = "Gives out case numbers."
    retention = keep("one row a series")
    sensitive = ()
    ordinary = ("series",)

    series = models.CharField(max_length=40)
    next = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "series"], name="casework_number_series"),
        ]


class IdempotencyKey(TenantModel):
    """The answer to a write, kept so that repeating the request repeats the answer."""

    purpose = "A phone that lost the answer may ask again without doing it twice."
    retention = after(7, "created_at", "clients give up sooner")
    sensitive = ("answer",)
    ordinary = ("route", "key", "body_hash")

    owner_id = models.UUIDField(help_text="token or user")
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=80)
    body_hash = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "owner_id", "route", "key"], name="casework_idempotency_key"
            ),
        ]


class SavedView(TenantModel):
    """A list's filter that a member of staff gave a name."""

    purpose = "Spares typing the same filter every morning."
    retention = after(730, "created_at", "stale views are clutter")
    sensitive = ()
    ordinary = ("name", "page", "query")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "user", "page", "name"], name="casework_view_name"
            ),
        ]
