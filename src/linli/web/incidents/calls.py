"""Calls that were promised about a case: made, and kept."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.permissions import Permission
from linli.incidents.actions import NotFound
from linli.incidents.detail import find
from linli.incidents.lines import unit_name
from linli.incidents.models import Incident
from linli.incidents.promises import ABOUT_MAX, keep_promise, promise_call, promises_of
from linli.incidents.rules import Invalid
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import error_at
from linli.web.late import moment_field


class PromiseForm(forms.Form):
    about = forms.CharField(
        label=gettext_lazy("What the call is about"),
        max_length=ABOUT_MAX,
        help_text=gettext_lazy("No telephone number: it stands with the reporter's contact."),
    )
    due_at = moment_field(label=gettext_lazy("Call back by"))
    unit = forms.ChoiceField(label=gettext_lazy("Who calls"))

    def __init__(self, request: StaffRequest, *args: Any) -> None:
        super().__init__(*args)
        field: Any = self.fields["unit"]
        field.choices = [(str(key), unit_name(key)) for key in sorted(request.actor.units)]


@page(Permission.INCIDENT_CONTACT, methods=("GET", "POST"))
def calls(request: StaffRequest, number: str) -> HttpResponse:
    incident = _incident(request, number)
    form = PromiseForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            promise_call(
                incident.pk,
                about=given["about"],
                due_at=given["due_at"],
                unit=UUID(given["unit"]),
                by=request.actor,
            )
        except Invalid as error:
            field, words = error_at(error)
            form.add_error(field if field in form.fields else None, words)
        else:
            messages.success(request, _("The call is noted; the next shift sees it."))
            return redirect("incidents:calls", request.county.pk, number)
    rows = [(one, unit_name(one.unit_id)) for one in promises_of(incident)]
    context = {"incident": incident, "form": form, "rows": rows}
    return render(request, "incidents/calls.html", context, status=422 if form.errors else 200)


@page(Permission.INCIDENT_CONTACT, methods=("POST",))
def call_made(request: StaffRequest, number: str, call_id: UUID) -> HttpResponse:
    _incident(request, number)
    try:
        keep_promise(call_id, by=request.actor)
    except NotFound as error:
        raise Http404(call_id) from error
    messages.success(request, _("The call was made."))
    return redirect("incidents:calls", request.county.pk, number)


def _incident(request: StaffRequest, number: str) -> Incident:
    incident = find(request.actor, number)
    if incident is None:
        raise Http404(number)
    return incident
