"""Roles: asked for, granted, ended; leave and who stands in."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.access.actor import PermissionRefusedError
from linli.access.permissions import Permission
from linli.accounts import queries
from linli.accounts.actions import Appointment
from linli.accounts.models import Membership
from linli.flows import staff as flow
from linli.lib.errors import InputError
from linli.web.administration.forms import EndForm, LeaveForm, PhoneForm, RoleForm
from linli.web.administration.staff import find_person, to_person
from linli.web.administration.words import add_to, say
from linli.web.http import StaffRequest, page

BOTH = ("GET", "POST")


@page(Permission.ROLE_GRANT, methods=BOTH)
def role_grant(request: StaffRequest, user_id: UUID) -> HttpResponse:
    return _new_role(request, user_id, flow.grant_role, _("The role is granted."))


@page(Permission.STAFF_EDIT, methods=BOTH)
def role_ask(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Who keeps the staff list asks the security administrator."""
    return _new_role(request, user_id, flow.ask_for_role, _("The security administrator is asked."))


@page(Permission.ROLE_GRANT, methods=BOTH)
def requests(request: StaffRequest) -> HttpResponse:
    """What the keepers of the staff list ask for; several are decided at once."""
    if request.method != "POST":
        rows = queries.open_requests()
        return render(request, "administration/requests.html", {"rows": rows})
    grant, done = request.POST.get("decision") == "grant", 0
    for text in request.POST.getlist("request"):
        try:
            flow.decide_role(request_id=UUID(text), grant=grant, by=request.actor)
            done += 1
        except InputError as error:
            messages.error(request, say(error))
        except ValueError:
            raise Http404(text) from None
    if done:
        words = ngettext("%(count)d role is decided.", "%(count)d roles are decided.", done)
        messages.success(request, words % {"count": done})
    return redirect("administration:requests", county=request.county.pk)


@page(Permission.STAFF_EDIT, methods=BOTH)
def role_end(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    """Any role but an administrator's."""
    return _end_role(request, membership_id)


@page(Permission.ROLE_GRANT, methods=BOTH)
def role_withdraw(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    return _end_role(request, membership_id)


@page(Permission.STAFF_EDIT, methods=BOTH)
def leave(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    row = _membership(request, membership_id)
    members = queries.successors(row, today=timezone.localdate())
    form = LeaveForm(members, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moved = flow.plan_leave(membership=row, by=request.actor, **form.cleaned_data)
        except InputError as error:
            add_to(form, error)
        else:
            _say_moved(request, _("The leave is noted."), moved)
            return to_person(request, row.user_id)
    return _form(request, form, row, _("Leave"))


@page(Permission.STAFF_EDIT, methods=("POST",))
def leave_end(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    """Back from today on."""
    row = _membership(request, membership_id)
    today: date = timezone.localdate()
    moved = flow.end_leave(membership=row, on=today, by=request.actor)
    _say_moved(request, _("Back at work."), moved)
    return to_person(request, row.user_id)


@page(Permission.STAFF_EDIT, methods=BOTH)
def phone(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    row = _membership(request, membership_id)
    start = {"phone": row.phone}
    form = PhoneForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            flow.edit_phone(membership=row, by=request.actor, **form.cleaned_data)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, _("Saved."))
            return to_person(request, row.user_id)
    return _form(request, form, row, _("Work phone"))


def _new_role(
    request: StaffRequest, user_id: UUID, act: Callable[..., Any], words: str
) -> HttpResponse:
    person = find_person(request, user_id).user
    form = RoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            act(Appointment(user=person, **form.values()), by=request.actor)
        except InputError as error:
            add_to(form, error)
        else:
            messages.success(request, words)
            return to_person(request, user_id)
    context = {"form": form, "person": person, "grants": act is flow.grant_role}
    status = 422 if form.errors else 200
    return render(request, "administration/role_form.html", context, status=status)


def _end_role(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    row = _membership(request, membership_id)
    members = queries.successors(row, today=timezone.localdate())
    form = EndForm(members, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moved = flow.end_role(membership=row, by=request.actor, **form.cleaned_data)
        except InputError as error:
            add_to(form, error)
        except PermissionRefusedError as refused:
            raise PermissionDenied(refused.permission) from None
        else:
            _say_moved(request, _("The role ends."), moved)
            return to_person(request, row.user_id)
    return _form(request, form, row, _("End a role"))


def _membership(request: StaffRequest, membership_id: UUID) -> Membership:
    row = queries.membership(request.actor, membership_id)
    if row is None:
        raise Http404(membership_id)
    return row


def _form(
    request: StaffRequest, form: EndForm | LeaveForm | PhoneForm, row: Membership, title: str
) -> HttpResponse:
    context = {"form": form, "row": row, "title": title, "person": row.user}
    status = 422 if form.errors else 200
    return render(request, "administration/membership_form.html", context, status=status)


def _say_moved(request: StaffRequest, words: str, moved: int) -> None:
    if moved:
        text = ngettext(
            "%(count)d open matter changed hands.", "%(count)d open matters changed hands.", moved
        )
        words = f"{words} {text % {'count': moved}}"
    messages.success(request, words)
