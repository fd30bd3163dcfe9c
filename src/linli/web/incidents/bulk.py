"""Dispatching several cases at once: choose rows, one unit, one text; each gets its own answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.access.permissions import Permission
from linli.casework.definitions import newest_process
from linli.incidents.actions.bulk import MOST, Answer, take_step_for_all
from linli.incidents.actions.step import Conflict
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.incidents.rules import Invalid
from linli.processes import Refused
from linli.processes.labels import FIELDS, TEXT_LIMIT
from linli.processes.vocabulary import Field
from linli.web.http import StaffRequest, page
from linli.web.incidents.choices import handling_choices, unit_keys
from linli.web.incidents.outlines import as_uuid
from linli.web.incidents.rows import work_rows
from linli.web.incidents.widgets import KeyedRadios
from linli.web.incidents.words import invalid_words, language, refused_words

UNPROCESSABLE = 422
STEP = "dispatch"


class BulkForm(forms.Form):
    unit = forms.ChoiceField()
    text = forms.CharField(
        label=gettext_lazy("Instruction to the unit"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["unit"] = forms.ChoiceField(
            label=FIELDS[Field.UNIT].in_language(language()),
            choices=handling_choices(),
            widget=KeyedRadios(keys=unit_keys()),
        )


@page(Permission.INCIDENT_DISPATCH, methods=("POST",))
def dispatch(request: StaffRequest) -> HttpResponse:
    """First what was chosen with its form, then (`do=send`) the answers."""
    chosen = _chosen(request)
    back = request.POST.get("back", "")[:1000]
    if not chosen or len(chosen) > MOST:
        words = _("Choose the cases first, %(limit)d at most.") % {"limit": MOST}
        messages.error(request, words)
        return HttpResponseRedirect(_list(request, back))
    send = request.POST.get("do") == "send"
    typed = {name: request.POST.get(name, "") for name in BulkForm.base_fields}
    form = BulkForm(request.POST if send else None, initial=typed)
    if not send or not form.is_valid():
        return _ask(request, form, chosen, back, UNPROCESSABLE if send else 200)
    answers = _send(request, form, chosen)
    return _tell(request, form, answers, chosen, back)


def _chosen(request: StaffRequest) -> list[Incident]:
    """The chosen cases within sight; an id that is none is passed over."""
    ids = list(filter(None, map(as_uuid, request.POST.getlist("case")[: MOST + 1])))
    return list(visible_to(request.actor).filter(pk__in=ids).order_by("-opened_at", "-id"))


def _send(request: StaffRequest, form: BulkForm, chosen: Iterable[Incident]) -> list[Answer]:
    seen = {one.pk: _version(request, one) for one in chosen}
    fields = {name: value for name, value in form.cleaned_data.items() if value}
    return take_step_for_all(list(seen), STEP, fields, versions=seen, by=request.actor)


def _version(request: StaffRequest, incident: Incident) -> int:
    written = request.POST.get(f"version-{incident.pk}", "")
    return int(written) if written.isdecimal() and len(written) < 9 else incident.version


def _ask(
    request: StaffRequest, form: BulkForm, chosen: list[Incident], back: str, status: int
) -> HttpResponse:
    versions = [(one.pk, _version(request, one)) for one in chosen]
    context = {
        "form": form,
        "rows": work_rows(chosen, county=request.county.code, now=timezone.now()),
        "number": len(chosen),
        "versions": versions,
        "back": back,
        "back_url": _list(request, back),
    }
    return render(request, "incidents/bulk.html", context, status=status)


def _tell(
    request: StaffRequest,
    form: BulkForm,
    answers: list[Answer],
    chosen: list[Incident],
    back: str,
) -> HttpResponse:
    done = sum(1 for one in answers if one.error is None)
    if done == len(answers):
        words = ngettext("%d case was dispatched.", "%d cases were dispatched.", done) % done
        messages.success(request, words)
        return HttpResponseRedirect(_list(request, back))
    before = {one.pk: one for one in chosen}
    told = [(before[one.id], _words(one)) for one in answers]
    context = {
        "told": sorted(told, key=lambda one: not one[1]),  # what is left to do stands first
        "done": done,
        "failed": len(told) - done,
        "again": [one.id for one in answers if isinstance(one.error, Conflict)],
        "typed": form.cleaned_data,
        "back": back,
        "back_url": _list(request, back),
    }
    return render(request, "incidents/bulk_answers.html", context)


def _words(answer: Answer) -> str:
    """Why a case was not dispatched; empty where it was."""
    if isinstance(answer.error, Refused):
        return refused_words(answer.error, newest_process("incident"))
    if isinstance(answer.error, Invalid):
        return invalid_words(answer.error)
    if isinstance(answer.error, Conflict):
        return _("Somebody changed it meanwhile; look at it first.")
    return _("It is no longer in your sight.") if answer.error else ""


def _list(request: StaffRequest, query: str) -> str:
    address = reverse("incidents:list", args=[request.county.code])
    return f"{address}?{query}" if query else address
