"""What a county needs before its first case: first of all while it has no township, then in the
place of work until it has a unit beside its centre.
"""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.incidents import references
from linli.organisations.models import UnitKind
from linli.territory.snapshots import snapshot


class Task(NamedTuple):
    title: str | Promise
    text: str | Promise
    view: str
    right: Permission
    kwargs: dict[str, str]


TASKS = (
    Task(
        _("Townships and villages"),
        _("Two lists with codes and names: where a case lies follows from them."),
        "territory:divisions",
        Permission.TERRITORY_EDIT,
        {},
    ),
    Task(
        _("Outlines"),
        _("A map of areas, so that a point on it finds its grid. Names alone will do at first."),
        "territory:areas",
        Permission.TERRITORY_EDIT,
        {},
    ),
    Task(
        _("Units"),
        _("The platforms that accept, the bureaus that handle."),
        "administration:import",
        Permission.UNIT_EDIT,
        {"kind": "units"},
    ),
    Task(
        _("Staff"),
        _("Accounts with the roles that they ask for."),
        "administration:import",
        Permission.STAFF_EDIT,
        {"kind": "staff"},
    ),
    Task(
        _("Grid workers"),
        _("Who works which village or grid."),
        "administration:import",
        Permission.STAFF_EDIT,
        {"kind": "assignments"},
    ),
)


def begun() -> bool:
    """Whether the county has areas below itself."""
    map_ = snapshot()
    return bool(map_.root and map_.children.get(map_.root.id))


def settled() -> bool:
    """Whether it has areas, and a unit beside the centre to work for them."""
    return begun() and _has_units()


def _has_units() -> bool:
    return any(unit.kind != UnitKind.COUNTY_CENTRE for unit in references.units().values())


def _has_outlines() -> bool:
    return any(node.wkb for node in snapshot().nodes.values())


def first_tasks(actor: Actor, county: str) -> list[dict[str, Any]]:
    """The tasks in their order, each with its address where this person may do it."""
    there = (begun(), _has_outlines(), _has_units(), False, False)
    return [
        {
            "title": task.title,
            "text": task.text,
            "there": done,
            "url": reverse(task.view, kwargs={"county": county, **task.kwargs})
            if can(actor, task.right)
            else "",
        }
        for task, done in zip(TASKS, there, strict=True)
    ]
