"""Reporting a matter: checked, compared with what is known already, recorded once."""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.attachments.rules import Refused as FileRefused
from linli.casework.idempotency import Key, OtherBodyError
from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.actions import report
from linli.incidents.actions.emergencies import report_emergency
from linli.incidents.actions.placing import placed
from linli.incidents.duplicates import Near, near
from linli.incidents.enums import Source
from linli.incidents.models import Incident
from linli.incidents.rules import Invalid
from linli.lib.errors import InputError
from linli.web.http import StaffRequest, page
from linli.web.incidents.files import keep_files, take_in_all
from linli.web.incidents.outlines import townships
from linli.web.incidents.report_form import ReportForm
from linli.web.incidents.rows import work_rows
from linli.web.incidents.words import error_at

ROUTE = "web.incidents.report"
UNPROCESSABLE, CONFLICT = 422, 409
OWN = ("csrfmiddlewaretoken", "key", "seen", "do", "find")  # not part of what is reported


@page(Permission.INCIDENT_REPORT, methods=("GET", "POST"))
def new(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, ReportForm(request.actor))
    form = ReportForm(request.actor, request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, UNPROCESSABLE)
    try:
        return _once(request, form)
    except OtherBodyError:
        return _sent_before(request)
    except FileRefused:
        pass  # `keep_files` says of each file what is wrong with it
    except (Invalid, InputError) as error:
        form.refuse(*error_at(error))
    return _show(request, form, UNPROCESSABLE)


def _once(request: StaffRequest, form: ReportForm) -> HttpResponse:
    """Record it under the form's key: pressing twice, or again after a lost answer, is one."""
    owner_id = request.actor.id or request.actor.held[0].id
    key = Key.of(owner_id, ROUTE, form.cleaned_data["key"], _body(request))
    if kept := key.answer():
        return _to_case(request, kept.body["number"])
    # In an emergency nobody reads first whether it is known already.
    alike = [] if form.emergency else _near(request, form)
    if alike and "seen" not in request.POST:
        return _show(request, form, UNPROCESSABLE, alike)
    incident = _record(request, form, key)
    words = {"number": incident.number}
    if form.emergency:
        messages.success(request, _("%(number)s: the people on duty are alerted.") % words)
        return HttpResponseRedirect(_emergency(request, incident.number))
    messages.success(request, _("Reported as %(number)s.") % words)
    if request.POST.get("do") == "settle":
        address = reverse("incidents:step", args=[request.county.code, incident.number, "settle"])
        return HttpResponseRedirect(address)
    return _to_case(request, incident.number)


def _record(request: StaffRequest, form: ReportForm, key: Key) -> Incident:
    files = tuple(take_in_all(form.cleaned_data["files"], by=request.actor))
    with transaction.atomic():  # the uploads outlive a refusal
        batch = Batch()
        if form.emergency:
            incident = report_emergency(form.draft(files), by=request.actor)
        else:
            incident = report(form.draft(files), by=request.actor, batch=batch)
        key.keep(201, json.dumps({"number": incident.number}), batch=batch)
        batch.send()
    return incident


def _near(request: StaffRequest, form: ReportForm) -> list[Near]:
    draft = form.draft()
    place = placed(draft.spot)
    return near(request.actor, text=draft.text, category_id=draft.category_id, place=place)


def _body(request: StaffRequest) -> bytes:
    """What was typed, without what changes from press to press."""
    pairs = [(name, values) for name, values in request.POST.lists() if name not in OWN]
    names = [file.name or "" for files in request.FILES.lists() for file in files[1]]
    return urlencode([*sorted(pairs), ("files", names)], doseq=True).encode()


def _sent_before(request: StaffRequest) -> HttpResponse:
    """The form was sent, then changed and sent again: a new key makes it a report of its own."""
    data = request.POST.copy()
    data["key"] = ReportForm(request.actor).initial["key"]
    words = _(
        "This form was sent before with another content. Send it again if it is another matter."
    )
    form = ReportForm(request.actor, data, request.FILES)
    return _show(request, form, CONFLICT, problem=words)


def _show(
    request: StaffRequest,
    form: ReportForm,
    status: int = 200,
    alike: list[Near] | None = None,
    **extra: Any,
) -> HttpResponse:
    if form.is_bound:
        keep_files(request, form)
    rows = [one.incident for one in alike or []]
    categories = references.categories().values()
    urgent = request.GET.get("emergency") == "1"
    context = {
        "form": form,
        "alike": work_rows(rows, county=request.county.code, now=timezone.now()),
        "may_settle": can(request.actor, Permission.INCIDENT_SETTLE),
        "urgent": urgent,
        "by_telephone": form["source"].value() in {Source.CALL, Source.HOTLINE},
        "townships": townships(),
        "several": [str(one.pk) for one in categories if urgent or one.place == "several"],
        "placeless": [str(one.pk) for one in categories if one.place == "none"],
        **extra,
    }
    return render(request, "incidents/report.html", context, status=status)


def _emergency(request: StaffRequest, number: str) -> str:
    return reverse("emergencies:emergency", args=[request.county.code, number])


def _to_case(request: StaffRequest, number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("incidents:case", args=[request.county.code, number]))
