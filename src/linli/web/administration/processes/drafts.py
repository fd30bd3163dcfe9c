"""Drafts: begun, looked at, compared, proposed, approved or sent back, discarded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.casework import drafting, versions
from linli.casework.drafting import StaleDraftError
from linli.casework.models import DraftState, ProcessDraft
from linli.flows import processes as flow
from linli.lib.errors import InputError
from linli.processes import DefinitionError, Fault
from linli.processes.faulting import in_words
from linli.processes.loading import shape_of
from linli.processes.reading import MOST_BYTES
from linli.web.administration.processes.draft_forms import (
    SHIPPED,
    StartForm,
    TextForm,
    WordsForm,
)
from linli.web.administration.processes.frame import (
    Shown,
    framed,
    of_draft,
    of_version,
    show_draft,
)
from linli.web.administration.processes.overview import changes, chips, document_context, yaml_file
from linli.web.administration.words import add_to, say
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import language

VIEW, EDIT = Permission.PROCESS_VIEW, Permission.PROCESS_EDIT
BOTH, POST = ("GET", "POST"), ("POST",)


@page(VIEW)
def edit(request: StaffRequest, key: str) -> HttpResponse:
    """The drafts that are open."""
    rows = versions.drafts(request.actor, key)
    context = framed(request, key, "edit", rows=rows)
    return render(request, "administration/processes/drafts.html", context)


@page(EDIT, methods=BOTH)
def start(request: StaffRequest, key: str) -> HttpResponse:
    form = StartForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        document = given.get("text", "")
        if given["begin"] == SHIPPED:
            document = flow.shipped(key)
        try:
            draft = flow.start(
                key,
                title=given["title"],
                summary=given["summary"],
                document=document,
                by=request.actor,
            )
        except InputError as error:
            add_to(form, error)
        except DefinitionError as error:
            faults = told_faults(error.faults, None)
        else:
            messages.success(
                request, _("The draft is begun. Nothing changes until it is published.")
            )
            return to_draft(request, draft)
    newest = of_version(request, key)
    shipped = changes(shape_of(newest.document), shape_of(flow.shipped(key)))
    context = framed(request, key, "edit", form=form, faults=faults, shipped=shipped)
    status = 422 if form.errors or faults else 200
    return render(request, "administration/processes/start.html", context, status=status)


@page(VIEW)
def draft(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    return _show(request, key, draft_id, "picture")


@page(VIEW)
def draft_section(request: StaffRequest, key: str, draft_id: UUID, section: str) -> HttpResponse:
    return _show(request, key, draft_id, section)


@page(VIEW)
def draft_changes(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """What the draft changes, in words."""
    row = of_draft(request, key, draft_id)
    lines = lines_of(request, row)
    context = _context(request, row, "changes") | {"lines": lines}
    return render(request, "administration/processes/draft_changes.html", context)


@page(VIEW)
def draft_export(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    row = of_draft(request, key, draft_id)
    return yaml_file(row.document, f"{key}-draft")


@page(EDIT, methods=BOTH)
def draft_text(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """The document itself, for whoever can write YAML: typed, pasted or uploaded."""
    row = of_draft(request, key, draft_id)
    start = {"document": row.document, "version": row.version}
    data = _with_file(request)
    form = TextForm(data, initial=start)
    stale, faults = None, []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        text = given["document"].replace("\r\n", "\n")
        try:
            saved = drafting.save_document(
                draft_id, version=given["version"], document=text, by=request.actor
            )
        except StaleDraftError as error:
            stale = error.draft
            data["version"] = str(stale.version)  # saving again replaces what the other one wrote
        except InputError as error:
            add_to(form, error)
        except DefinitionError as error:
            faults = told_faults(error.faults, None)
        else:
            return _kept(request, saved)
    context = _context(request, row, "text") | {"form": form, "stale": stale, "refused": faults}
    if stale is not None:
        text = form.cleaned_data["document"]
        context["lines"] = changes(shape_of(text), shape_of(stale.document))
    status = 409 if stale else 422 if form.errors or faults else 200
    return render(request, "administration/processes/draft_text.html", context, status=status)


@page(EDIT, methods=BOTH)
def propose(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """Say what changes and why, then ask a second person."""
    row = of_draft(request, key, draft_id)
    start = {"title": row.title, "summary": row.summary, "version": row.version}
    form = WordsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            words = (given["title"], given["summary"])
            flow.propose(draft_id, version=given["version"], words=words, by=request.actor)
        except StaleDraftError as error:
            return overtaken(request, error)
        except InputError as error:
            add_to(form, error)
        except DefinitionError as error:
            for fault in told_faults(error.faults, show_draft(request, row)):
                form.add_error(None, fault)
        else:
            messages.success(request, _("Proposed: a second person has to approve it."))
            return to_draft(request, row)
    context = _context(request, row, "changes") | {"form": form, "lines": lines_of(request, row)}
    status = 422 if form.errors else 200
    return render(request, "administration/processes/propose.html", context, status=status)


@page(EDIT, methods=POST)
def take_back(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """A writer goes on writing."""
    return _act(request, key, draft_id, "take_back")


@page(EDIT, methods=POST)
def discard(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    return _act(request, key, draft_id, "discard")


@page(EDIT, methods=POST)
def follow(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """Go out from what was published meanwhile."""
    return _act(request, key, draft_id, "follow")


def _act(request: StaffRequest, key: str, draft_id: UUID, act: str) -> HttpResponse:
    row = of_draft(request, key, draft_id)
    version, by = version_of(request), request.actor
    try:
        if act == "discard":
            drafting.discard(draft_id, version=version, by=by)
            messages.success(request, _("The draft is discarded."))
            return redirect("administration:process_edit", county=request.county.pk, key=key)
        if act == "follow":
            flow.follow(draft_id, version=version, by=by)
        else:
            flow.take_back(draft_id, version=version, reason="", by=by)
        messages.success(request, _("Saved."))
    except StaleDraftError as error:
        return overtaken(request, error)
    except InputError as error:
        messages.error(request, say(error))
    return to_draft(request, row)


def lines_of(request: StaffRequest, row: ProcessDraft) -> Any:
    """What a draft changes of the version that it goes out from."""
    base = of_version(request, row.process, row.based_on)
    return changes(shape_of(base.document), shape_of(row.document))


def told_faults(faults: list[Fault], shown: Shown | None) -> list[str]:
    return [in_words(one, shown.words if shown else None, language()) for one in faults]


def draft_context(request: StaffRequest, row: ProcessDraft, section: str) -> dict[str, Any]:
    return _context(request, row, section)


def _show(request: StaffRequest, key: str, draft_id: UUID, section: str) -> HttpResponse:
    row = of_draft(request, key, draft_id)
    shown = show_draft(request, row)
    context = _context(request, row, section, shown) | document_context(shown, section)
    return render(request, "administration/processes/draft.html", context)


def _context(
    request: StaffRequest, row: ProcessDraft, section: str, shown: Shown | None = None
) -> dict[str, Any]:
    shown = shown or show_draft(request, row)
    newest = of_version(request, row.process)
    mine = request.actor.id == row.author_id or request.actor.id in row.writer_ids
    return framed(
        request,
        row.process,
        "edit",
        row=row,
        shown=shown,
        section=section,
        sections=chips(shown, section),
        overtaken=row.is_open and newest.version != row.based_on,
        mine=mine,
        waits=row.state == DraftState.PROPOSED,
    )


def _kept(request: StaffRequest, row: ProcessDraft) -> HttpResponse:
    shown = show_draft(request, row)
    count = len(shown.examined.faults)
    if count:
        words = _("Saved, with %(count)d faults: they are listed below.") % {"count": count}
        messages.warning(request, words)
    else:
        messages.success(request, _("Saved."))
    return to_draft(request, row)


def overtaken(request: StaffRequest, error: StaleDraftError) -> HttpResponse:
    """Somebody else changed the draft: the page shows it as it is now."""
    words = _("%(editor)s changed this draft meanwhile. Look at it again.")
    messages.warning(request, words % {"editor": error.draft.editor})
    return to_draft(request, error.draft)


def to_draft(request: StaffRequest, row: ProcessDraft) -> HttpResponse:
    return redirect(
        "administration:process_draft",
        county=request.county.pk,
        key=row.process,
        draft_id=row.pk,
    )


def version_of(request: StaffRequest) -> int:
    """The version of the draft that the page showed."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _with_file(request: StaffRequest) -> Any:
    """An uploaded file stands in for the text."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    file = request.FILES.get("file")
    if file is not None and file.size is not None and file.size <= MOST_BYTES:
        data["document"] = file.read().decode("utf-8-sig", "replace")
    return data
