"""Passkeys in Chromium's own authenticator: made, used alone, used after the password."""

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from linli.accounts.enums import Role
from linli.accounts.models import Session
from linli.audit.models import AuditEvent
from linli.database.context import county_context
from tests.conftest import A
from tests.factories.people import PASSWORD, person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


def _serve(server: WSGIServer) -> None:
    from django.db import connections

    server.serve_forever()
    connections.close_all()


@pytest.fixture
def site(committed, settings, tmp_path) -> Iterator[str]:
    """The application on a free port, as http://localhost: passkeys refuse a bare address."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.ALLOWED_HOSTS = ["localhost"]
    application = StaticFilesHandler(get_wsgi_application())
    with make_server("127.0.0.1", 0, application, WSGIServer, _Quiet) as server:
        thread = threading.Thread(target=_serve, args=[server], daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def _device(page) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def _password(page, site: str) -> None:
    page.goto(f"{site}/account/login/")
    page.fill("[name=username]", "keeper")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()


def _sign_out(page, site: str) -> None:
    page.goto(f"{site}/account/")
    page.click("form[action='/account/logout/'] button")
    page.wait_for_url("**/account/login/")


def test_a_passkey_is_made_and_signs_in_alone_and_as_the_second_step(site, new_page):
    user = person(A, "keeper", Role.SYSTEM_ADMINISTRATOR)
    page = new_page()
    _device(page)
    _password(page, site)
    page.goto(f"{site}/account/second-factor/passkey/")
    page.click("form[data-passkey=create] button")
    page.wait_for_url("**/account/second-factor/codes/")
    assert page.locator("main code").count() == 10
    _sign_out(page, site)
    assert Session.objects.filter(account_id=user.pk).count() == 0

    page.click("form[data-passkey=get] button")
    page.wait_for_url(lambda address: "login" not in address)
    assert Session.objects.filter(account_id=user.pk).count() == 1
    _sign_out(page, site)

    _password(page, site)
    assert page.url.endswith("/account/login/second/")
    page.click("form[data-passkey=get] button")
    page.wait_for_url(lambda address: "login" not in address)
    with county_context(A):
        acts = AuditEvent.objects.filter(county_id=A, actor_id=user.pk).order_by("at", "id")
        done = [act.action.removeprefix("account.") for act in acts]
    assert done == [
        "signed_in_by_password",
        "passkey_added",
        "signed_out",
        "signed_in_by_passkey",
        "signed_out",
        "signed_in_by_passkey",
    ]


def test_without_a_device_the_page_says_what_to_do(site, new_page):
    person(A, "keeper", Role.SYSTEM_ADMINISTRATOR)
    page = new_page()
    page.goto(f"{site}/account/login/")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": DEVICE | {"automaticPresenceSimulation": True, "isUserVerified": False}},
    )
    page.click("form[data-passkey=get] button")
    page.wait_for_selector("form[data-passkey=get] [data-failed]:not([hidden])", timeout=90_000)
