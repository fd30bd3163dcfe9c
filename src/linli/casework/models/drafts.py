"""A process on its way to a new version, and open cases on their way to it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.counties.tenancy import TenantModel
from linli.lib.retention import after, keep


class DraftState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for approval")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class ProcessDraft(TenantModel):
    """A document that is being written. `version` grows with every change, so that nobody
    overwrites unseen what somebody else did; `writer_ids` are all who changed its text.

    It may have faults until it is proposed. `rolled_back_from` is the version whose document it
    brings back, `published_as` the one that it became.
    """

    purpose = "Lets a county change its process with a second pair of eyes."
    retention = after(1095, "updated_at", "what was published lives on as a version")
    sensitive = ("author", "editor", "remark")
    ordinary = ("process", "title", "summary", "document", "state")

    process = models.CharField(max_length=40)
    title = models.CharField(max_length=120, help_text="what changes, in a few words")
    summary = models.CharField(max_length=1000, blank=True, help_text="why")
    document = models.TextField(help_text="YAML")
    based_on = models.PositiveIntegerField(help_text="the published version that it goes out from")
    rolled_back_from = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=12, choices=DraftState, default=DraftState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    author_id = models.UUIDField(null=True)
    author = models.CharField(max_length=120, blank=True)
    editor = models.CharField(max_length=120, blank=True, help_text="who changed it last")
    writer_ids = ArrayField(models.UUIDField(), default=list)
    remark = models.CharField(max_length=400, blank=True, help_text="why it was sent back")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    published_as = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", published_as__isnull=False)
                | (~Q(state="published") & Q(published_as__isnull=True)),
                name="casework_draft_published_as",
            ),
            models.CheckConstraint(
                condition=~(Q(state="proposed") | Q(state="published"))
                | Q(proposed_at__isnull=False),
                name="casework_draft_proposed_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "process", "-updated_at"],
                condition=Q(state__in=["draft", "proposed"]),
                name="casework_open_drafts",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in {DraftState.DRAFT, DraftState.PROPOSED}


class ProcessMove(TenantModel):
    """A job that puts open cases under another version of their process, in the order of ids.

    `states` and `unit_ids` choose them, empty means all; `last_id` is the last one that was
    looked at, so that the job goes on where it was stopped.
    """

    purpose = "Says who moved which open cases to which version of the process, and why."
    retention = keep("the timelines of the cases refer to it")
    sensitive = ("mover",)
    ordinary = ("process", "states", "reason")

    process = models.CharField(max_length=40)
    to_version = models.PositiveIntegerField()
    states = ArrayField(models.CharField(max_length=24), default=list)
    unit_ids = ArrayField(models.UUIDField(), default=list)
    reason = models.CharField(max_length=400)
    mover_id = models.UUIDField(null=True)
    mover = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_id = models.UUIDField(null=True)
    moved = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["county", "asked_at"],
                condition=Q(finished_at__isnull=True),
                name="casework_moves_waiting",
            ),
        ]
