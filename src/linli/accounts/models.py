"""Staff: who signs in, what they are here for, which grids they work."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.enums import AssignmentKind, ListKind, Role
from linli.counties.tenancy import TenantForeignKey, TenantModel
from linli.lib.ids import uuid7
from linli.lib.retention import after
from linli.organisations.models import Unit
from linli.territory.models import Area


def called(name: str, username: str) -> str:
    """What a person is called: by their user name, as long as they have given no other."""
    return name or username


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person who signs in. What they may do hangs on their memberships, county by county."""

    tenancy = "reference"
    purpose = "Lets a member of staff sign in."
    retention = after(
        730, "left_at", "who left is remembered by the audit log's labels", blank=("name", "email")
    )
    sensitive = ("username", "name", "email", "password")
    ordinary = ("language", "registered_in")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True)
    password_temporary = models.BooleanField(default=False)
    registered_in = models.CharField(
        max_length=12, blank=True, help_text="the county whose administrators keep this account"
    )
    rights_changed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return called(self.name, self.username)

    def get_full_name(self) -> str:
        return str(self)

    def has_perm(self, *_: Any) -> bool:
        return False


class Membership(TenantModel):
    """A role that a person holds in a county, for a unit and/or a subtree of the territory."""

    purpose = "Grants a role within a scope."
    retention = after(1825, "valid_to", "who held which role when, for disputes about old cases")
    sensitive = ("phone",)
    ordinary = ("role",)

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    unit = TenantForeignKey(Unit, null=True, blank=True, related_name="members")
    area = TenantForeignKey(Area, null=True, blank=True, related_name="members")
    phone = models.CharField(_("work phone"), max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    away_from = models.DateField(null=True, blank=True)
    away_to = models.DateField(null=True, blank=True)
    stand_in = TenantForeignKey("self", null=True, blank=True, related_name="+")
    lent_at = models.DateTimeField(
        null=True, help_text="who stands in has the open work since then"
    )
    successor = TenantForeignKey("self", null=True, blank=True, related_name="+")
    handed_over_at = models.DateTimeField(
        null=True, help_text="the successor has the open work since then"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(away_from__isnull=True, away_to__isnull=True)
                | Q(away_from__isnull=False, away_to__gte=F("away_from")),
                name="accounts_membership_away",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "user"], name="accounts_membership_user"),
            models.Index(fields=["county", "unit"], name="accounts_membership_unit"),
            models.Index(fields=["county", "area"], name="accounts_membership_area"),
        ]


class GridAssignment(TenantModel):
    """Who works an area from day to day. A grid without one inherits its parent's worker."""

    purpose = "Names the worker of a grid, as the law asks the county to publish."
    retention = after(1825, "valid_to", "who worked which grid when, for disputes about old cases")
    sensitive = ("contact_name", "contact_phone")
    ordinary = ("kind",)

    area = TenantForeignKey(Area, related_name="assignments")
    kind = models.CharField(max_length=12, choices=AssignmentKind.choices)
    membership = TenantForeignKey(Membership, null=True, blank=True, related_name="assignments")
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    stands_in_for = TenantForeignKey("self", null=True, blank=True, related_name="stand_ins")
    shortened = models.BooleanField(
        default=False, help_text="it ends because something else begins, which may be taken back"
    )
    planned_to = models.DateField(
        null=True, blank=True, help_text="the end that it had before it was shortened"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(membership__isnull=False) | ~Q(contact_name=""),
                name="accounts_assignment_someone",
            ),
            models.CheckConstraint(
                condition=Q(shortened=True, valid_to__isnull=False)
                | Q(shortened=False, planned_to__isnull=True),
                name="accounts_assignment_shortened",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "area", "valid_from"], name="accounts_assignment_area"),
            models.Index(fields=["county", "membership"], name="accounts_assignment_member"),
        ]


class RoleRequest(TenantModel):
    """A role that the keeper of the staff list asks for and the security administrator decides."""

    purpose = "Separates who keeps the staff list from who grants roles."
    retention = after(365, "decided_at", "what was granted stands in memberships and the audit log")
    sensitive = ("phone",)
    ordinary = ("role",)

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_requests")
    role = models.CharField(max_length=30, choices=Role.choices)
    unit = TenantForeignKey(Unit, null=True, blank=True, related_name="+")
    area = TenantForeignKey(Area, null=True, blank=True, related_name="+")
    phone = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="accounts_request_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "decided_at"], name="accounts_request_open"),
        ]


class UploadedList(TenantModel):
    """An office's list between its preview and its application."""

    purpose = "Keeps a list while somebody looks at what it would change."
    retention = after(1, "uploaded_at", "applied or forgotten by then")
    sensitive = ("content", "file_name")
    ordinary = ("kind",)

    kind = models.CharField(max_length=12, choices=ListKind.choices)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_by = models.UUIDField()
    uploaded_at = models.DateTimeField()


class DutyShift(TenantModel):
    """One line of a unit's rota: who is on duty in these hours of the county's clock.

    On `weekdays` (0 is Monday), or, without any, on each day of the stretch: such a dated line goes
    before weekly ones, and one without an officer calls the duty off. An end up to the start lies
    on the next day. `valid_to` is the first day without.
    """

    purpose = "Says who answers for a unit at any hour, and who when that one is away."
    retention = after(90, "valid_to", "who had to act is asked within a quarter, hours never")
    sensitive = ()
    ordinary = ("name",)

    unit = TenantForeignKey(Unit, related_name="duty_shifts")
    name = models.CharField(_("name of the shift"), max_length=20, blank=True)
    weekdays = ArrayField(models.SmallIntegerField(), default=list)
    starts = models.TimeField()
    ends = models.TimeField()
    officer = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    deputy = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    leader = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="accounts_duty_stretch",
            ),
            models.CheckConstraint(
                condition=(~Q(weekdays=[]) & Q(officer__isnull=False))
                | Q(weekdays=[], valid_to__isnull=False),
                name="accounts_duty_weekly_or_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "unit", "valid_from"], name="accounts_duty_unit"),
            models.Index(fields=["county", "officer"], name="accounts_duty_officer"),
        ]


class Session(AbstractBaseSession):
    """Who is signed in. It names the user, so that everybody can see and end their own."""

    tenancy = "local"
    purpose = "Keeps a member of staff signed in."
    retention = after(1, "expire_date", "an expired session signs nobody in")
    sensitive = ("session_key", "session_data")
    ordinary = ()

    account_id = models.UUIDField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class ApiToken(models.Model):
    """A key for programs. Only its SHA-256 is kept: it is random, so a slow hash adds nothing."""

    tenancy = "reference"
    purpose = "Lets a program act for a member of staff in one county."
    retention = after(365, "revoked_at", "which token was used is in the audit log")
    sensitive = ("digest",)
    ordinary = ("county_id", "name", "prefix", "scopes")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county_id = models.CharField(max_length=12)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
