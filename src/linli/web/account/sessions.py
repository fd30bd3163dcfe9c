"""How long somebody stays signed in, and what has to be done before anything else."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from linli.accounts import second_factor
from linli.accounts.models import User
from linli.accounts.signing import Visitor, is_administrator, places_of

BEGAN, SEEN, RIGHTS, DEVICE, DUE = "began", "seen", "rights", "device", "due"
BACKEND = "linli.accounts.backends.StaffBackend"
SEEN_EVERY = 60  # seconds between two notes of activity
ALWAYS = frozenset({"account:logout", "account:language"})
UNTIL_DONE = {  # what is due: the pages that are open until then
    "account:password": ALWAYS | {"account:password"},
    "account:second_factor": ALWAYS
    | {
        "account:second_factor",
        "account:totp",
        "account:passkey",
        "account:passkey_options",
        "account:recovery_codes",
        "account:password",
    },
}


class SessionRulesMiddleware:
    """Ends old sessions, rotates the key at a change of rights, sends to what is due."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if BEGAN in request.session:
            _apply(request)
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        session = request.session
        if BEGAN not in session:
            return None
        if not getattr(view, "linli_passive", False) and time.time() - session[SEEN] > SEEN_EVERY:
            session[SEEN] = int(time.time())
        due = session.get(DUE)
        if due and request.resolver_match.view_name not in UNTIL_DONE[due]:
            return redirect(due)
        return None


def passive(view: Any) -> Any:
    """A page that asks by itself, such as counts in the rail: it keeps nobody signed in."""
    view.linli_passive = True
    return view


def begin(request: HttpRequest, user: User) -> None:
    """Sign in, under a new session key."""
    login(request, user, backend=BACKEND)
    now = int(time.time())
    request.session.update({BEGAN: now, SEEN: now, DEVICE: device(request), RIGHTS: _stamp(user)})
    request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    find_due(request, user)


def find_due(request: HttpRequest, user: User) -> None:
    """Note what the user must do first: choose a password, set up a second factor."""
    due = ""
    if user.password_temporary:
        due = "account:password"
    elif settings.ENV.production and not second_factor.kinds(user):
        due = "account:second_factor" if _administers(user) else ""
    request.session[DUE] = due


def visitor(request: HttpRequest, *, label: str = "") -> Visitor:
    user = request.user
    known = user if isinstance(user, User) else None
    return Visitor(
        id=known.pk if known else None,
        label=label or (str(known) if known else ""),
        request_id=getattr(request, "request_id", ""),
        address=request.META.get("REMOTE_ADDR") or None,
    )


def device(request: HttpRequest) -> str:
    """Browser and system in two words, so that one's own sessions can be told apart."""
    agent = request.headers.get("User-Agent", "")
    systems = {"Android": "Android", "iPhone": "iPhone", "Windows": "Windows", "Mac OS": "macOS"}
    browsers = {"Edg": "Edge", "MicroMessenger": "WeChat", "Chrome": "Chrome", "Firefox": "Firefox"}
    browsers |= {"Safari": "Safari"}
    system = next(
        (name for key, name in (systems | {"Linux": "Linux"}).items() if key in agent), ""
    )
    browser = next((name for key, name in browsers.items() if key in agent), "")
    return " · ".join(filter(None, (browser, system)))


def _apply(request: HttpRequest) -> None:
    session, now = request.session, time.time()
    too_old = now - session[BEGAN] > settings.SESSION_COOKIE_AGE
    idle = now - session[SEEN] > settings.SESSION_IDLE_AGE
    if too_old or idle:
        logout(request)
        request.session_ended = True  # type: ignore[attr-defined]
        return
    user = request.user
    if isinstance(user, User) and session.get(RIGHTS) != _stamp(user):
        session.cycle_key()
        session[RIGHTS] = _stamp(user)
        find_due(request, user)


def _stamp(user: User) -> str:
    return user.rights_changed_at.isoformat() if user.rights_changed_at else ""


def _administers(user: User) -> bool:
    return is_administrator(places_of(user))
