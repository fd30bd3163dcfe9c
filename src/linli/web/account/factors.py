"""Second factors of one's own account: an authenticator app, passkeys, recovery codes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.accounts import second_factor
from linli.web.account.forms import CredentialForm, TotpForm
from linli.web.account.sessions import DUE, find_due, visitor
from linli.web.account.signing import as_json
from linli.web.http import own_page

SECRET = "mfa.totp.secret"  # noqa: S105 -- where allauth keeps it in the session


@own_page()
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Which second factor to set up; administrators are sent here before anything else."""
    return render(request, "account/second_factor.html", {"due": request.session.get(DUE)})


@own_page(methods=("GET", "POST"))
@never_cache
def totp(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    secret = second_factor.new_totp_secret()
    form = TotpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = "".join(form.cleaned_data["code"].split())
        try:
            second_factor.add_totp(user, secret=secret, code=code, by=visitor(request))
        except second_factor.NotProvenError:
            form.add_error("code", _("The app shows another code. Is the phone's clock right?"))
        else:
            request.session.pop(SECRET, None)
            return _added(request, user)
    picture = second_factor.totp_picture(user, secret)
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {"form": form, "picture": picture, "secret": spaced}
    return render(request, "account/totp.html", context, status=422 if form.errors else 200)


@own_page(methods=("POST",))
@never_cache
def passkey_options(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    return JsonResponse({"publicKey": as_json(second_factor.begin_passkey(user))})


@own_page(methods=("GET", "POST"))
@never_cache
def passkey(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    number = len(second_factor.passkeys(user)) + 1
    start = {"name": _("Passkey %(number)d") % {"number": number}}
    form = CredentialForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            second_factor.add_passkey(
                user,
                name=values["name"] or start["name"],
                credential=values["credential"],
                by=visitor(request),
            )
        except second_factor.NotProvenError:
            form.add_error(None, _("This passkey was not accepted. Try again."))
        else:
            return _added(request, user)
    return render(
        request, "account/passkey.html", {"form": form}, status=422 if form.errors else 200
    )


@own_page(methods=("GET", "POST"))
@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes that help when the phone is lost; POST makes new ones."""
    user: Any = request.user
    if not second_factor.kinds(user):
        return redirect("account:second_factor")
    if request.method == "POST":
        second_factor.renew_recovery_codes(user, by=visitor(request))
        messages.success(request, _("These codes are new; the old ones are void."))
        return redirect("account:recovery_codes")
    codes = second_factor.recovery_codes(user)
    return render(request, "account/recovery_codes.html", {"codes": codes})


@own_page(methods=("POST",))
def remove(request: HttpRequest, factor: int) -> HttpResponse:
    user: Any = request.user
    if not second_factor.remove(user, authenticator=factor, by=visitor(request)):
        raise Http404(factor)
    find_due(request, user)
    messages.success(request, _("Removed."))
    return redirect("account:overview")


def _added(request: HttpRequest, user: Any) -> HttpResponse:
    find_due(request, user)
    request.session.cycle_key()
    messages.success(request, _("It is set up. Keep these recovery codes in a safe place."))
    return redirect("account:recovery_codes")
