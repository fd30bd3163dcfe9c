from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member of staff is here for. `access.roles` says what each may do."""

    COUNTY_OPERATOR = "county_operator", _("county operator")
    DISPATCHER = "dispatcher", _("dispatcher")
    VERIFIER = "verifier", _("verifier")
    LEADER = "leader", _("leader")
    TOWNSHIP_OPERATOR = "township_operator", _("township operator")
    VILLAGE_OPERATOR = "village_operator", _("village operator")
    UNIT_HANDLER = "unit_handler", _("unit handler")
    UNIT_HEAD = "unit_head", _("head of unit")
    GRID_WORKER = "grid_worker", _("grid worker")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("security administrator")
    AUDIT_ADMINISTRATOR = "audit_administrator", _("audit administrator")


ADMINISTRATORS = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
)


class AssignmentKind(models.TextChoices):
    WORKER = "worker", _("grid worker")
    CONTACT = "contact", _("village-group head")


class ListKind(models.TextChoices):
    """Which of the office's own lists an upload is."""

    UNITS = "units", _("units")
    STAFF = "staff", _("staff")
    ASSIGNMENTS = "assignments", _("assignments to grids")
    ROTA = "rota", _("duty rota")
