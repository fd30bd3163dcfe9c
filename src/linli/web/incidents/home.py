"""My work: what emergencies ask of this person, then what waits for them.

Leaders watch over it, administrators find their pages.
"""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.database.pipeline import exchange
from linli.flows.shift_handover import any_waiting, waiting_for
from linli.incidents.coverage import standing, standing_gaps
from linli.incidents.emergencies.duties import duties, unfinished
from linli.incidents.work import COUNT_UP_TO, GROUPS, Group, my_work, own_reports, watched
from linli.web.beginning import begun, first_tasks, settled
from linli.web.http import StaffRequest, page
from linli.web.incidents.emergency_rows import rows_of
from linli.web.incidents.rows import work_rows

# Key of a group -> its heading, icon, tone, and the filter of the list that shows all of it. What
# waits for somebody is no filter of a list: this page shows all of such a group.
HEADINGS: dict[str, tuple[str | Promise, str, str, str]] = {
    "overdue": (_("Overdue"), "exclamation-octagon", "overdue", ""),
    "due_soon": (_("Due within a day"), "hourglass-split", "attention", ""),
    "returned": (_("Returned or for rework"), "arrow-return-left", "attention", ""),
    "to_verify": (_("Awaiting my verification"), "clipboard-check", "information", ""),
    "to_do": (_("To do"), "inbox", "neutral", ""),
    "to_check": (_("Sampled checks"), "patch-check", "information", ""),
    "to_help": (_("Co-handling"), "people", "information", ""),
    "supervised": (_("Supervised"), "eye", "information", "group=open&supervised=1"),
    "all_overdue": (_("Overdue in the county"), "exclamation-octagon", "overdue", "overdue=1"),
    "own_reports": (_("Reported by me"), "megaphone", "neutral", ""),
}


@page(Permission.TERRITORY_VIEW)
def home(request: StaffRequest) -> HttpResponse:
    if not can(request.actor, Permission.INCIDENT_VIEW):
        return render(request, "incidents/home_administrator.html", _beginning(request))
    now = timezone.now()
    if (key := request.GET.get("all", "")) in GROUPS:
        return _whole(request, key, now)
    groups = [group for group in _groups(request.actor, now) if group.rows]
    waiting = sum(group.count for group in groups if group.key in GROUPS)
    request.waiting = waiting  # type: ignore[attr-defined]  # the rail shows the same number
    emergencies, ((handovers,),), gaps = exchange(unfinished(), any_waiting(), standing_gaps())
    context = {
        "emergencies": rows_of(duties(request.actor, emergencies, now=now), now),
        "handovers": waiting_for(request.actor) if handovers else [],
        "now": now,
        "groups": [_shown(group, request, now) for group in groups],
        "waiting": waiting,
        "uncovered": standing(request.actor, gaps),
        **_beginning(request),
    }
    return render(request, "incidents/home.html", context)


def _whole(request: StaffRequest, key: str, now: datetime) -> HttpResponse:
    """One group of what waits, with all its rows."""
    found = my_work(request.actor, now=now, most=COUNT_UP_TO)
    groups = [_shown(group, request, now) for group in found if group.key == key and group.rows]
    return render(request, "incidents/home.html", {"groups": groups, "now": now, "whole": True})


def _beginning(request: StaffRequest) -> dict[str, Any]:
    if settled():
        return {}
    return {"begun": begun(), "beginning": first_tasks(request.actor, request.county.pk)}


def _groups(actor: Actor, now: datetime) -> list[Group]:
    if can(actor, Permission.INCIDENT_SUPERVISE):
        return [*watched(actor, now=now), *my_work(actor, now=now)]
    groups = my_work(actor, now=now)
    if can(actor, Permission.INCIDENT_REPORT):
        groups.append(own_reports(actor))
    return groups


def _shown(group: Group, request: StaffRequest, now: Any) -> dict[str, Any]:
    title, icon, tone, _query = HEADINGS[group.key]
    return {
        "key": group.key,
        "title": title,
        "icon": icon,
        "tone": tone,
        "all": _all(group.key, request.county.code),
        "count": group.count,
        "more": group.count > len(group.rows),
        "rows": work_rows(group.rows, county=request.county.code, now=now, tasks=group.tasks),
    }


def _all(key: str, county: str) -> str:
    """Where all of a group is shown; empty where nowhere."""
    query = HEADINGS[key][3]
    if key in GROUPS:
        return f"?all={key}"
    return f"{reverse('incidents:list', args=[county])}?{query}" if query else ""
