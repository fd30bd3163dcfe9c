"""What only a browser needs: sessions, forms, sign-in. A request of the API with a key has none
of it, and walking through it all took such a request a twentieth of its time.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware

from linli.web.account.sessions import SessionRulesMiddleware


def by_key(request: HttpRequest) -> bool:
    """A program's request; its cookies, if it sends any, count for nothing."""
    bearer = request.META.get("HTTP_AUTHORIZATION", "").startswith("Bearer ")
    return bearer and request.path_info.startswith("/api/")


def of_people(middleware: Any) -> Any:
    """The same middleware, past which a request with a key goes straight on."""

    class OfPeople(middleware):  # type: ignore[misc]
        def __call__(self, request: HttpRequest) -> Any:
            if by_key(request):
                return self.get_response(request)
            return super().__call__(request)

        if hasattr(middleware, "process_view"):

            def process_view(self, request: HttpRequest, *view: Any) -> Any:
                return None if by_key(request) else super().process_view(request, *view)

    return OfPeople


Sessions = of_people(SessionMiddleware)
Csrf = of_people(CsrfViewMiddleware)
Authentication = of_people(AuthenticationMiddleware)
SessionRules = of_people(SessionRulesMiddleware)
Messages = of_people(MessageMiddleware)
