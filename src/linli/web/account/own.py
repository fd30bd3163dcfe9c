"""My account: name, language, password, where I am signed in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from linli.accounts import actions, second_factor
from linli.accounts.models import User
from linli.accounts.queries import open_sessions
from linli.accounts.signing import places_of
from linli.web.account.forms import OwnDetailsForm, PasswordForm
from linli.web.account.sessions import find_due, visitor
from linli.web.http import own_page, public_page


@own_page(methods=("GET", "POST"))
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    start = {"name": user.name, "email": user.email}
    form = OwnDetailsForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.rename_oneself(user=user, by=visitor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account:overview")
    kinds = second_factor.kinds(user)
    context = {
        "form": form,
        "places": places_of(user),
        "sessions": open_sessions(user, request.session.session_key or ""),
        "passkeys": second_factor.passkeys(user),
        "has_totp": "totp" in kinds,
        "codes_left": len(second_factor.recovery_codes(user)),
        "protected": bool(kinds),
    }
    return render(request, "account/overview.html", context, status=422 if form.errors else 200)


@own_page(methods=("GET", "POST"))
@sensitive_post_parameters("old", "new", "again")
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        was_temporary = user.password_temporary
        actions.change_own_password(
            user=user, password=form.cleaned_data["new"], by=visitor(request)
        )
        keep_signed_in(request, user)
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("account:places" if was_temporary else "account:overview")
    context = {"form": form, "temporary": user.password_temporary}
    return render(request, "account/password.html", context, status=422 if form.errors else 200)


@public_page(methods=("POST",))
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language here and, for whoever is signed in, from now on."""
    code = request.POST.get("language", "")
    known = code in dict(settings.LANGUAGES)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    if known:
        if isinstance(request.user, User):
            actions.choose_language(user=request.user, language=code)
        response.set_cookie("django_language", code, max_age=31_536_000, samesite="Lax")
    return response


@own_page(methods=("POST",))
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    user: Any = request.user
    here = request.session.session_key or ""
    others = [one.key for one in open_sessions(user, here) if not one.here]
    actions.end_sessions(user=user, keys=others, by=visitor(request))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account:overview")


def keep_signed_in(request: HttpRequest, user: User) -> None:
    """A changed password ends every other session; this one goes on under a new key."""
    update_session_auth_hash(request, user)
    find_due(request, user)
