"""Reaching the reporter: the contact opens after a reason was typed, which the audit keeps."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.access.permissions import Permission
from linli.incidents.contacts import Contact, has_contact, open_contacts
from linli.incidents.rules import Invalid
from linli.web.http import StaffRequest, page
from linli.web.incidents.case import found_or_404
from linli.web.incidents.words import invalid_words

REASON_MAX = 200
UNPROCESSABLE = 422


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=REASON_MAX,
        help_text=_("Such as: call back about the result. The audit log keeps it with your name."),
    )


@page(Permission.INCIDENT_CONTACT, methods=("GET", "POST"))
def contact(request: StaffRequest, number: str) -> HttpResponse:
    incident = found_or_404(request, number, timezone.now()).incident
    if not has_contact(incident):
        raise Http404(number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    opened: list[Contact] = []
    if form.is_bound and form.is_valid():
        try:
            opened = open_contacts(incident, by=request.actor, reason=form.cleaned_data["reason"])
        except Invalid as error:
            form.add_error(None, invalid_words(error))
    status = UNPROCESSABLE if form.is_bound and not opened else 200
    context = {"incident": incident, "form": form, "opened": opened}
    answer = render(request, "incidents/contact.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
