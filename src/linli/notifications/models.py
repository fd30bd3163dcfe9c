"""What a member of staff, or everybody in a unit, should take notice of."""

from django.db import models
from django.db.models import Q

from linli.accounts.models import User
from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.lib.retention import after
from linli.organisations.models import Unit

UNREAD = Q(read_at__isnull=True)


class Notice(TenantModel):
    """For one person or one unit; a unit's is read when one of its members has read it.

    It carries a key of the words, a kind and a number, never the words of a matter: what a reader
    may see of it is decided when it is read.
    """

    purpose = "Tells staff that a matter waits for them or has moved on."
    retention = after(90, "created_at", "the matter's own timeline keeps what happened")
    sensitive = ()
    ordinary = ("subject_kind", "subject_label", "message", "params")

    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    unit = TenantForeignKey(Unit, null=True, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    subject_label = models.CharField(max_length=40)
    message = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, unit__isnull=True)
                | Q(user__isnull=True, unit__isnull=False),
                name="notifications_one_recipient",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "user", "-created_at"],
                condition=UNREAD & Q(user__isnull=False),
                name="notifications_of_user",
            ),
            models.Index(
                fields=["county", "unit", "-created_at"],
                condition=UNREAD & Q(unit__isnull=False),
                name="notifications_of_unit",
            ),
            models.Index(
                fields=["county", "subject_id"], condition=UNREAD, name="notifications_of_subject"
            ),
        ]
