"""What publishing a calendar would change, and publishing it: the same for every kind of edit."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.calendars import CalendarDocument, UnitDocument
from linli.calendars.announcements import Leftover
from linli.calendars.days import Differences
from linli.calendars.documents import refusal
from linli.casework.publishing import Document
from linli.casework.seen import read_seen, write_seen
from linli.flows import calendars as flow
from linli.flows.calendars import Preview
from linli.incidents.recalculation import Impact
from linli.lib.errors import InputError
from linli.web.administration.calendars.forms import PublishForm
from linli.web.administration.calendars.looks import (
    day_words,
    hours_words,
    rule_words,
    span_words,
)
from linli.web.administration.calendars.owners import Owner
from linli.web.http import StaffRequest


def show(
    request: StaffRequest,
    owner: Owner,
    document: Document,
    *,
    leftovers: Sequence[Leftover] = (),
    note: str = "",
) -> HttpResponse:
    """What the document would change. Raises InputError where it cannot be published."""
    found = flow.preview(document, unit=owner.unit)
    form = PublishForm(initial={"note": note})
    return _page(request, owner, found, form, leftovers=leftovers)


def publish(request: StaffRequest, owner: Owner) -> HttpResponse:
    """Publish what a preview showed; it is judged again, as anybody could send anything."""
    try:
        document = _posted(request, owner)
    except ValueError as error:
        messages.error(request, refusal(error).translated(_))
        return redirect(owner.url())
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _page(request, owner, flow.preview(document, unit=owner.unit), form, status=422)
    try:
        flow.publish(
            document,
            unit=owner.unit,
            based_on=int(request.POST.get("based_on", "0")),
            by=request.actor,
            note=form.cleaned_data["note"],
            seen=read_seen(request.POST.get("seen", "")),
        )
    except InputError as error:
        form.add_error(None, error.translated(_))
        return _page(request, owner, flow.preview(document, unit=owner.unit), form, status=409)
    messages.success(request, _("The calendar is published. Open deadlines follow it."))
    return redirect(owner.url())


def _posted(request: StaffRequest, owner: Owner) -> Document:
    kind: type[Document] = UnitDocument if owner.unit else CalendarDocument
    int(request.POST.get("based_on", "0"))
    return kind.model_validate_json(request.POST.get("document", ""))


def _page(
    request: StaffRequest,
    owner: Owner,
    found: Preview,
    form: PublishForm,
    *,
    leftovers: Sequence[Leftover] = (),
    status: int = 200,
) -> HttpResponse:
    questions = [one for one in leftovers if one.attention]
    context = {
        "owner": owner,
        "form": form,
        "document": found.document.model_dump_json(),
        "based_on": found.based_on,
        "seen": write_seen(found.impact.hurts),
        "differs": bool(found.differences),
        "questions": [(one.line, one.text, one.why.translated(_)) for one in questions],
        "prose": [one.text for one in leftovers if not one.attention],
        "impact": impact_rows(found.impact),
        "examples": _examples(found.impact),
        **differences_context(found.differences),
    }
    if found.differences.hours:
        after = found.document
        whole = after.over(owner.edition.document) if isinstance(after, UnitDocument) else after
        context["hours"] = list(hours_words(whole))
    return render(request, "administration/calendars/preview.html", context, status=status)


def differences_context(found: Differences) -> dict[str, Any]:
    """Rows for the tables of differences; single days come in stretches."""
    rules = [(_("no more"), one) for one in found.festivals_gone]
    rules += [(_("new"), one) for one in found.festivals_new]
    return {
        "days": [
            (span_words(one), one.days, day_words(one.before), day_words(one.after))
            for one in found.days
        ],
        "hours_differ": found.hours,
        "festivals": [(what, one.name, rule_words(one), one.days) for what, one in rules],
    }


def impact_rows(found: Impact) -> list[tuple[str, int]]:
    return [
        (_("open cases"), found.open),
        (_("deadlines that move"), found.moved),
        (_("end later"), found.later),
        (_("end earlier"), found.earlier),
        (_("would be overdue at once"), found.missed),
    ]


def _examples(found: Impact) -> list[tuple[str, str, str]]:
    return [(one.number, _moment(one.was), _moment(one.due)) for one in found.examples]


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
