"""The forms that begin a run; the work itself is a job."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from linli.access.permissions import Permission
from linli.casework import versions
from linli.casework.models import ProcessDraft
from linli.casework.runs import RunRefusedError
from linli.flows.whatif.asking import AskedWrongError
from linli.flows.whatif.runs import ask_replay, ask_simulation
from linli.incidents.actions.report import PROCESS
from linli.organisations.queries import townships, units
from linli.processes.faulting import in_words
from linli.processes.wording import Words
from linli.web.http import StaffRequest, page
from linli.web.whatif.forms import PUBLISHED, MergeForm, ReplayForm, StaffForm, StormForm
from linli.web.whatif.words import problem
from linli.whatif.simulation.scenario import ScenarioError

FORMS = {"staff": StaffForm, "merge": MergeForm, "storm": StormForm}


@page(Permission.PROCESS_EDIT, methods=("GET", "POST"))
def replay(request: StaffRequest) -> HttpResponse:
    """A draft and a span; it begins with the draft that `?draft=` names, else with the newest."""
    drafts = versions.drafts(request.actor, PROCESS)
    if request.method != "POST":
        return _replay_page(request, ReplayForm(initial=_initial(request, drafts), drafts=drafts))
    form = ReplayForm(request.POST, drafts=drafts)
    if form.is_valid():
        document = _document(request, form.cleaned_data["which"]) or form.cleaned_data["document"]
        try:
            run = ask_replay(form.wish(document), by=request.actor)
        except (AskedWrongError, RunRefusedError) as refused:
            return _replay_page(
                request, _refuse(form, refused), list(getattr(refused, "faults", ()))
            )
        return redirect("whatif:run", county=request.county.pk, run_id=run.pk)
    return _replay_page(request, form)


def _initial(request: StaffRequest, drafts: list[ProcessDraft]) -> dict[str, Any]:
    today = timezone.localdate()
    asked = request.GET.get("draft", "")
    if asked and asked not in {str(row.pk) for row in drafts}:
        raise Http404(asked)
    newest = max(drafts, key=lambda row: row.updated_at, default=None)
    which = asked or (str(newest.pk) if newest else PUBLISHED)
    return {
        "which": which,
        "document": _document(request, which),
        "since": _year_before(today),
        "until": today,
    }


def _document(request: StaffRequest, which: str) -> str:
    """Of a draft or of what is published; empty where neither is chosen."""
    if which in {"", PUBLISHED}:
        row = versions.version(request.actor, PROCESS) if which else None
        return row.document if row else ""
    draft = versions.draft(request.actor, UUID(which))
    return draft.document if draft else ""


def _faults(refused: Exception) -> list[str]:
    """What is wrong with a document, in the reader's words."""
    if not isinstance(refused, AskedWrongError):
        return []
    if refused.examined is None:
        return refused.faults
    language, definition = get_language() or "zh", refused.examined.definition
    words = Words(definition, language) if definition else None
    return [in_words(fault, words, language) for fault in refused.examined.faults]


def _replay_page(
    request: StaffRequest, form: ReplayForm, faults: list[str] | None = None
) -> HttpResponse:
    status = 422 if form.errors else 200
    as_text = not form["which"].value()
    context = {"form": form, "faults": faults or [], "as_text": as_text}
    return render(request, "whatif/replay_form.html", context, status=status)


@page(Permission.PROCESS_EDIT, methods=("GET", "POST"))
def simulate(request: StaffRequest) -> HttpResponse:
    """Three ready scenarios, each a form of its own."""
    chosen = request.POST.get("scenario", "") if request.method == "POST" else ""
    forms = {name: _form(name, request.POST if name == chosen else None) for name in FORMS}
    form = forms.get(chosen)
    if form is not None and form.is_valid():
        try:
            wish = form.wish(_year_before(timezone.localdate()))
            run = ask_simulation(wish, by=request.actor)
        except (AskedWrongError, ScenarioError, RunRefusedError) as refused:
            _refuse(form, refused)
        else:
            return redirect("whatif:run", county=request.county.pk, run_id=run.pk)
    status = 422 if form is not None and form.errors else 200
    return render(request, "whatif/simulation_form.html", forms, status=status)


def _form(name: str, data: Any) -> Any:
    prefix = {"auto_id": f"{name}_%s"}
    if name == "storm":
        return StormForm(data, townships=townships(), **prefix)
    return FORMS[name](data, units=list(units()), **prefix)


def _refuse(form: Any, refused: Exception) -> Any:
    form.add_error(None, problem(getattr(refused, "code", "scenario")))
    return form


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28))
