"""The language of an answer: as its reader has chosen, else as the browser asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language, get_language_from_request


class LanguageMiddleware:
    """Django's LocaleMiddleware for a site without languages in its addresses.

    Django looks for one in each address twice, a fiftieth of its time for a report.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        activate(get_language_from_request(request))
        request.LANGUAGE_CODE = get_language()  # as Django says it
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", get_language() or "")
        return response
