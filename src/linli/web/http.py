"""What every page declares: the right it needs, or that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from linli.access.actor import Actor
from linli.access.permissions import Permission
from linli.counties.models import County
from linli.counties.opening import by_clock_of

View = Callable[..., HttpResponseBase]
PUBLIC = "public"


class StaffRequest(HttpRequest):
    """A request of somebody who has a role in the county of the path."""

    actor: Actor
    county: County
    request_id: str
    keeps_uploads: bool  # although the answer is a refusal


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the login and back; a part of a page stays as it is, with what was typed in it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path(), str(settings.LOGIN_URL))


def page(permission: Permission, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for staff: signs in first, 404 without a role in the county, 403 without the right."""

    def decorate(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: Any, county: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            if request.actor is None or request.county is None:
                raise Http404(county)
            if permission not in request.actor.permissions:
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        guarded.linli_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page that anybody may open; it shows nothing of a case."""

    def decorate(view: View) -> View:
        guarded = require_http_methods(list(methods))(view)
        guarded.linli_permission = PUBLIC  # type: ignore[attr-defined]
        return guarded

    return decorate


def own_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page about one's own account, outside any county: signing in is enough.

    Its times are those of the county that keeps the account.
    """

    def decorate(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            with by_clock_of(request.user.registered_in):
                return view(request, *args, **kwargs)

        guarded.linli_permission = "own"  # type: ignore[attr-defined]
        return guarded

    return decorate
