"""Every component, in Chromium, under the content policy, without the database."""

import json
import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from .conftest import POLICY

pytestmark = pytest.mark.browser
WEB = Path(__file__).resolve().parents[2] / "src/linli/web"
AXE = Path(__file__).parent / "vendor/axe.min.js"
PLACES = ["house-door", "card-checklist", "map", "diagram-3", "building", "bar-chart-line", "gear"]
SHELL = {
    "county_name": "禄劝彝族苗族自治县",
    "role_name": "派遣员",
    "user_name": "杨某",
    "user_key": "u1",
    "home_url": "/",
    "search_url": "/search",
    "report_url": "/new",
    "notices_url": "/notices",
    "notices": 3,
    "language_url": "/language",
    "logout_url": "/logout",
    "counts_url": "/counts",
}
DRAFTED = "/draft?to=hx-post=/answer%3Fstatus=503"
NAV = [
    {"key": icon, "url": f"/{icon}", "label": "位置", "icon": icon, "active": not n, "count": n}
    for n, icon in enumerate(PLACES)
]
PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DRAFT = """<form data-draft="d" method="post" {target}>
<textarea name="reason" aria-label="reason"></textarea>
<input name="phone" aria-label="phone"><button id="send">ok</button></form>"""


def _styles(language: str) -> str:
    with translation.override(language):
        return render_to_string("styleguide.html", {"shell": SHELL, "nav": NAV})


def _bare(content: str) -> str:
    page = render_to_string("base.html", {"shell": SHELL, "nav": NAV})
    return page.replace("</main>", f"{content}</main>")


class Site(BaseHTTPRequestHandler):
    """The style page, its static files, and answers of any status."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/static/"):
            file = WEB / parts.path.lstrip("/")
            self.answer(200, mimetypes.guess_type(file)[0] or "text/plain", file.read_bytes())
        elif parts.path == "/counts":
            body = json.dumps({"counts": {"house-door": 41, "notices": 120}})
            self.answer(200, "application/json", body.encode())
        elif parts.path == "/answer":
            self.answer(int(query["status"]), "text/html", b"<p id=answer>answer</p>")
        elif parts.path == "/draft":
            self.answer(200, "text/html", _bare(DRAFT.format(target=query["to"])).encode())
        elif parts.path == "/" and "done" not in query:
            self.answer(200, "text/html", _styles(query.get("lang", "zh-hans")).encode())
        else:
            success = "<div data-success>ok</div>" if "done" in query else ""
            self.answer(200, "text/html", _bare(success).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with override_settings(STORAGES=PLAIN):
        yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _reason(page) -> str:
    return page.input_value("[name=reason]")


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_is_wider_than_its_window(site, new_page, width, lang) -> None:
    page = new_page(width=width)
    page.goto(f"{site}/?lang={lang}")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_axe_finds_nothing(site, new_page, width, scheme) -> None:
    page = new_page(width=width, scheme=scheme)
    page.goto(site)
    page.wait_for_selector(".map canvas")
    page.evaluate(AXE.read_text() + "; 0")
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found] == []


def test_maps_and_charts_are_drawn_under_the_content_policy(site, new_page) -> None:
    page = new_page()
    page.goto(site)
    page.wait_for_selector("#map .map-cluster")
    page.wait_for_selector("figure.drawn svg path", state="attached")
    assert page.locator("#map .map-missing").count() == 0
    cluster = page.locator("#map .map-cluster").first
    assert cluster.get_attribute("aria-label").startswith("此处")
    cluster.focus()
    page.keyboard.press("Enter")  # it opens and is gone; a keyboard goes on inside the map
    page.wait_for_selector("#map canvas:focus")
    point = page.locator("#map .map-point").first
    point.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#map .maplibregl-popup a:focus")
    page.keyboard.press("Escape")
    assert point.evaluate("point => point === document.activeElement")


def test_a_map_that_is_still_on_its_way_does_not_say_that_it_cannot_be_drawn(
    site, new_page
) -> None:
    page = new_page()
    page.add_init_script("window.fetch = () => new Promise(() => {})")
    page.goto(site)
    assert page.locator("#map .map-missing").count() == 1
    assert not page.locator("#map .map-missing").is_visible()


def test_a_county_without_outlines_is_no_blank_map_to_set_pins_on(site, new_page) -> None:
    page = new_page()
    empty = '{"type": "FeatureCollection", "features": []}'
    page.add_init_script(f"window.fetch = async () => new Response('{empty}')")
    page.goto(site)
    said = page.locator("#map .map-missing")
    said.get_by_text("这里还没有边界").wait_for()
    assert said.is_visible()
    assert page.locator("#map canvas").count() == 0


def test_without_webgl_the_map_says_so(site, new_page) -> None:
    page = new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(site)
    assert page.locator("#map .map-missing").is_visible()


def test_keys_search_move_and_help(site, new_page) -> None:
    page = new_page()
    page.goto(site)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "shell-search"
    page.keyboard.type("jn/?")
    assert page.input_value("#shell-search") == "jn/?"
    page.evaluate("document.activeElement.blur()")
    for key, line in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        row = page.locator("[data-row]").nth(line)
        assert row.evaluate("row => row.contains(document.activeElement)")
    page.keyboard.press("?")
    assert page.locator("#keys-help").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/new")


def test_a_failed_request_keeps_the_text_and_is_tried_again(site, new_page) -> None:
    page = new_page(expected=["503", "Response Status Error"])
    page.goto(site + DRAFTED)
    page.fill("[name=reason]", "火已扑灭")
    page.click("#send")
    page.wait_for_selector("#retry:visible")
    assert _reason(page) == "火已扑灭"
    with page.expect_response("**/answer*"):
        page.click("#retry [data-again]")
    assert _reason(page) == "火已扑灭"


def test_a_draft_survives_a_reload_but_contacts_are_never_kept(site, new_page) -> None:
    page = new_page()
    page.goto(site + DRAFTED)
    page.fill("[name=phone]", "13987120000")
    page.fill("[name=reason]", "夜间看守")
    page.reload()
    assert _reason(page) == "夜间看守"
    assert page.input_value("[name=phone]") == ""
    assert "1398712" not in page.evaluate("JSON.stringify(localStorage)")
    assert page.locator(".draft-note").is_visible()


def _send(page, site, target) -> None:
    page.goto(f"{site}/draft?to=action=/{target}")
    page.fill("[name=reason]", "夜间看守")
    page.click("#send")
    page.wait_for_url(f"{site}/{target.replace('%3F', '?')}")


def test_a_draft_is_gone_only_when_the_server_says_it_succeeded(site, new_page) -> None:
    page = new_page()
    _send(page, site, "login")
    page.goto(site + DRAFTED)
    assert _reason(page) == "夜间看守"
    _send(page, site, "%3Fdone=1")
    page.goto(site + DRAFTED)
    assert _reason(page) == ""


def test_signing_out_clears_the_drafts(site, new_page) -> None:
    page = new_page()
    page.goto(site + DRAFTED)
    page.fill("[name=reason]", "夜间看守")
    page.click(".topbar details.menu summary")
    page.click("[data-clear-drafts] button")
    page.wait_for_url("**/logout")
    assert "夜间看守" not in page.evaluate("JSON.stringify(localStorage)")


def test_counts_are_fetched_when_the_page_is_seen_again(site, new_page) -> None:
    page = new_page()
    page.goto(site)
    with page.expect_response("**/counts"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector(".rail [data-count=house-door] >> text=41")
    assert page.inner_text(".topbar [data-count=notices]") == "99+"


def test_a_confirmation_opens_and_cancels(site, new_page) -> None:
    page = new_page()
    page.goto(site)
    page.click("[data-dialog-open=return-dialog]")
    assert page.locator("#return-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#return-dialog").is_visible()


def test_the_pin_writes_its_coordinates_into_the_form(site, new_page) -> None:
    page = new_page()
    page.goto(site)
    page.wait_for_selector("#pin canvas")
    page.wait_for_timeout(800)
    page.locator("#pin canvas").click(position={"x": 300, "y": 120})
    lon, lat = (float(page.input_value(f"#pin-form [name={name}]")) for name in ("lon", "lat"))
    assert 102 < lon < 103
    assert 25 < lat < 26.5
    assert page.locator(".map-pin").is_visible()


def test_a_chosen_file_is_shown_before_it_is_sent(site, new_page) -> None:
    page = new_page()
    page.goto(site)
    page.set_input_files("[data-upload] input", [{"name": "通知.pdf", "mimeType": "application/pdf",
                                                  "buffer": b"x" * 5000}])  # fmt: skip
    assert "通知.pdf" in page.inner_text(".previews")
