"""First, follow-up and final report: written, then read, printed or taken along as text."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.actor import PermissionRefusedError
from linli.access.permissions import Permission
from linli.casework.definitions import process
from linli.incidents.actions.emergencies import send_report
from linli.incidents.detail import find
from linli.incidents.emergencies.documents import facts_of
from linli.incidents.emergencies.queries import Whole, whole
from linli.incidents.models import EmergencyReport, ReportKind
from linli.incidents.rules import Invalid
from linli.web.emergencies.forms import EmergencyReportForm, start_of
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import error_at, event_label, label, language
from linli.web.late import AT

UNPROCESSABLE = 422


@page(Permission.INCIDENT_ACCEPT, methods=("GET", "POST"))
def write(request: StaffRequest, number: str) -> HttpResponse:
    """The report that is due now."""
    shown = _whole(request, number)
    due = shown.next_report
    if due is None or not shown.runs:
        raise Http404(number) if due is None else PermissionDenied(Permission.INCIDENT_ACCEPT)
    form = EmergencyReportForm(request.POST or None, initial=start_of(shown))
    if request.method == "POST" and form.is_valid():
        try:
            kind, at = request.POST.get("kind", due.kind), form.cleaned_data[AT]
            row = send_report(shown.emergency.pk, kind, form.report(), by=request.actor, at=at)
        except Invalid as error:
            field, words = error_at(error)
            field = AT if field == "at" else field
            form.add_error(field if field in form.fields else None, words)
        except PermissionRefusedError as error:
            raise PermissionDenied(error.permission) from error
        else:
            messages.success(request, _("The report is kept as it was sent."))
            return redirect("emergencies:report", request.county.pk, number, row.pk)
    context = {
        "form": form,
        "incident": shown.incident,
        "kind": due.kind,
        "title": ReportKind(due.kind).label,
        "due": due,
        "facts": said(facts_of(shown.emergency, shown.incident), shown),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "emergencies/report_form.html", context, status=status)


@page(Permission.INCIDENT_VIEW)
def report(request: StaffRequest, number: str, report_id: UUID) -> HttpResponse:
    return render(request, "emergencies/report.html", _context(request, number, report_id))


@page(Permission.INCIDENT_VIEW)
def text(request: StaffRequest, number: str, report_id: UUID) -> HttpResponse:
    """The same as plain text, to be sent on by whatever way there is."""
    context = _context(request, number, report_id)
    words = render_to_string("emergencies/report.txt", context, request)
    answer = HttpResponse(words, content_type="text/plain; charset=utf-8")
    name = f"{number}-{context['report'].number}.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def said(facts: dict[str, Any], shown: Whole) -> dict[str, Any]:
    """The stored codes in the reader's language."""
    definition = process("incident", shown.incident.process_version)
    return {
        **facts,
        "category": _name(facts["category"]),
        "severity": label("severity", facts["severity"]),
        "state": label("state", facts["state"]),
        "place": " / ".join(_name(one) for one in facts["place"]),
        "reported_at": _local(facts["reported_at"]),
        "raised_at": _local(facts["raised_at"]),
        "holder": _name(facts["holder"]),
        "units": _(", ").join(_name(one) for one in facts["units"]),
        "course": [
            {
                "at": _local(one["at"]),
                "what": event_label(definition, one["kind"]),
                "unit": _name(one["unit"]),
            }
            for one in facts["course"]
        ],
    }


def _context(request: StaffRequest, number: str, report_id: UUID) -> dict[str, Any]:
    shown = _whole(request, number, report_id)
    row = next((one for one in shown.reports if one.pk == report_id), None)
    if row is None:
        raise Http404(report_id)
    return {
        "report": row,
        "incident": shown.incident,
        "title": row.get_kind_display(),
        "facts": said(row.facts, shown) if row.facts else None,
        "sent_at": timezone.localtime(row.sent_at),
        "late": _late(row),
    }


def _late(row: EmergencyReport) -> bool:
    return row.sent_at > row.due_at


def _whole(request: StaffRequest, number: str, report_id: UUID | None = None) -> Whole:
    incident = find(request.actor, number)
    now = timezone.now()
    shown = whole(request.actor, incident, now=now, report=report_id) if incident else None
    if shown is None:
        raise Http404(number)
    return shown


def _name(thing: dict[str, str]) -> str:
    english = language().startswith("en") and thing.get("name_en")
    return thing["name_en"] if english else thing["name"]


def _local(moment: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(moment))
