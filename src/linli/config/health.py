"""For machines: is the process alive, can it serve, how is it doing."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from linli.web.http import public_page


@public_page()
def alive(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@public_page()
def ready(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return JsonResponse({"database": "unreachable"}, status=503)
    return JsonResponse({"database": "ok"})


@public_page()
def metrics(request: HttpRequest) -> HttpResponse:
    """Only from this machine: figures of the process are nobody else's business."""
    if request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1"} and not settings.DEBUG:
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
