"""What is done about an emergency: one press each, then back to its page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.actor import PermissionRefusedError
from linli.access.permissions import Permission
from linli.incidents.actions import NotFound
from linli.incidents.actions.alarms import Taken, take_alarm
from linli.incidents.actions.emergencies import (
    emergency_dispatch,
    end_emergency,
    raise_emergency,
    record_late,
    take_emergency,
)
from linli.incidents.detail import Detail, find
from linli.incidents.emergencies.queries import alarm_stands, latest, running
from linli.incidents.models import Emergency
from linli.incidents.rules import Invalid
from linli.processes import Refused
from linli.web.emergencies.forms import DispatchForm, EndForm, RecordForm
from linli.web.emergencies.status import show
from linli.web.http import StaffRequest, page
from linli.web.incidents.case import found_or_404
from linli.web.incidents.words import error_at
from linli.web.late import AT

POST = ("POST",)
UNPROCESSABLE = 422


@page(Permission.INCIDENT_REPORT, methods=POST)
def raise_(request: StaffRequest, number: str) -> HttpResponse:
    incident = find(request.actor, number)
    if incident is None:
        raise Http404(number)
    try:
        raise_emergency(incident.pk, by=request.actor)
    except Invalid as error:
        messages.error(request, error_at(error)[1])
        return redirect("incidents:case", request.county.pk, number)
    messages.success(request, _("The people on duty are alerted."))
    return _back(request, number)


@page(Permission.INCIDENT_VIEW, methods=POST)
def take(request: StaffRequest, number: str) -> HttpResponse:
    """Also for somebody who was alerted about a matter that is otherwise out of sight."""
    try:
        _take(request, number)
    except Taken as taken:
        clock = timezone.localtime(taken.at).strftime("%H:%M")
        words = _("%(name)s took it already, at %(clock)s.") % {"name": taken.by, "clock": clock}
        messages.info(request, words)
    except NotFound as error:
        raise Http404(number) from error
    except PermissionRefusedError as error:
        raise PermissionDenied(error.permission) from error
    else:
        messages.success(request, _("You have taken the matter."))
    return _back(request, number)


@page(Permission.INCIDENT_DISPATCH, methods=POST)
def dispatch(request: StaffRequest, number: str) -> HttpResponse:
    found, emergency = _both(request, number)
    form = DispatchForm(found, request.POST)

    def act() -> None:
        given = form.cleaned_data
        emergency_dispatch(
            emergency.pk, units=form.units(), by=request.actor, text=given["text"], at=given[AT]
        )

    return _try(request, number, "dispatch_form", form, act, _("The units are sent."))


@page(Permission.INCIDENT_VIEW, methods=POST)
def record(request: StaffRequest, number: str) -> HttpResponse:
    emergency = _last(request, number)
    form = RecordForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        record_late(
            emergency.pk,
            text=given["text"],
            at=given[AT],
            complete=given["complete"],
            by=request.actor,
        )

    return _try(request, number, "record_form", form, act, _("It is on record."))


@page(Permission.INCIDENT_ACCEPT, methods=POST)
def end(request: StaffRequest, number: str) -> HttpResponse:
    _found, emergency = _both(request, number)
    form = EndForm(request.POST)

    def act() -> None:
        end_emergency(emergency.pk, by=request.actor, reason=form.cleaned_data["reason"])

    return _try(request, number, "end_form", form, act, _("The emergency is over."))


def _try(
    request: StaffRequest,
    number: str,
    name: str,
    form: Any,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Do it; whatever stands in the way is shown where it can be mended."""
    if form.is_valid():
        try:
            act()
        except (Invalid, Refused) as error:
            field, words = error_at(error)
            field = AT if field == "at" else field
            if field in form.fields:
                form.add_error(field, words)
            else:  # the page may no longer have this form: it is over, say
                messages.error(request, words)
        except PermissionRefusedError as error:
            raise PermissionDenied(error.permission) from error
        except NotFound as error:
            raise Http404(number) from error
        else:
            messages.success(request, done)
            return _back(request, number)
    return show(request, number, UNPROCESSABLE, **{name: form})


def _both(request: StaffRequest, number: str) -> tuple[Detail, Emergency]:
    return found_or_404(request, number, timezone.now()), _last(request, number)


def _last(request: StaffRequest, number: str) -> Emergency:
    incident = find(request.actor, number)
    emergency = latest(incident) if incident else None
    if emergency is None:
        raise Http404(number)
    return emergency


def _take(request: StaffRequest, number: str) -> None:
    """The emergency; or an alarm of the centre that stands alone, or after it was answered."""
    emergency = running(request.actor, number)
    incident = find(request.actor, number)
    alone = emergency is not None and emergency.taken_at and alarm_stands(request.actor, emergency)
    if emergency is not None and emergency.ended_at is None and not alone:
        take_emergency(emergency.pk, by=request.actor)
    elif incident is not None:
        take_alarm(incident.pk, by=request.actor)
    else:
        raise Http404(number)


def _back(request: StaffRequest, number: str) -> HttpResponse:
    incident = find(request.actor, number)
    if incident is None:
        return redirect("incidents:home", request.county.pk)
    view = "emergencies:emergency" if latest(incident) else "incidents:case"
    return redirect(view, request.county.pk, number)
