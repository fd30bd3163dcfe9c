"""Counters of pages. Writers append deltas; a job folds them; a page sums both.

Updating a shared counter in place would make writers wait for each other and deadlock.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from linli.counties.tenancy import TenantModel
from linli.lib.retention import keep

MARKS = ("dispatched", "handled", "on_time", "reworked", "extended")
"""What is counted of an ended case beside its state: a column of the counters for each."""


class TallyDelta(TenantModel):
    """One change of one case, seen as: one less of the old cell, one more of the new one."""

    purpose = "Unfolded changes of the counters."
    retention = keep("a delta leaves when it is folded; one that stays is an alarm")
    sensitive = ()
    ordinary = ("subject", "cell", "old_cell", "state", "old_state", "marks", "old_marks")

    subject = models.CharField(max_length=20, help_text="the domain, e.g. incident")
    month = models.DateField(help_text="first day of the month in which the case was opened")
    state = models.CharField(max_length=24, blank=True)
    old_state = models.CharField(max_length=24, blank=True)
    cell = models.JSONField(default=dict, help_text="dimension -> key, e.g. township, category")
    old_cell = models.JSONField(default=dict)
    marks = ArrayField(models.CharField(max_length=12), default=list, db_default=[])
    old_marks = ArrayField(models.CharField(max_length=12), default=list, db_default=[])
    amount = models.IntegerField(default=1)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["county", "subject", "recorded_at"], name="casework_delta_age"),
        ]


class Tally(TenantModel):
    """How many cases of a month are in a state, by one dimension (`total` has the key '').

    `amount` counts all of them, the columns after it those of them that bear the mark.
    """

    purpose = "Counters of pages."
    retention = keep("figures about matters, no person in them")
    sensitive = ()
    ordinary = ("subject", "dimension", "key", "state")

    subject = models.CharField(max_length=20)
    dimension = models.CharField(max_length=16)
    key = models.CharField(max_length=40, blank=True)
    month = models.DateField()
    state = models.CharField(max_length=24)
    amount = models.IntegerField(default=0)
    dispatched = models.IntegerField(default=0, db_default=0)
    handled = models.IntegerField(default=0, db_default=0)
    on_time = models.IntegerField(default=0, db_default=0)
    reworked = models.IntegerField(default=0, db_default=0)
    extended = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "subject", "dimension", "key", "month", "state"],
                include=["amount", *MARKS],
                name="casework_tally_cell",
            ),
        ]
