"""Sign in, prove it, land in one's county; sign out."""

from datetime import timedelta
from math import ceil
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from linli.accounts import second_factor, signing
from linli.accounts.models import User
from linli.accounts.queries import active_user
from linli.accounts.rules import plain_username
from linli.web.account.forms import CodeForm, CredentialForm, SignInForm
from linli.web.account.sessions import begin, visitor
from linli.web.http import own_page, public_page

PENDING, PENDING_FOR = "pending", 300  # seconds between the password and the second factor


@public_page(methods=("GET", "POST"))
@sensitive_post_parameters("password")
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_after(request))
    form = SignInForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, 200 if request.method != "POST" else 422)
    name = plain_username(form.cleaned_data["username"])
    user = authenticate(request, username=name, password=form.cleaned_data["password"])
    if isinstance(user, User):
        return _password_right(request, user)
    if _locked(request):
        return _form(request, form, 429, _say_locked(request, name))
    form.add_error(None, _("The user name or the password is not right."))
    return _form(request, form, 422)


@public_page(methods=("GET", "POST"))
@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """The second factor, within five minutes after the password."""
    user = _pending(request)
    if user is None:
        return redirect("account:login")
    form = CodeForm(request.POST or None)
    status, locked = 200, None
    if request.method == "POST":
        status = 422
        if not AxesProxyHandler.is_allowed(request, {"username": user.username}):
            locked, status = _say_locked(request, user.username), 429
        elif form.is_valid():
            try:
                how = second_factor.prove_by_code(user, form.cleaned_data["code"])
            except second_factor.NotProvenError:
                locked = _wrong(request, user)
                status = 429 if locked else 422
                form.add_error("code", _("This code is not right, or it was used before."))
            else:
                return _signed_in(request, user, how)
    context = {"form": form, "locked": locked, "kinds": second_factor.kinds(user)}
    return render(request, "account/second_step.html", context, status=status)


@public_page(methods=("POST",))
@never_cache
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """What the browser shall sign: for the user whose password was right, or for anybody."""
    return JsonResponse({"publicKey": as_json(second_factor.begin_proof(_pending(request)))})


@public_page(methods=("POST",))
@never_cache
def passkey_login(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey, alone or after the password."""
    form = CredentialForm(request.POST)
    waiting = _pending(request)
    if form.is_valid():
        try:
            user = second_factor.prove_by_passkey(waiting, form.cleaned_data["credential"])
        except second_factor.NotProvenError:
            user = None
        if user is not None and user.is_active:
            return _signed_in(request, user, "passkey")
    words = _("This passkey was not accepted. Try again, or sign in in another way.")
    if waiting is not None:
        _wrong(request, waiting)
        context = {"form": CodeForm(), "failed": words, "kinds": second_factor.kinds(waiting)}
        return render(request, "account/second_step.html", context, status=422)
    return _form(request, SignInForm(), 422, words)


@public_page(methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        signing.note(request.user, action="account.signed_out", by=visitor(request))
    logout(request)
    return redirect("account:login")


@own_page()
@never_cache
def places(request: HttpRequest) -> HttpResponse:
    """Where to work: the one county goes without saying, several are offered, none is explained."""
    user: Any = request.user
    found = signing.places_of(user)
    if len(found) == 1:
        return redirect(f"/{found[0].county.pk}/")
    return render(request, "account/places.html", {"places": found})


def _password_right(request: HttpRequest, user: User) -> HttpResponse:
    if not second_factor.kinds(user):
        return _signed_in(request, user, "password")
    request.session.cycle_key()
    pending = {"user": str(user.pk), "at": timezone.now().timestamp(), "next": _asked_for(request)}
    request.session[PENDING] = pending
    return redirect("account:second_step")


def _signed_in(request: HttpRequest, user: User, how: str) -> HttpResponse:
    target = request.session.get(PENDING, {}).get("next") or _asked_for(request)
    begin(request, user)
    request.session.pop(PENDING, None)
    signing.note_sign_in(user, by=visitor(request), how=how)
    response = redirect(target or "account:places")
    response.set_cookie("django_language", user.language, max_age=31_536_000, samesite="Lax")
    return response


def _pending(request: HttpRequest) -> User | None:
    pending = request.session.get(PENDING)
    if not pending or timezone.now().timestamp() - pending["at"] > PENDING_FOR:
        return None
    return active_user(pending["user"])


def _wrong(request: HttpRequest, user: User) -> str | None:
    """Count a wrong second factor like a wrong password; the words of a lockout, if it is one."""
    user_login_failed.send(__name__, credentials={"username": user.username}, request=request)
    return _say_locked(request, user.username) if _locked(request) else None


def _locked(request: HttpRequest) -> bool:
    return bool(getattr(request, "axes_locked_out", False))


def _say_locked(request: HttpRequest, name: str) -> str:
    if getattr(request, "axes_failures_since_start", None):  # it begins with this very attempt
        signing.note_lockout(name, by=visitor(request, label=name))
    left = signing.locked_until(name, request.META.get("REMOTE_ADDR")) - timezone.now()
    # No time of day: whose clock it goes by would tell whether there is such a user, and where.
    minutes = max(1, ceil(left / timedelta(minutes=1)))
    words = ngettext(
        "Too many failed attempts. Try again in %(count)d minute.",
        "Too many failed attempts. Try again in %(count)d minutes.",
        minutes,
    )
    return words % {"count": minutes}


def _form(
    request: HttpRequest, form: SignInForm, status: int, failed: str | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "failed": failed,
        "next": _asked_for(request),
        "ended": getattr(request, "session_ended", False),
    }
    return render(request, "account/login.html", context, status=status)


def _asked_for(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe and not asked.startswith(reverse("account:login")) else ""


def _after(request: HttpRequest) -> str:
    return _asked_for(request) or reverse("account:places")


def as_json(options: Any) -> Any:
    """The library's answer already is JSON, under `publicKey`."""
    return options.get("publicKey", options)
