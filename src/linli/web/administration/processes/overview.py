"""The process as it is published, its versions, and what differs between two of them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.access.permissions import Permission
from linli.casework import versions
from linli.flows import processes as flow
from linli.lib.errors import InputError
from linli.processes import Definition
from linli.processes.comparing import Line, compare
from linli.processes.diagram import linked_svg
from linli.processes.loading import shape_of
from linli.web.administration.processes.frame import (
    SECTIONS,
    Shown,
    framed,
    of_version,
    show_version,
)
from linli.web.administration.processes.naming import names
from linli.web.administration.processes.sections import tables, told
from linli.web.administration.words import add_to
from linli.web.http import StaffRequest, page
from linli.web.incidents.words import language

VIEW = Permission.PROCESS_VIEW


@page(VIEW)
def processes(request: StaffRequest) -> HttpResponse:
    """The county's process; of several the first, whose page names the others."""
    known = versions.processes(request.actor)
    if not known:
        raise Http404
    return redirect("administration:process", county=request.county.pk, key=known[0])


@page(VIEW)
def overview(request: StaffRequest, key: str) -> HttpResponse:
    shown = show_version(request, of_version(request, key))
    return _show(request, shown, "overview", "picture")


@page(VIEW)
def version(request: StaffRequest, key: str, number: int) -> HttpResponse:
    shown = show_version(request, of_version(request, key, number))
    return _show(request, shown, "versions", "picture")


@page(VIEW)
def version_section(request: StaffRequest, key: str, number: int, section: str) -> HttpResponse:
    row = of_version(request, key, number)
    tab = "overview" if row.version == of_version(request, key).version else "versions"
    return _show(request, show_version(request, row), tab, section)


@page(VIEW)
def export(request: StaffRequest, key: str, number: int) -> HttpResponse:
    """The document as YAML."""
    row = of_version(request, key, number)
    return yaml_file(row.document, f"{key}-{number}")


@page(VIEW)
def version_list(request: StaffRequest, key: str) -> HttpResponse:
    rows = versions.versions(request.actor, key)
    moves = versions.moves(request.actor, key)
    context = framed(request, key, "versions", rows=rows, moves=moves)
    return render(request, "administration/processes/versions.html", context)


@page(VIEW)
def differences(request: StaffRequest, key: str) -> HttpResponse:
    """Two versions compared in words: `old` and `new` in the address."""
    numbers = [row.version for row in versions.versions(request.actor, key)]
    old, new = (_number(request, name, numbers) for name in ("old", "new"))
    if old is None or new is None:
        raise Http404(key)
    before = shape_of(of_version(request, key, old).document)
    after = shape_of(of_version(request, key, new).document)
    lines = changes(before, after)
    context = framed(
        request, key, "versions", lines=lines, old=old, new=new, numbers=sorted(numbers)
    )
    return render(request, "administration/processes/differences.html", context)


class BackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Whoever approves it reads this."),
    )


@page(Permission.PROCESS_EDIT, methods=("GET", "POST"))
def roll_back(request: StaffRequest, key: str, number: int) -> HttpResponse:
    """Propose an earlier version as the next one."""
    row = of_version(request, key, number)
    form = BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        title = _("Back to version %(number)d") % {"number": number}
        reason = form.cleaned_data["reason"]
        try:
            draft = flow.roll_back(key, to=number, title=title, reason=reason, by=request.actor)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("Proposed: a second person has to approve it."))
            county = request.county.pk
            return redirect(
                "administration:process_draft", county=county, key=key, draft_id=draft.pk
            )
    newest = of_version(request, key)
    lines = changes(shape_of(newest.document), shape_of(row.document))
    context = framed(request, key, "versions", row=row, form=form, lines=lines)
    status = 422 if form.errors else 200
    return render(request, "administration/processes/roll_back.html", context, status=status)


def changes(old: Definition | None, new: Definition | None) -> list[Line] | None:
    """What differs in words; None where one of the two cannot be read."""
    if old is None or new is None:
        return None
    return list(compare(old, new, language(), names()))


def picture(shown: Shown) -> SafeString:
    """The state diagram; its words are escaped where they are written."""
    if shown.definition is None:
        return SafeString("")
    return mark_safe(linked_svg(shown.definition, language(), shown.link))  # noqa: S308 -- see above


def chips(shown: Shown, current: str) -> list[dict[str, Any]]:
    """The pages of a document, as chips."""
    pages = [("picture", gettext_lazy("Picture")), *SECTIONS.items()]
    return [
        {"label": label, "url": _page_of(shown, name), "current": name == current}
        for name, label in pages
    ]


def yaml_file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer


def document_context(shown: Shown, section: str) -> dict[str, Any]:
    """What a page about a document shows, of a version or of a draft."""
    if section != "picture" and section not in SECTIONS:
        raise Http404(section)
    definition, words = shown.definition, shown.words
    context: dict[str, Any] = {
        "shown": shown,
        "section": section,
        "sections": chips(shown, section),
        "picture": picture(shown) if section == "picture" else "",
        "tables": tables(shown, section),
    }
    if section == "told" and definition is not None and words is not None:
        context["told"] = told(definition, words)
        context["saw"] = flow.seen(shown.document, ("transitions",))
    return context


def _show(request: StaffRequest, shown: Shown, tab: str, section: str) -> HttpResponse:
    context = framed(request, shown.key, tab, **document_context(shown, section))
    context["row"] = of_version(request, shown.key, shown.number)
    return render(request, "administration/processes/version.html", context)


def _page_of(shown: Shown, name: str) -> str:
    if shown.draft is not None:
        if name == "picture":
            return shown.address("process_draft")
        return shown.address("process_draft_section", section=name)
    if name == "picture":
        return shown.address("process_version", number=shown.number)
    return shown.address("process_version_section", number=shown.number, section=name)


def _number(request: StaffRequest, name: str, known: list[int]) -> int | None:
    text = request.GET.get(name, "")
    return next((one for one in known if str(one) == text), None)
