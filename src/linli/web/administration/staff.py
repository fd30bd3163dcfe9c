"""Staff: the list within one's scope, a person's card, the account."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.accounts import queries
from linli.accounts.enums import ADMINISTRATORS
from linli.accounts.models import Membership, User
from linli.accounts.queries import StaffRow
from linli.accounts.rules import ADMINISTRATORS_PASSWORD
from linli.flows import staff as flow
from linli.lib.errors import InputError
from linli.web.administration.forms import AccountEditForm, AccountForm, StaffFilter
from linli.web.administration.lists import page_of
from linli.web.administration.words import add_to, say
from linli.web.http import StaffRequest, page


@page(Permission.STAFF_VIEW)
def staff_list(request: StaffRequest) -> HttpResponse:
    form = StaffFilter(request.GET)
    form.is_valid()
    words, role = form.cleaned_data.get("q", ""), form.cleaned_data.get("role", "")
    today = timezone.localdate()
    people = queries.staff(request.actor, today=today, words=words.strip(), role=role)
    context = {
        "form": form,
        "page": page_of(people, request, len(people)),
        "filtered": bool(words or role),
        "today": today,
        "waiting": len(queries.open_requests()) if _grants(request.actor) else 0,
        "may_edit": can(request.actor, Permission.STAFF_EDIT),
        "may_grant": _grants(request.actor),
    }
    return render(request, "administration/staff.html", context)


@page(Permission.STAFF_VIEW)
def person_card(request: StaffRequest, user_id: UUID) -> HttpResponse:
    return show_person(request, find_person(request, user_id))


@page(Permission.STAFF_EDIT, methods=("GET", "POST"))
@never_cache
def account_new(request: StaffRequest) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, secret = flow.create_account(by=request.actor, **form.cleaned_data)
        except InputError as error:
            add_to(form, error)
        else:
            return _show_secret(request, user, secret)
    context = {"form": form, "title": _("New account")}
    status = 422 if form.errors else 200
    return render(request, "administration/account_form.html", context, status=status)


@page(Permission.STAFF_EDIT, methods=("GET", "POST"))
def account_edit(request: StaffRequest, user_id: UUID) -> HttpResponse:
    user = find_person(request, user_id).user
    start = {"name": user.name, "email": user.email}
    form = AccountEditForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        flow.edit_account(user=user, by=request.actor, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return to_person(request, user_id)
    context = {"form": form, "title": str(user), "person": user}
    status = 422 if form.errors else 200
    return render(request, "administration/account_form.html", context, status=status)


@page(Permission.STAFF_EDIT, methods=("POST",))
@never_cache
def account_act(request: StaffRequest, user_id: UUID, act: str) -> HttpResponse:
    """A new password, no second factor, closed or open again."""
    user = find_person(request, user_id).user
    try:
        if act == "password":
            return _show_secret(request, user, flow.reset_password(user=user, by=request.actor))
        if act == "reopen":
            return _show_secret(request, user, flow.reopen_account(user=user, by=request.actor))
        if act == "close":
            flow.close_account(user=user, by=request.actor)
            messages.success(request, _("The account is closed."))
        else:
            today = timezone.localdate()
            flow.reset_second_factors(user=user, today=today, by=request.actor)
            messages.success(request, _("The password alone signs in until a new one is set up."))
    except InputError as error:
        messages.error(request, say(error))
    return to_person(request, user_id)


def find_person(request: StaffRequest, user_id: UUID) -> StaffRow:
    found = queries.person(request.actor, user_id)
    if found is None:
        raise Http404(user_id)
    return found


def show_person(request: StaffRequest, found: StaffRow) -> HttpResponse:
    today = timezone.localdate()
    held = [row for row in found.memberships if row.valid_to is None or row.valid_to > today]
    context = {
        "person": found.user,
        "held": [(row, queries.assignments_of(row.pk, today=today)) for row in held],
        "past": [row for row in found.memberships if row not in held],
        "today": today,
        "kept_here": found.user.registered_in == request.county.pk,
        "may_edit": can(request.actor, Permission.STAFF_EDIT),
        "may_grant": _grants(request.actor),
        "administrators": ADMINISTRATORS,
        "on_server": say(InputError(ADMINISTRATORS_PASSWORD)) if _administers(held, today) else "",
    }
    return render(request, "administration/person.html", context)


def _administers(held: list[Membership], today: date) -> bool:
    return any(row.role in ADMINISTRATORS and row.valid_from <= today for row in held)


def to_person(request: StaffRequest, user_id: UUID) -> HttpResponse:
    return redirect("administration:person", county=request.county.pk, user_id=user_id)


def _grants(actor: Actor) -> bool:
    return can(actor, Permission.ROLE_GRANT)


def _show_secret(request: StaffRequest, user: User, secret: str) -> HttpResponse:
    """The one time that a temporary password is seen: on a page that is not kept."""
    return render(request, "administration/secret.html", {"person": user, "secret": secret})
