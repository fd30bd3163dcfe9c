from django.http import HttpResponse
from django.urls import get_resolver, include, path
from ninja import NinjaAPI

from linli.access.permissions import Permission
from linli.access.roles import ROLES
from linli.api.app import api
from linli.api.requests import needs
from linli.web.http import own_page, page, public_page
from tests.architecture.checks.persons import forbidden_in_api
from tests.architecture.checks.routes import routes, undeclared


def test_every_address_declares_its_right():
    found = list(routes(get_resolver().url_patterns))
    assert undeclared(found) == []
    assert any(path.startswith("api/v1/") for path, _ in found)  # operations are looked into


def view(request, county=""):
    return HttpResponse(b"")


def declaring(request, county=""):
    return HttpResponse(b"")


def test_planted_addresses_without_a_right_are_found():
    planted = NinjaAPI(urls_namespace="planted", docs_url=None, openapi_url=None)
    planted.get("/open")(view)
    planted.post("/guarded")(needs(Permission.INCIDENT_VIEW)(declaring))
    planted.get("/guarded")(view)
    patterns = [
        path("bare", view),
        path("staff", page(Permission.INCIDENT_VIEW)(view)),
        path("anybody", public_page()(view)),
        path("mine", own_page()(view)),
        path("deep/", include([path("bare", view)])),
        path("api/", planted.urls),
    ]
    assert undeclared(routes(patterns)) == ["bare", "deep/bare", "api/open", "api/guarded"]


def test_no_endpoint_of_the_api_is_about_a_person():
    schema = api.get_openapi_schema()
    assert schema["paths"]
    assert forbidden_in_api(schema) == []


def test_every_right_is_held_by_a_role():
    held = frozenset[Permission]().union(*(role.permissions for role in ROLES.values()))
    assert set(Permission) - held == set()
