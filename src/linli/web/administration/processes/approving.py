"""The second person: reads what a draft changes and does, then publishes it or sends it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.casework import runs
from linli.casework.drafting import StaleDraftError
from linli.casework.models import DraftState, ProcessDraft, ProcessRun
from linli.flows import processes as flow
from linli.flows.processes import NotCoveredError
from linli.incidents.filters import Filter
from linli.incidents.paging import count
from linli.lib.errors import InputError
from linli.processes import DefinitionError
from linli.web.administration.processes.draft_forms import ReasonForm
from linli.web.administration.processes.drafts import (
    draft_context,
    lines_of,
    overtaken,
    to_draft,
    told_faults,
    version_of,
)
from linli.web.administration.processes.frame import of_draft, show_draft
from linli.web.administration.words import add_to, say
from linli.web.http import StaffRequest, page

APPROVE, BOTH = Permission.PROCESS_APPROVE, ("GET", "POST")


@page(APPROVE, methods=BOTH)
def approve(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """GET shows what is approved; POST publishes just that, or shows what has changed since."""
    row = of_draft(request, key, draft_id)
    if row.state != DraftState.PROPOSED:
        return to_draft(request, row)
    if request.method != "POST":
        return render(request, "administration/processes/approve.html", _impact(request, row))
    try:
        version = flow.publish(draft_id, version=version_of(request), by=request.actor)
    except StaleDraftError as error:
        words = _("%(editor)s changed this draft since you opened it: here it is as it is now.")
        messages.warning(request, words % {"editor": error.draft.editor})
        return redirect(request.path)
    except InputError as error:
        messages.error(request, say(error))
        return to_draft(request, row)
    except DefinitionError as error:
        for words in told_faults(error.faults, show_draft(request, row)):
            messages.error(request, words)
        return to_draft(request, row)
    except NotCoveredError:
        messages.error(request, _("Not published: under this process the county has gaps."))
        return redirect(show_draft(request, row).address("process_draft_check"))
    words = _(
        "Version %(number)d is published. New cases start under it; open ones stay under theirs."
    )
    messages.success(request, words % {"number": version.version})
    return redirect("administration:process", county=request.county.pk, key=key)


@page(APPROVE, methods=BOTH)
def send_back(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """The second person does not approve it, and says why."""
    row = of_draft(request, key, draft_id)
    form = ReasonForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            flow.take_back(draft_id, by=request.actor, **form.cleaned_data)
        except StaleDraftError as error:
            return overtaken(request, error)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("Sent back to its writers."))
            return to_draft(request, row)
    context = draft_context(request, row, "changes") | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "administration/processes/send_back.html", context, status=status)


def _impact(request: StaffRequest, row: ProcessDraft) -> dict[str, Any]:
    """What the draft changes, leaves open, would have done, and whom it does not concern."""
    run = runs.replay_of(request.actor, row.document)
    return draft_context(request, row, "changes") | {
        "lines": lines_of(request, row),
        "checked": flow.gaps_of(row.document, by=request.actor),
        "open": count(request.actor, Filter(group="open")),
        "run": run,
        "late": _late(run) if run else None,
    }


def _late(run: ProcessRun) -> tuple[str, str] | None:
    """The share of late cases before and after, in per cent."""
    rows = (run.result or {})["late"]["overall"]
    pairs = zip(rows[0]["late"], rows[0]["of"], strict=True) if rows else ()
    shares = [f"{100 * late / of:.1f}" for late, of in pairs if of]
    return (shares[0], shares[1]) if len(shares) == 2 else None
