"""One part of a draft: its form, a new one, and what is done to it in a list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.casework.drafting import StaleDraftError
from linli.casework.models import ProcessDraft
from linli.flows import processes as flow
from linli.lib.errors import InputError
from linli.processes.editing import (
    Change,
    Copy,
    Drop,
    Edited,
    NoPlaceError,
    Revise,
    Shift,
    gone,
    key_for,
    part_at,
    siblings,
)
from linli.processes.faults import Place
from linli.processes.labels import NOUNS
from linli.processes.loading import examine_document
from linli.processes.reading import Document
from linli.web.administration.processes.drafts import draft_context, told_faults
from linli.web.administration.processes.forms import FORMS, SINGLE
from linli.web.administration.processes.forms.base import PartForm, Setting
from linli.web.administration.processes.frame import (
    EDITED,
    STANDS_ON,
    Shown,
    of_draft,
    show_draft,
)
from linli.web.administration.processes.mending import ALL, Asked, asked
from linli.web.administration.processes.overview import changes
from linli.web.administration.processes.sections import TELLING
from linli.web.administration.words import say
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import language

EDIT = Permission.PROCESS_EDIT


@page(EDIT, methods=("GET", "POST"))
def part(request: StaffRequest, key: str, draft_id: UUID, section: str, name: str) -> HttpResponse:
    row, shown = _open(request, key, draft_id)
    if (section in SINGLE) is not (name == ALL) or section not in FORMS:
        raise Http404(section)
    if name != ALL and name not in siblings(shown.document, section):
        raise Http404(name)
    return _form(request, row, shown, section, name)


@page(EDIT, methods=("GET", "POST"))
def part_new(request: StaffRequest, key: str, draft_id: UUID, section: str) -> HttpResponse:
    row, shown = _open(request, key, draft_id)
    if section not in EDITED:
        raise Http404(section)
    return _form(request, row, shown, section, "")


@page(EDIT, methods=("POST",))
def part_do(
    request: StaffRequest, key: str, draft_id: UUID, section: str, name: str
) -> HttpResponse:
    """Move a part up or down, make another like it, remove it: `do` says which."""
    row, shown = _open(request, key, draft_id)
    if section not in EDITED | SINGLE - {"general"}:
        raise Http404(section)
    place: Place = (section,) if section in SINGLE else (section, name)
    change = _change(shown, place, request.POST.get("do", ""))
    _make(request, row, shown, change)
    if isinstance(change, Copy):
        return _to_part(request, row, section, change.key)
    return _to_section(request, row, section)


def _make(request: StaffRequest, row: ProcessDraft, shown: Shown, change: Change) -> None:
    """Make a change of a list and say how it went.

    Whoever removes a part has to have seen it as it is now; the others overwrite nothing.
    """
    drops = isinstance(change, Drop)
    version = _version(request, row) if drops else row.version
    saw = "" if drops else flow.seen(shown.document, change.place)
    try:
        _row, edited = flow.change(
            row.pk, [change], version=version, place=change.place, saw=saw, by=request.actor
        )
    except NoPlaceError as error:
        raise Http404(change.place) from error
    except StaleDraftError as error:
        words = _("%(editor)s changed this meanwhile: look at it again.")
        messages.warning(request, words % {"editor": error.draft.editor})
    except InputError as error:
        messages.error(request, say(error))
    else:
        if edited.examined.definition is not None:  # then the page lists what is wrong with it
            messages.success(request, _done(shown, change, edited))
            return
        for words in told_faults(list(edited.examined.faults), shown)[:5]:
            messages.warning(request, words)


def _done(shown: Shown, change: Change, edited: Edited) -> str:
    """What went with a part that was removed is named: nobody asked for it."""
    along = [one for one in gone(shown.document, edited.document) if one != change.place]
    if not along or shown.words is None:
        return _("Saved.")
    names = [_named(part_at(shown.document, place), *place) for place in along]
    return _("Removed, and with it: %(names)s.") % {"names": shown.words.listed(names)}


def _named(part: Document, section: str, key: str) -> str:
    label = part.get("label") or {}
    words = label.get("zh" if language().startswith("zh") else "en", key)
    return NOUNS[section].in_language(language()).format(name=words)


@page(EDIT, methods=("POST",))
def told_save(request: StaffRequest, key: str, draft_id: UUID) -> HttpResponse:
    """Who is told by which step, for all steps at once."""
    row, shown = _open(request, key, draft_id)
    chosen = set(request.POST.getlist("tell"))
    place: Place = ("transitions",)
    found = _tellings(shown, chosen)
    try:
        flow.change(
            draft_id,
            found,
            version=_version(request, row),
            place=place,
            saw=request.POST.get("saw", ""),
            by=request.actor,
        )
    except StaleDraftError as error:
        words = _("%(editor)s changed steps meanwhile: look at the table again.")
        messages.warning(request, words % {"editor": error.draft.editor})
    except InputError as error:
        messages.error(request, say(error))
    else:
        messages.success(request, _("Saved."))
    return _to_section(request, row, "told")


def _tellings(shown: Shown, chosen: set[str]) -> list[Change]:
    """The steps whose audiences change; other effects stay, in their order."""
    telling = {one.value for one in TELLING}
    found: list[Change] = []
    for key in siblings(shown.document, "transitions"):
        before = list(part_at(shown.document, ("transitions", key)).get("effects") or ())
        wanted = [one.value for one in TELLING if f"{key}:{one.value}" in chosen]
        kept = [one for one in before if one not in telling or one in wanted]
        after = [*kept, *(one for one in wanted if one not in kept)]
        if after != before:
            found.append(Revise(("transitions", key), {"effects": after}))
    return found


def _form(
    request: StaffRequest, row: ProcessDraft, shown: Shown, section: str, name: str
) -> HttpResponse:
    gap = asked(request, shown, section, name) if request.method == "GET" else None
    form = _bound(request, shown, section, name, gap)
    stale: ProcessDraft | None = None
    if request.method == "POST" and form.is_valid():
        try:
            row, edited = flow.change(
                row.pk,
                form.changes(),
                version=_version(request, row),
                place=form.setting.place if name else form.place(),
                saw=request.POST.get("saw", ""),
                by=request.actor,
            )
        except StaleDraftError as error:
            stale = error.draft
        except InputError as error:
            form.add_error(None, say(error))
        else:
            if edited.examined.definition is not None:
                return _saved(request, row, section, form)
            for words in told_faults(list(edited.examined.faults), shown):
                form.add_error(None, words)
    context = _page(request, row, shown, form, stale) | {"gap": gap}
    status = 409 if stale else 422 if _wrong(form) else 200
    return render(request, "administration/processes/part.html", context, status=status)


def _bound(
    request: StaffRequest, shown: Shown, section: str, name: str, gap: Asked | None
) -> PartForm:
    definition, words = shown.definition, shown.words
    if definition is None or words is None:
        raise Http404(section)
    proposed = gap.part if gap else None
    setting = Setting(shown.document, definition, words, shown.vocabulary, section, name, proposed)
    return FORMS[section](setting, request.POST if request.method == "POST" else None)


def _page(
    request: StaffRequest,
    row: ProcessDraft,
    shown: Shown,
    form: PartForm,
    stale: ProcessDraft | None,
) -> dict[str, Any]:
    setting = form.setting
    saw = flow.seen(shown.document, setting.place)
    context = draft_context(request, row, STANDS_ON.get(setting.section, setting.section))
    context |= {
        "form": form,
        "title": _title(setting),
        "new": not setting.name,
        "stale": stale,
        "version": row.version,
        "saw": saw,
        "problems": _wrong(form),
        "about": [one for one in shown.faults if setting.name and _concerns(one[0].place, setting)],
        "back": shown.address(
            "process_draft_section", section=STANDS_ON.get(setting.section, setting.section)
        ),
    }
    if stale is not None:
        context |= _meanwhile(request, setting, stale)
    return context


def _meanwhile(request: StaffRequest, setting: Setting, stale: ProcessDraft) -> dict[str, Any]:
    """What the other one did to this part; saving again replaces it."""
    then = flow.then(stale, setting.place, request.POST.get("saw", ""))
    now = show_draft(request, stale)
    old = examine_document(then).definition if then else None
    return {
        "lines": changes(old, now.definition),
        "version": stale.version,
        "saw": flow.seen(now.document, setting.place),
    }


def _title(setting: Setting) -> str:
    if setting.section not in NOUNS:
        return _("General")
    if not setting.name:
        return _NEW[setting.section]()
    return _named(setting.part, setting.section, setting.name)


_NEW = {
    "states": lambda: _("Take in a state"),
    "transitions": lambda: _("New step"),
    "clocks": lambda: _("New deadline"),
    "stop_clocks": lambda: _("New reason to stop the clock"),
    "ladders": lambda: _("New ladder"),
    "routing": lambda: _("New rule"),
}


def _wrong(form: PartForm) -> list[tuple[str, str, str]]:
    """Anchor, label and words of every error, for the summary at the top."""
    if not form.is_bound:
        return []
    found = [("", "", str(one)) for one in form.non_field_errors()]
    for rows in form.rows.values():
        found += [("", "", str(one)) for one in rows.non_form_errors()]
    found += [
        (f"{bound.auto_id}", str(bound.label), str(error))
        for bound in form.every_field()
        for error in bound.errors
    ]
    return found


def _concerns(place: Place, setting: Setting) -> bool:
    return place[: len(setting.place)] == setting.place and bool(setting.place)


def _saved(request: StaffRequest, row: ProcessDraft, section: str, form: PartForm) -> HttpResponse:
    shown = show_draft(request, row)
    place = form.place()
    concerned = [
        words for fault, words, _where in shown.faults if fault.place[: len(place)] == place
    ]
    if concerned and place:
        messages.warning(request, _("Saved. There are faults here: see below."))
        return _to_part(request, row, section, place[1] if len(place) > 1 else ALL)
    messages.success(request, _("Saved."))
    if "gap" in request.GET:  # the form was opened to mend it: are there others?
        return redirect(shown.address("process_draft_check"))
    return _to_section(request, row, section)


def _open(request: StaffRequest, key: str, draft_id: UUID) -> tuple[ProcessDraft, Shown]:
    """A draft that may be changed by forms: its document can be read."""
    row = of_draft(request, key, draft_id)
    shown = show_draft(request, row)
    if shown.definition is None or not shown.editable:
        raise Http404(draft_id)
    return row, shown


def _change(shown: Shown, place: Place, do: str) -> Change:
    if do in {"up", "down"}:
        return Shift(place, -1 if do == "up" else 1)
    if do == "copy" and len(place) == 2:
        return _copy(shown, place)
    if do == "drop":
        return Drop(place)
    raise Http404(do)


def _copy(shown: Shown, place: Place) -> Copy:
    section, name = place
    try:
        label = dict(part_at(shown.document, place).get("label") or {})
    except NoPlaceError as error:
        raise Http404(name) from error
    key = key_for(f"{name} copy", siblings(shown.document, section), name)
    names = {"zh": f"{label.get('zh', name)}（副本）", "en": f"{label.get('en', name)} (copy)"}
    return Copy(place, key, {"label": {one: words[:200] for one, words in names.items()}})


def _to_section(request: StaffRequest, row: ProcessDraft, section: str) -> HttpResponse:
    return redirect(
        "administration:process_draft_section",
        county=request.county.pk,
        key=row.process,
        draft_id=row.pk,
        section=STANDS_ON.get(section, section),
    )


def _to_part(request: StaffRequest, row: ProcessDraft, section: str, name: str) -> HttpResponse:
    return redirect(
        "administration:process_part",
        county=request.county.pk,
        key=row.process,
        draft_id=row.pk,
        section=section,
        name=name,
    )


def _version(request: StaffRequest, row: ProcessDraft) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else row.version
