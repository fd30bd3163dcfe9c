"""A real server for pages in a browser, somebody signed in, and what axe finds on a page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.module_loading import import_string

from linli.accounts.models import User

AXE = Path(__file__).parent / "vendor/axe.min.js"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """A test server says nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server for the block."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        connections.close_all()


def session_of(user: User) -> str:
    """The cookie of somebody who has signed in."""
    session: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "linli.accounts.backends.StaffBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def faults(page: Any) -> list[str]:
    """What axe finds, and a page that is wider than its window."""
    page.evaluate(AXE.read_text())
    # Tiles and markers of the map are the library's own. Every rule is tried; of what it finds in
    # order, axe would describe each element.
    only = "{resultTypes: ['violations']}"
    found = page.evaluate(f"axe.run({{exclude: [['[data-map]']]}}, {only}).then(r => r.violations)")
    told = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    return [*told, *too_wide(page)]


def too_wide(page: Any) -> list[str]:
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return [] if fits else ["wider than the window"]
