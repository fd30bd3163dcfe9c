"""Open cases moved to another version: chosen, looked at, asked for with a reason."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.permissions import Permission
from linli.casework import versions
from linli.casework.definitions import process
from linli.casework.seen import read_seen, write_seen
from linli.flows import moving as flow
from linli.flows.moving import Report
from linli.incidents.actions.moving import Choice, Outcome
from linli.lib.errors import InputError
from linli.processes import explain
from linli.processes.wording import Words
from linli.web.administration.processes.fields import BoxesField
from linli.web.administration.processes.frame import framed, of_version, show_version
from linli.web.administration.words import add_to, say
from linli.web.http import StaffRequest, page
from linli.web.incidents.choices import unit_choices
from linli.web.incidents.widgets import QuickSelect
from linli.web.incidents.words import label, language


class ChoiceForm(forms.Form):
    says_optional = False

    to = forms.TypedChoiceField(label=gettext_lazy("To version"), coerce=int)
    states = BoxesField(label=gettext_lazy("Only in the states"), required=False)
    unit = forms.ChoiceField(
        label=gettext_lazy("Only of the unit"), required=False, widget=QuickSelect
    )

    def __init__(self, numbers: list[int], words: Words, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(one, _("Version %(number)s") % {"number": one}) for one in numbers]
        states: Any = self.fields["states"]
        open_ = [k for k, one in words.definition.states.items() if one.kind != "final"]
        states.choices = [(key, words.state(key)) for key in open_]
        unit: Any = self.fields["unit"]
        unit.choices = [("", gettext_lazy("All units")), *unit_choices()]

    def choice(self) -> Choice:
        unit = self.cleaned_data["unit"]
        return Choice(tuple(self.cleaned_data["states"]), (UUID(unit),) if unit else ())


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("It stands on the timeline of every case."),
    )


@page(Permission.PROCESS_APPROVE, methods=("GET", "POST"))
def move(request: StaffRequest, key: str) -> HttpResponse:
    """GET chooses and shows what would change; POST asks for it."""
    newest = of_version(request, key)
    shown = show_version(request, newest)
    words = shown.words
    if words is None:
        return redirect("administration:process", county=request.county.pk, key=key)
    numbers = [row.version for row in versions.versions(request.actor, key)]
    given = request.POST if request.method == "POST" else request.GET
    form = ChoiceForm(numbers, words, given or None, initial={"to": newest.version})
    reason = ReasonForm(request.POST if request.method == "POST" else None)
    report: Report | None = None
    if form.is_bound and form.is_valid():
        to, choice = form.cleaned_data["to"], form.choice()
        if reason.is_bound and reason.is_valid() and _asked(request, key, to, choice, reason):
            versions_page = "administration:process_versions"
            return redirect(versions_page, county=request.county.pk, key=key)
        try:
            report = flow.preview(key, to, choice, by=request.actor)
        except InputError as error:
            form.add_error(None, say(error))
    context = framed(request, key, "versions", form=form, reason=reason, report=report)
    if report is not None:
        context |= _told(report, key, form.cleaned_data["to"])
    status = 422 if form.errors or reason.errors else 200
    return render(request, "administration/processes/move.html", context, status=status)


def _asked(request: StaffRequest, key: str, to: int, choice: Choice, reason: ReasonForm) -> bool:
    """Whether the job is on its way; else the form says why not."""
    text, seen = reason.cleaned_data["reason"], read_seen(request.POST.get("seen", ""))
    try:
        flow.ask(key, to, choice, reason=text, by=request.actor, seen=seen)
    except InputError as error:
        add_to(reason, error)
        return False
    messages.success(request, _("The cases are being moved; this page says how far it is."))
    return True


def _told(report: Report, key: str, to: int) -> dict[str, Any]:
    """The report in words."""
    target = process(key, to)
    after = Words(target, language())
    steps = []
    for (number, state), found in sorted(report.steps.items()):
        before = Words(process(key, number), language())
        if found.gained or found.lost:
            gained = after.listed(map(after.step, found.gained))
            lost = before.listed(map(before.step, found.lost))
            steps.append((number, label("state", state), gained, lost))
    return {
        "to": to,
        "seen": write_seen(report.hurts),
        "rows": [_row(one, key) for one in report.shown],
        "steps": steps,
        "by_version": sorted(report.by_version.items()),
    }


def _row(outcome: Outcome, key: str) -> dict[str, Any]:
    incident, why = outcome.incident, ""
    if outcome.refused is not None:
        why = explain(outcome.refused, process(key, incident.process_version), language())
    return {
        "incident": incident,
        "state": label("state", incident.state),
        "due": outcome.moved.due_at if outcome.moved else None,
        "changes": outcome.moved is not None and outcome.moved.due_at != incident.due_at,
        "why": why,
    }
