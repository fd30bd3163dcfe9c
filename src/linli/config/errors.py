"""Error pages that say what to do; problem details under /api/."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.api.problems import problem

SHOWN = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
MESSAGES = {
    403: gettext_noop("Your role does not include this."),
    404: gettext_noop("There is nothing here, or it is out of your sight."),
    405: gettext_noop("This address does not take that method."),
}


class ErrorPagesMiddleware:
    """Gives every bare error answer a body: a page for people, a problem for programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in SHOWN:
            return response
        if request.path.startswith("/api/"):
            return _as_problem(response)
        if response.status_code == 405 and not response.content:
            response.content = page(request, 405).encode()
            response["Content-Type"] = "text/html; charset=utf-8"
            response["Content-Length"] = str(len(response.content))  # it was said for no body
        return response


def _as_problem(response: HttpResponse) -> HttpResponse:
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return response
    status = response.status_code
    words = _(MESSAGES.get(status, "This did not work. Try again; if it stays, tell the centre."))
    made = problem(status, f"http_{status}", words)
    if "Allow" in response.headers:
        made["Allow"] = response["Allow"]
    return made


def page(request: HttpRequest, status: int, words: str = "") -> str:
    context = {"request_id": getattr(request, "request_id", ""), "problem": words}
    return render_to_string(f"{status}.html", context, request)
