"""Where everything is. County pages stand under the county's code."""

from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView, TemplateView
from django.views.i18n import set_language

from linli.api.app import api
from linli.config import health
from linli.web.http import public_page

WEB = Path(__file__).resolve().parent.parent / "web"
AREAS = (
    "incidents",
    "emergencies",
    "territory",
    "administration",
    "attachments",
    "notices",
    "duty",
    "whatif",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public_page()(RedirectView.as_view(pattern_name="account:places")), name="start"),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("language", public_page(methods=("POST",))(set_language), name="set_language"),
    path("style", public_page()(TemplateView.as_view(template_name="styleguide.html"))),
    path("api/v1/", api.urls),
    path("account/", include("linli.web.account.urls")),
    *(
        path("<slug:county>/", include(f"linli.web.{area}.urls"))
        for area in AREAS
        if (WEB / area / "urls.py").exists()
    ),
]
