"""Changing a calendar: hours, days, festivals. Each change leads to a preview."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.calendars import UnitDocument
from linli.calendars.days import Days
from linli.calendars.documents import refusal
from linli.calendars.proposals import (
    edited,
    with_days,
    with_hours,
    without_days,
    without_hours,
)
from linli.casework.publishing import Document
from linli.web.administration.calendars import previews
from linli.web.administration.calendars.forms import (
    PRESETS,
    DaysForm,
    FestivalForm,
    HoursForm,
    UnitHoursForm,
    hours_initial,
    preset_initial,
)
from linli.web.administration.calendars.looks import hours_words, rule_words, special_row
from linli.web.administration.calendars.owners import Owner, owner_of
from linli.web.http import StaffRequest, page

BOTH = ("GET", "POST")


@page(Permission.CALENDAR_EDIT, methods=BOTH)
def hours(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Shifts by weekday, from a day on."""
    owner = owner_of(request, unit_id)
    removed = request.POST.get("remove")
    form = _hours_form(request, owner, None if removed else request.POST or None)
    if removed:
        answer = attempt(request, owner, form, lambda: _without_hours(owner, removed))
    else:
        answer = attempt(request, owner, form, lambda: _with_hours(owner, form))
    if answer is not None:
        return answer
    context = {
        "owner": owner,
        "form": form,
        "presets": [(f"?preset={key}", words) for key, (words, _lists) in PRESETS.items()],
        "all_hours": list(hours_words(owner.whole)),
        "own": owner.unit is None or owner.document.week is not None,
    }
    return answered(request, "hours", context, form)


def _hours_form(request: StaffRequest, owner: Owner, posted: Any) -> HoursForm:
    today = owner.whole.calendar().hours_on(timezone.localdate())
    preset = preset_initial(request.GET.get("preset", ""))
    initial: dict[str, Any] = hours_initial(today) | preset
    document = owner.document
    if not isinstance(document, UnitDocument):
        return HoursForm(posted, initial=initial)
    own = "own" if document.week or preset else ""
    initial |= {"own": own, "observes": document.observes and request.GET.get("preset") != "round"}
    if document.week is None:
        initial["since"] = None
    return UnitHoursForm(posted, initial=initial)


def _without_hours(owner: Owner, since: str) -> Document:
    return without_hours(owner.document, _date(since))


def _with_hours(owner: Owner, form: HoursForm) -> Document:
    document = owner.document
    if not isinstance(document, UnitDocument):
        return with_hours(document, document, form.hours())
    document = edited(document, observes=form.cleaned_data["observes"])
    if form.cleaned_data["own"] != "own":
        return edited(document, week=None, makeup=(), changes=())
    return with_hours(document, document.over(owner.edition.document), form.hours())


@page(Permission.CALENDAR_EDIT, methods=BOTH)
def days(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Single days and stretches of days: off, or at work."""
    owner = owner_of(request, unit_id)
    removing = request.method == "POST" and "remove" in request.POST
    form = DaysForm(None if removing else request.POST or None, initial={"kind": "off"})
    if removing:
        chosen = _chosen_days(request.POST.getlist("span"))
        answer = attempt(request, owner, form, lambda: without_days(owner.document, chosen))
    else:
        answer = attempt(request, owner, form, lambda: _with_days(owner, form))
    if answer is not None:
        return answer
    year = _year(request)
    own = {*owner.document.holidays, *owner.document.workdays}
    spans = [
        (f"{one.first}/{one.last}", *special_row(one))
        for one in Days(owner.whole).special(year)
        if one.first in own
    ]
    years = [
        {"url": f"?year={one}", "label": str(one), "active": one == year}
        for one in range(year - 1, year + 2)
    ]
    context = {"owner": owner, "form": form, "spans": spans, "year": year, "years": years}
    return answered(request, "days", context, form)


def _with_days(owner: Owner, form: DaysForm) -> Document:
    values = form.cleaned_data
    return with_days(
        owner.document,
        values["first"],
        values["last"],
        at_work=values["kind"] == "work",
        name=values["name"],
    )


@page(Permission.CALENDAR_EDIT, methods=BOTH)
def festivals(request: StaffRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Local festivals that follow from a rule."""
    owner = owner_of(request, unit_id)
    document = owner.document
    form = FestivalForm(
        None if "remove" in request.POST else request.POST or None,
        initial={"kind": "lunar", "since": timezone.localdate().year},
    )
    answer = attempt(request, owner, form, lambda: _with_rules(request, document, form))
    if answer is not None:
        return answer
    rows = [(one.name, rule_words(one), one.days, one.since) for one in document.festivals]
    return answered(request, "festivals", {"owner": owner, "form": form, "rows": rows}, form)


def _with_rules(request: StaffRequest, document: Document, form: FestivalForm) -> Document:
    rules = [one.model_dump(mode="json") for one in document.festivals]
    index = request.POST.get("remove")
    if index is None:
        rules.append(form.written())
    return edited(
        document, festivals=[rule for number, rule in enumerate(rules) if str(number) != index]
    )


def attempt(
    request: StaffRequest, owner: Owner, form: forms.Form, change: Callable[[], Document]
) -> HttpResponse | None:
    """The preview of what was posted; None where nothing was, or where the refusal is said."""
    if request.method != "POST" or (form.is_bound and not form.is_valid()):
        return None
    try:
        return previews.show(request, owner, change())
    except ValueError as error:
        words = refusal(error).translated(_)
    if form.is_bound:
        form.add_error(None, words)
    else:
        messages.error(request, words)
    return None


def answered(
    request: StaffRequest, name: str, context: dict[str, Any], form: forms.Form
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, f"administration/calendars/{name}.html", context, status=status)


def _chosen_days(spans: list[str]) -> set[date]:
    found: set[date] = set()
    for span in spans:
        first, _slash, last = span.partition("/")
        begin, end = _date(first).toordinal(), _date(last).toordinal()
        if 0 <= end - begin <= 366:
            found |= {date.fromordinal(number) for number in range(begin, end + 1)}
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404(text) from error


def _year(request: StaffRequest) -> int:
    year = request.GET.get("year", "")
    return int(year) if year.isdecimal() and 2000 <= int(year) < 2100 else timezone.localdate().year
