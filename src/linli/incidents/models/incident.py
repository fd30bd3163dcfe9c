"""The incident, its timeline, its tasks, its further places and its search text."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from linli.accounts.models import User
from linli.casework.models import Case, CaseEvent, CaseTask
from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.incidents.enums import PLATFORM_STATES, UNIT_STATES
from linli.incidents.models.categories import Category
from linli.lib.retention import after, keep
from linli.organisations.models import Unit
from linli.territory.models import Area

OPEN = Q(is_open=True)


class Incident(Case):
    """A matter at a place. It names no person: the reporter's contact is a table of its own.

    `area` is the deepest known area; `township_id` and `village_id` repeat its ancestors, so that
    a scope is a plain column with an index in the order of lists.
    """

    purpose = "Records a matter and the work of units on it."
    retention = after(
        3650, "closed_at", "limitation periods have passed", blank=("title", "text", "place_text")
    )
    sensitive = ("text", "title", "place_text")
    ordinary = (
        "number",
        "state",
        "progress",
        "platform",
        "severity",
        "source",
        "outcome",
        "solved",
        "satisfied",
        "source_system",
        "source_ref",
        "place_quality",
        "verification",
    )

    platform = models.CharField(max_length=10, default="township")
    platform_unit = TenantForeignKey(Unit, null=True, related_name="+")
    verifier_unit = TenantForeignKey(
        Unit, null=True, related_name="+", help_text="in whose queue a verification waits"
    )
    category = TenantForeignKey(Category, related_name="+")
    severity = models.CharField(max_length=12, default="general")
    verification = models.CharField(max_length=12, default="on_site")
    title = models.CharField(max_length=120)
    text = models.TextField()
    source = models.CharField(max_length=24)
    reporter = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )

    area = TenantForeignKey(Area, null=True, related_name="+")
    township_id = models.UUIDField(null=True)
    village_id = models.UUIDField(null=True)
    longitude = models.FloatField(null=True, help_text="WGS-84")
    latitude = models.FloatField(null=True, help_text="WGS-84")
    place_text = models.CharField(max_length=200, blank=True)
    place_quality = models.CharField(max_length=12, blank=True)

    accepted_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    outcome = models.CharField(max_length=24, blank=True)
    on_time = models.BooleanField(null=True)
    rungs_taken = models.SmallIntegerField(default=0, db_default=0)
    next_rung_at = models.DateTimeField(
        null=True, help_text="when somebody has to be told of the deadline"
    )
    supervised = models.BooleanField(default=False)
    ruling_binds = models.BooleanField(default=False)
    sampled = models.BooleanField(default=False)
    solved = models.CharField(max_length=8, blank=True)
    satisfied = models.CharField(max_length=8, blank=True)
    merged_into = TenantForeignKey("self", null=True, related_name="merged")
    source_system = models.CharField(max_length=40, blank=True)
    source_ref = models.CharField(max_length=80, blank=True)
    batch_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="incidents_number"),
            models.UniqueConstraint(
                fields=["county", "source_system", "source_ref"],
                condition=~Q(source_ref=""),
                name="incidents_source_ref",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="incidents_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True)
                | Q(is_open=False, closed_at__isnull=False),
                name="incidents_open_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="incidents_point",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "-opened_at", "-id"], name="incidents_by_time"),
            models.Index(
                fields=["county", "township_id", "-opened_at", "-id"], name="incidents_by_township"
            ),
            models.Index(
                fields=["county", "village_id", "-opened_at", "-id"], name="incidents_by_village"
            ),
            models.Index(fields=["county", "area", "-opened_at", "-id"], name="incidents_by_area"),
            models.Index(
                fields=["county", "lead_unit", "-opened_at", "-id"],
                condition=Q(lead_unit__isnull=False),
                name="incidents_by_unit",
            ),
            models.Index(
                fields=["county", "category", "-opened_at", "-id"], name="incidents_by_category"
            ),
            models.Index(
                fields=["county", "township_id", "-opened_at", "-id"],
                condition=OPEN,
                name="incidents_open_township",
            ),
            models.Index(
                fields=["county", "reporter", "-opened_at"],
                condition=Q(reporter__isnull=False),
                name="incidents_by_reporter",
            ),
            models.Index(
                fields=["county", "state", "due_at"], condition=OPEN, name="incidents_open_due"
            ),
            models.Index(  # the queues of `incidents.work`, the most urgent first
                fields=["county", "lead_unit", "due_at", "opened_at"],
                condition=Q(state__in=UNIT_STATES),
                name="incidents_queue_unit",
            ),
            models.Index(
                fields=["county", "platform_unit", "due_at", "opened_at"],
                condition=Q(state__in=PLATFORM_STATES),
                name="incidents_queue_platform",
            ),
            models.Index(
                fields=["county", "next_rung_at"],
                condition=Q(next_rung_at__isnull=False),
                name="incidents_next_rung",
            ),
            models.Index(
                fields=["county", "verifier_unit", "state", "due_at", "opened_at"],
                condition=Q(verifier_unit__isnull=False),
                name="incidents_queue_verifier",
            ),
            models.Index(
                fields=["county", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="incidents_by_main",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class IncidentEvent(CaseEvent):
    purpose = "The timeline: who did what, when and why."
    retention = keep("belongs to the case; its free text is blanked with it")
    append_only = True
    sensitive = ("reason", "data", "actor_label")
    ordinary = ("kind", "from_state", "to_state", "actor_role")

    incident = TenantForeignKey(Incident, related_name="events")

    class Meta:
        indexes = [
            models.Index(
                fields=["county", "incident", "case_version"], name="incidents_event_case"
            ),
        ]


class IncidentTask(CaseTask):
    purpose = "What a unit has to do for an incident, and by when."
    retention = after(3650, "done_at", "goes with the case", blank=("instruction", "result"))
    sensitive = ("instruction", "result")
    ordinary = ("state",)

    incident = TenantForeignKey(Incident, related_name="tasks")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "incident", "unit"],
                condition=OPEN,
                name="incidents_task_once",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "incident"], name="incidents_task_incident"),
            models.Index(
                fields=["county", "unit", "-opened_at", "-incident"], name="incidents_task_unit"
            ),
            models.Index(
                fields=["county", "unit", "due_at", "id"],
                condition=Q(is_open=True, lead=False),
                name="incidents_task_helping",
            ),
        ]


class IncidentPlace(TenantModel):
    """A further place of a matter that touches several; the main one stands on the incident."""

    purpose = "Lets everybody concerned see a matter that crosses borders."
    retention = keep("belongs to the case")
    sensitive = ("place_text",)
    ordinary = ()

    incident = TenantForeignKey(Incident, related_name="places")
    opened_at = models.DateTimeField(help_text="when the case was opened: the order of lists")
    area = TenantForeignKey(Area, related_name="+")
    township_id = models.UUIDField(null=True)
    village_id = models.UUIDField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    place_text = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["county", "incident"], name="incidents_place_incident"),
            models.Index(
                fields=["county", "township_id", "-opened_at", "-incident"],
                name="incidents_place_township",
            ),
            models.Index(
                fields=["county", "village_id", "-opened_at", "-incident"],
                name="incidents_place_village",
            ),
            models.Index(
                fields=["county", "area", "-opened_at", "-incident"], name="incidents_place_area"
            ),
        ]


class IncidentText(TenantModel):
    """The search text. A table of its own, since an update of the incident would rewrite its
    entries in the text index; `id` is the incident's.
    """

    purpose = "Finds matters by the words of their report."
    retention = keep("goes with the case")
    sensitive = ("tokens",)
    ordinary = ("seen_by",)

    opened_at = models.DateTimeField()
    tokens = SearchVectorField()
    seen_by = ArrayField(models.UUIDField(), default=list, help_text="see `incidents.sight`")

    class Meta:
        indexes = [
            GinIndex(fields=["tokens", "seen_by"], name="incidents_text_tokens", fastupdate=True),
            models.Index(fields=["county", "-opened_at", "-id"], name="incidents_text_recent"),
        ]
