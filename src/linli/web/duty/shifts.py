"""Weekly shifts and exceptions: put on a rota, changed from a day on, ended."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.accounts.duty.queries import candidates, shift
from linli.accounts.models import DutyShift
from linli.flows import duty as flow
from linli.lib.errors import InputError
from linli.organisations.models import Unit
from linli.web.administration.words import add_to, say
from linli.web.duty.forms import ExceptionForm, ShiftForm, values_of
from linli.web.duty.rota import unit_or_404
from linli.web.http import StaffRequest, page

BOTH = ("GET", "POST")


@page(Permission.DUTY_EDIT, methods=BOTH)
def shift_new(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """`starts`, `ends` and `weekdays` of the address fill the form: hours that nobody has."""
    unit = _kept(request, unit_or_404(unit_id))
    start: dict[str, Any] = {"valid_from": timezone.localdate(), "weekdays": range(7)}
    start |= {name: request.GET[name] for name in ("starts", "ends") if name in request.GET}
    if "weekdays" in request.GET:
        start["weekdays"] = request.GET.getlist("weekdays")
    return _new(request, unit, ShiftForm, start, _("New shift"))


@page(Permission.DUTY_EDIT, methods=BOTH)
def exception_new(request: StaffRequest, unit_id: UUID) -> HttpResponse:
    """Other people on one day or some: `day` and `shift` of the address fill the form."""
    unit = _kept(request, unit_or_404(unit_id))
    day = _day(request.GET.get("day", ""))
    start = {"valid_from": day, "last_day": day}
    if instead := _named(request.GET.get("shift", ""), unit):
        start = values_of(instead) | start
    return _new(request, unit, ExceptionForm, start, _("Swap or exception"))


@page(Permission.DUTY_EDIT, methods=BOTH)
def shift_edit(request: StaffRequest, shift_id: UUID) -> HttpResponse:
    found = _shift(request, shift_id)
    kind = ShiftForm if found.weekdays else ExceptionForm
    form = _form(request, kind, found.unit, values_of(found))
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        try:
            flow.change_shift(shift=found, facts=facts, on=facts.valid_from, by=request.actor)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("Saved. The days before stay as they were."))
            return _to_rota(request, found.unit, facts.valid_from)
    return _show(request, form, found.unit, _("Change the shift"), found)


@page(Permission.DUTY_EDIT, methods=("POST",))
def shift_end(request: StaffRequest, shift_id: UUID) -> HttpResponse:
    """From today on."""
    found = _shift(request, shift_id)
    try:
        flow.end_shift(shift=found, on=timezone.localdate(), by=request.actor)
    except InputError as error:
        messages.error(request, say(error))
    else:
        messages.success(request, _("Ended from today on."))
    return _to_rota(request, found.unit)


def _new(
    request: StaffRequest, unit: Unit, kind: type[Any], start: dict[str, Any], title: str
) -> HttpResponse:
    form = _form(request, kind, unit, start)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        try:
            flow.add_shift(unit=unit, facts=facts, by=request.actor)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("It stands on the rota."))
            return _to_rota(request, unit, facts.valid_from)
    return _show(request, form, unit, title, None)


def _form(request: StaffRequest, kind: type[Any], unit: Unit, start: dict[str, Any]) -> Any:
    members = candidates(unit, today=timezone.localdate())
    return kind(members, request.POST if request.method == "POST" else None, initial=start)


def _show(
    request: StaffRequest, form: Any, unit: Unit, title: str, found: DutyShift | None
) -> HttpResponse:
    context = {"form": form, "unit": unit, "title": title, "shift": found}
    status = 422 if form.errors else 200
    return render(request, "duty/shift_form.html", context, status=status)


def _kept(request: StaffRequest, unit: Unit) -> Unit:
    if not flow.may_edit(request.actor, unit):
        raise PermissionDenied(Permission.DUTY_EDIT)
    return unit


def _shift(request: StaffRequest, shift_id: UUID) -> DutyShift:
    found = shift(shift_id)
    if found is None:
        raise Http404(shift_id)
    _kept(request, found.unit)
    return found


def _named(text: str, unit: Unit) -> DutyShift | None:
    """The shift of this unit that the address names."""
    try:
        found = shift(UUID(text))
    except ValueError:
        return None
    return found if found and found.unit_id == unit.pk else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()


def _to_rota(request: StaffRequest, unit: Unit, day: date | None = None) -> HttpResponse:
    answer = redirect("duty:rota", county=request.county.pk, unit_id=unit.pk)
    if day:
        answer["Location"] += f"?week={day.isoformat()}"
    return answer
