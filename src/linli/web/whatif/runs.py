"""The runs of a county, how far one has come, and what it found."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.casework import runs
from linli.casework.models.runs import UNDER_WAY, ProcessRun, RunKind, RunState
from linli.web.http import StaffRequest, page
from linli.web.whatif import replays, simulations
from linli.web.whatif.words import STAGES, STATES, problem
from linli.whatif.simulation.scenario import ScenarioError, read_scenario, ready_scenarios


@page(Permission.PROCESS_VIEW)
def home(request: StaffRequest) -> HttpResponse:
    rows = [_row(one) for one in runs.runs(request.actor)]
    edits = can(request.actor, Permission.PROCESS_EDIT)
    return render(request, "whatif/home.html", {"rows": rows, "edits": edits})


@page(Permission.PROCESS_VIEW)
def show(request: StaffRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    context = _row(run) | _progress(request, run)
    if run.state != RunState.DONE:
        return render(request, "whatif/run.html", context)
    if run.kind == RunKind.REPLAY:
        context |= replays.context(request, run)
        return render(request, "whatif/replay.html", context)
    context |= simulations.context(run)
    return render(request, "whatif/simulation.html", context)


@page(Permission.PROCESS_VIEW)
def progress(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The part of the page that is asked for every two seconds; at the end, the whole page."""
    run = _run(request, run_id)
    if run.state not in UNDER_WAY:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "whatif/_progress.html", _progress(request, run))


@page(Permission.PROCESS_EDIT, methods=("POST",))
def cancel(request: StaffRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    if runs.cancel_run(run.pk, by=request.actor):
        messages.success(request, _("The run is cancelled."))
    return redirect("whatif:home", county=request.county.pk)


def _run(request: StaffRequest, run_id: UUID) -> ProcessRun:
    run = runs.run(request.actor, run_id)
    if run is None:
        raise Http404(run_id)
    return run


def _row(run: ProcessRun) -> dict[str, Any]:
    word, icon, tone = STATES[run.state]
    return {
        "run": run,
        "title": title_of(run),
        "state_word": word,
        "state_icon": icon,
        "state_tone": tone,
    }


def title_of(run: ProcessRun) -> str:
    """What was tried, and when it was asked for: the same may be tried again."""
    at = timezone.localtime(run.created_at)
    return _("%(tried)s · asked %(at)s") % {"tried": _tried(run), "at": f"{at:%m-%d %H:%M}"}


def _tried(run: ProcessRun) -> str:
    if run.kind == RunKind.REPLAY:
        span = {name: run.parameters.get(name, "") for name in ("name", "since", "until")}
        if span["name"]:
            return _("Past cases under the draft “%(name)s”, %(since)s to %(until)s") % span
        return _("Past cases under a draft, %(since)s to %(until)s") % span
    try:
        ready = ready_scenarios().get(run.document.strip())
        title = (ready or read_scenario(run.document)).title
    except ScenarioError:
        return _("Simulation")
    return title.in_language(get_language() or "zh")


def _progress(request: StaffRequest, run: ProcessRun) -> dict[str, Any]:
    return {
        "run": run,
        "under_way": run.state in UNDER_WAY,
        "stage": STAGES.get(run.stage, ""),
        "share": min(100, round(100 * run.done / run.of)) if run.of else 0,
        "problem": problem(_code(run)) if run.problem else "",
        "faults": [one for one in run.faults if one != "past_too_short"],
        "edits": can(request.actor, Permission.PROCESS_EDIT),
    }


def _code(run: ProcessRun) -> str:
    return "past_too_short" if "past_too_short" in run.faults else run.problem
