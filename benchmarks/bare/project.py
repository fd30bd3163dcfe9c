"""The least that Django can do: parse JSON, insert one row, answer. No middleware at all."""

import json
import os
import uuid

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

_database = conninfo_to_dict(os.environ["DATABASE_URL"])

settings.configure(
    SECRET_KEY="bare",  # noqa: S106 -- signs nothing
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="benchmarks.bare.project",
    USE_TZ=True,
    INSTALLED_APPS=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _database["dbname"],
            "USER": _database["user"],
            "PASSWORD": _database["password"],
            "HOST": _database["host"],
            "PORT": str(_database.get("port", "")),
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- after the settings
from django.db import models  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402, TID251 -- the bare view
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class Report(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "bare"
        db_table = "bare_report"


def create(request: HttpRequest) -> JsonResponse:
    given = json.loads(request.body)
    row = Report.objects.create(text=given["text"], created_at=timezone.now())
    answer = JsonResponse({"id": str(row.pk)}, status=201)
    answer["Content-Length"] = str(len(answer.content))  # else it would be sent in chunks
    return answer


urlpatterns = [path("reports", create)]
application = get_wsgi_application()
