"""The page of one case: the matter and its timeline on the left, what now on the right."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.accounts.enums import Role
from linli.incidents.contacts import has_contact
from linli.incidents.detail import Detail, detail
from linli.incidents.emergencies.queries import whole
from linli.incidents.enums import Outcome, Satisfied, Solved, State, VerificationKind
from linli.incidents.lines import counting, named, unit_name
from linli.incidents.models import Incident, IncidentTask
from linli.processes.vocabulary import Field
from linli.web.http import StaffRequest, page
from linli.web.incidents.now import now_of
from linli.web.incidents.seats import report_due
from linli.web.incidents.timeline import Entry, entries
from linli.web.incidents.words import category_name, label
from linli.web.parts import left_html
from linli.web.time_words import time_left
from linli.web.tones import severity_look, state_look

QUALITIES = {
    "approximate": gettext_lazy("near the border, approximate"),
    "chosen": gettext_lazy("grid chosen by name"),
    "outside": gettext_lazy("outside the county"),
}


@page(Permission.INCIDENT_VIEW)
def case(request: StaffRequest, number: str) -> HttpResponse:
    now = timezone.now()
    found = found_or_404(request, number, now)
    return render(request, "incidents/case.html", case_context(request, found, now))


def found_or_404(request: StaffRequest, number: str, now: datetime) -> Detail:
    found = detail(request.actor, number, now=now)
    if found is None:
        raise Http404(number)
    return found


def case_context(request: StaffRequest, found: Detail, now: datetime) -> dict[str, Any]:
    """Everything that the page shows beside a form."""
    incident = found.incident
    emergency = whole(request.actor, incident, now=now)
    running = emergency is not None and emergency.emergency.ended_at is None
    may_report = can(request.actor, Permission.INCIDENT_REPORT)
    return now_context(request, found, now) | {
        "emergency": emergency,
        "emergency_due": report_due(emergency) if emergency else "",
        "may_raise": incident.is_open and not running and may_report,
        "matter": matter(found),
        "facts": facts(found),
        "photos": [file for line in found.lines[:1] for file in line.attachments],
        "entries": _newest_first(found),
        "tasks": [_task(one, now, found) for one in found.tasks if not one.lead],
        "around": f"?in={incident.township_id}" if incident.township_id else "",
        "places": found.places,
        "merged": found.merged,
        "merged_into": incident.merged_into,
        "reply_since": found.reply_since,
        "may_promise": can(request.actor, Permission.INCIDENT_CONTACT)
        and bool(request.actor.units),
        "contact": can(request.actor, Permission.INCIDENT_CONTACT)
        and (found.reply_since is not None or has_contact(incident)),
    }


def _newest_first(found: Detail) -> list[Entry]:
    """The timeline; files of the report stand beside its text and not once more below."""
    told = entries(found.lines, found.definition)
    return [one if number else one._replace(files=[]) for number, one in enumerate(told)][::-1]


def now_context(request: StaffRequest, found: Detail, now: datetime) -> dict[str, Any]:
    """What the panel needs by itself, when htmx asks for nothing else."""
    state_icon, state_tone = state_look(found.incident.state)
    severity_icon, severity_tone = severity_look(found.incident.severity)
    return {
        "incident": found.incident,
        "now": now_of(found, request.actor, now),
        "state": label("state", found.incident.state),
        "state_icon": state_icon,
        "state_tone": state_tone,
        "severity": label("severity", found.incident.severity),
        "severity_icon": severity_icon,
        "severity_tone": severity_tone,
    }


def matter(found: Detail) -> dict[str, Any]:
    incident = found.incident
    return {
        "icon": found.category.icon or "folder",
        "category": category_name(found.category),
        "place": " / ".join(named(area) for area in found.areas),
        "located": incident.longitude is not None or incident.area_id is not None,
    }


def facts(found: Detail) -> list[tuple[str, object]]:
    """Pairs of (word, value); empty ones are left out by the component."""
    incident = found.incident
    co_units = [unit_name(one.unit_id) for one in found.tasks if one.is_open and not one.lead]
    pairs: list[tuple[str, object]] = [
        (_("Number"), incident.number),
        (_("Category"), category_name(found.category)),
        (_("Place"), " / ".join(named(area) for area in found.areas)),
        (_("Address"), incident.place_text),
        (_("How placed"), _quality(incident)),
        (_("Source"), label("source", incident.source)),
        (_("Reported at"), timezone.localtime(incident.opened_at).strftime("%Y-%m-%d %H:%M")),
        (_("Reported by"), _reporter(found)),
        (_("Lead unit"), unit_name(incident.lead_unit_id)),
        (_("Co-handling units"), _(", ").join(co_units)),
        (_("Held by"), unit_name(incident.platform_unit_id)),
        (_("Verification"), _code(VerificationKind, incident.verification)),
        (_("Review on"), incident.review_on.isoformat() if incident.review_on else ""),
    ]
    return pairs + _ending(found)


def _ending(found: Detail) -> list[tuple[str, object]]:
    incident = found.incident
    closed = timezone.localtime(incident.closed_at) if incident.closed_at else None
    in_time = {True: _("in time"), False: _("late"), None: ""}[incident.on_time]
    return [
        (_("Outcome"), _code(Outcome, incident.outcome)),
        (_("Handed in"), in_time),
        (_("Ended at"), closed.strftime("%Y-%m-%d %H:%M") if closed else ""),
        *_evaluation(found),
        (_("Taken over from"), f"{incident.source_system} {incident.source_ref}".strip()),
    ]


def _evaluation(found: Detail) -> list[tuple[str, object]]:
    """What the reporter said; of a matter that was closed again, that it was said before."""
    words = (_("Whether solved"), _("Whether satisfied"))
    if _closed_since_evaluated(found):
        words = (_("Solved, before it was reopened"), _("Satisfied, before it was reopened"))
    solved, satisfied = found.incident.solved, found.incident.satisfied
    return [(words[0], _code(Solved, solved)), (words[1], _code(Satisfied, satisfied))]


def _closed_since_evaluated(found: Detail) -> bool:
    for line in reversed(found.lines):
        if Field.SOLVED in line.event.data.get("fields", {}):
            return False
        if line.event.to_state == State.CLOSED != line.event.from_state:
            return True
    return False


def _quality(incident: Incident) -> str:
    return str(QUALITIES.get(incident.place_quality, ""))


def _code(table: type[Any], value: str) -> str:
    return str(table(value).label) if value else ""


def _reporter(found: Detail) -> str:
    first = found.lines[0].event if found.lines else None
    if first is None or not first.actor_label:
        return ""
    role = Role(first.actor_role).label if first.actor_role in Role.values else ""
    return f"{first.actor_label} · {role}" if role else first.actor_label


def _task(task: IncidentTask, now: datetime, found: Detail) -> dict[str, Any]:
    words = {
        "assigned": _("assigned"),
        "signed": _("signed for"),
        "done": _("done"),
        "taken_back": _("taken back"),
    }
    used, begun = counting(found.incident).calendar, task.assigned_at
    left = time_left(task.due_at, start=begun, now=now, calendar=used) if task.is_open else None
    return {
        "unit": unit_name(task.unit_id),
        "state": words.get(task.state, task.state),
        "left": left_html(left) if left else "",
        "instruction": task.instruction,
        "result": task.result,
    }
