"""A new edition of divisions: upload both lists, look at the change set, apply it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext as translated
from django.views.decorators.cache import never_cache

from linli.access.permissions import Permission
from linli.flows.divisions import apply_divisions
from linli.lib.errors import InputError
from linli.territory import actions
from linli.territory.divisions import read_divisions
from linli.territory.enums import LABELS, ChangeKind
from linli.territory.models import Upload
from linli.territory.queries import upload
from linli.territory.rules import Change, ChangeSet
from linli.territory.snapshots import snapshot
from linli.web.http import StaffRequest, page
from linli.web.territory.days import tabs
from linli.web.territory.forms import DivisionsForm

BOTH = ("GET", "POST")
SHOWN = 300
TONES = {
    ChangeKind.ADDED: ("done", "plus-lg"),
    ChangeKind.REMOVED: ("overdue", "dash-circle"),
    ChangeKind.RENAMED: ("information", "pencil"),
    ChangeKind.MOVED: ("attention", "signpost"),
}


@page(Permission.TERRITORY_EDIT, methods=BOTH)
def new(request: StaffRequest) -> HttpResponse:
    form = DivisionsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        townships, villages = values["townships"].read(), values["villages"].read()
        names = (values["townships"].name, values["villages"].name)
        try:
            read_divisions(townships, villages, request.county.code, names=names)
        except InputError as error:
            form.add_error(None, error.translated(translated))
        else:
            kept = actions.keep_upload(
                kind=Upload.Kind.DIVISIONS,
                file_name=" + ".join(names)[:200],
                content=townships,
                second=villages,
                choices={"on": str(values["on"]), "names": names},
                by=request.actor,
            )
            return redirect("territory:review_divisions", request.county.code, kept.pk)
    context = {"form": form, "tabs": tabs(request, "divisions")}
    status = 422 if form.errors else 200
    return render(request, "territory/divisions.html", context, status=status)


@never_cache
@page(Permission.TERRITORY_EDIT, methods=BOTH)
def review(request: StaffRequest, upload_id: UUID) -> HttpResponse:
    """What the lists would change now; POST applies exactly that."""
    kept = _kept(request, upload_id)
    on = date.fromisoformat(kept.choices["on"])
    content, second = bytes(kept.content), bytes(kept.second)
    names = tuple(kept.choices.get("names", ("", "")))
    incoming = read_divisions(content, second, request.county.code, names=names)
    context: dict[str, Any] = {
        "tabs": tabs(request, "divisions"),
        "kept": kept,
        "on": on,
        "faults": [fault.translated(translated) for fault in incoming.faults[:SHOWN]],
        "notes": [note.translated(translated) for note in incoming.notes[:SHOWN]],
        "failed": "",
    }
    try:
        found = actions.plan_divisions(incoming, on=on)
    except InputError as error:
        context["failed"] = error.translated(translated)
        return render(request, "territory/review_divisions.html", context, status=409)
    revision = str(snapshot().state.revision)
    context |= _told(found) | {"revision": revision}
    if request.method == "POST":
        if request.POST.get("revision") != revision:
            context["failed"] = _("The county has changed meanwhile: look at the changes again.")
        elif incoming.faults:
            context["failed"] = _("The lists have faults: nothing was applied.")
        else:
            return _apply(request, kept, incoming, on)
    status = 409 if context["failed"] else 200
    return render(request, "territory/review_divisions.html", context, status=status)


def _apply(request: StaffRequest, kept: Upload, incoming: Any, on: date) -> HttpResponse:
    changed = apply_divisions(incoming, on=on, by=request.actor)
    done = changed.applied
    actions.drop_upload(upload=kept, by=request.actor)
    messages.success(request, _("The divisions hold from %(day)s.") % {"day": on})
    if changed.cases:
        words = _("%(count)d open cases were given the areas that hold now.")
        messages.info(request, words % {"count": changed.cases})
    if done.orphans:
        words = _("%(count)d areas lie under a division that has ended: see the check.")
        messages.warning(request, words % {"count": len(done.orphans)})
    return redirect("territory:home", request.county.code)


def _kept(request: StaffRequest, upload_id: UUID) -> Upload:
    by = request.actor.id
    kept = upload(upload_id, kind=Upload.Kind.DIVISIONS, by=by) if by else None
    if kept is None:
        raise Http404(upload_id)
    return kept


def _told(found: ChangeSet) -> dict[str, Any]:
    paired = {c.before.code for c in found.moved if c.before}
    paired |= {c.after.code for c in found.moved if c.after}
    single = [c for c in (*found.added, *found.removed) if c.subject.code not in paired]
    changes = [*single, *found.moved, *found.renamed]
    changes.sort(key=lambda change: (len(change.subject.code), change.subject.code))
    words = {kind: translated(LABELS[kind]) for kind in ChangeKind}
    levels = [
        (str(level), [(words[kind], row[kind]) for kind in ChangeKind])
        for level, row in found.counts.items()
    ]
    return {
        "counts": levels,
        "kinds": list(words.values()),
        "changes": [_row(change) for change in changes[:SHOWN]],
        "more": max(0, len(changes) - SHOWN),
        "empty": found.empty,
        "unchanged": found.unchanged,
    }


def _row(change: Change) -> dict[str, Any]:
    tone, icon = TONES[change.kind]
    return {
        "kind": translated(LABELS[change.kind]),
        "tone": tone,
        "icon": icon,
        "before": change.before,
        "after": change.after,
        "code": change.subject.code,
        "statistical": change.subject.statistical,
    }
