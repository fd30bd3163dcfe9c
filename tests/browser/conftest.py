"""Pages in the system's Chromium. A test fails on any content-policy report or script error."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

CHROMIUM = os.environ.get("LINLI_CHROMIUM") or shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
POLICY = "default-src 'self'; worker-src 'self'; img-src 'self' data: blob:"


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        pytest.skip("Chromium is absent: apt-get install chromium, or set LINLI_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        # Playwright's loop lives in this thread, where the tests' own queries run as well.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def new_page(browser) -> Iterator[Callable[..., object]]:
    """`new_page(width=360, lang="zh-CN", scheme="dark")` gives a page that must stay clean.

    `expected` holds parts of console errors that the test provokes on purpose.
    """
    contexts, complaints = [], []

    def make(width=1440, lang="zh-CN", scheme="light", expected=()):
        height = 780 if width < 500 else 900
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=lang, color_scheme=scheme
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _complain(message, complaints, expected))
        contexts.append(context)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def _complain(message, complaints, expected) -> None:
    if message.type == "error" and not any(part in message.text for part in expected):
        complaints.append(message.text)
