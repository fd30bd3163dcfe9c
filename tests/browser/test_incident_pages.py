"""The pages of cases in Chromium, on a real server: keys, axe, forms in place, map, phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from linli.access.actor import Actor
from linli.accounts.models import User
from linli.database.context import county_context
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.models import EmergencyCall, Incident
from tests.browser.site import faults, serving, session_of
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.duty import round_the_clock
from tests.web.incidents.conftest import INSIDE, draw, url

pytestmark = pytest.mark.browser
LONG = "永善彝族苗族聚居村民委员会门口水管破裂，水流到路面，已经三天没有人来修，" * 6


@dataclass
class Place:
    address: str
    small: Small
    operator: Actor
    case: Incident
    cookie: str

    def open(
        self, new_page: Any, name: str, *args: str, actor: str = "operator", **kind: Any
    ) -> Any:
        page = new_page(**kind)
        session = {"name": "sessionid", "value": self.cookie, "url": self.address}
        page.context.add_cookies([session])
        page.goto(self.address + url(name, *args))
        return page


@pytest.fixture
def place(committed, settings, tmp_path, monkeypatch) -> Iterator[Place]:
    monkeypatch.setattr(settings.ENV, "home", tmp_path)
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with county_context(A):
        small = small_county()
        draw(small)
        operator = small.township_operator()
        case = _report(small, operator, LONG, Spot(*INSIDE))
        for n in range(3):
            _report(small, operator, f"第{n}盏路灯不亮", Spot(area_id=small.grid.pk))
        case = take_step(case.pk, "accept", {}, version=None, by=operator)
        user = User.objects.get(pk=operator.id)
    with serving() as address:
        yield Place(address, small, operator, case, session_of(user))


def _report(small: Small, by: Actor, text: str, spot: Spot) -> Incident:
    return report(Draft(text, small.category().pk, "call", spot), by=by)


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_is_clean_fits_and_passes_axe(place, new_page, width):
    for name in ("home", "list", "new", "map", "figures"):
        page = place.open(new_page, name, width=width)
        page.wait_for_load_state("networkidle")
        assert faults(page) == [], name


def test_a_case_is_clean_fits_and_passes_axe(place, new_page):
    for width in (360, 768, 1440):
        page = place.open(new_page, "case", place.case.number, width=width)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click("#now .btn-primary")
        page.wait_for_selector("#now form")
        assert faults(page) == []


def test_a_step_is_taken_in_place(place, new_page):
    page = place.open(new_page, "case", place.case.number)
    page.click("#now .btn-primary")
    page.wait_for_selector("#now form")
    page.fill("#now textarea[name=text]", "请带好工具")
    page.click("#now .actions a")  # closed again: the keyboard is back at the button
    page.wait_for_selector("#now .btn-primary:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#now form .draft-note")
    assert page.input_value("#now textarea[name=text]") == "请带好工具"
    assert page.url.endswith(place.case.number)
    page.fill("#now .narrow-search >> nth=0", "shuiwu") if page.query_selector(
        "#now .narrow-search"
    ) else None
    page.check(f"#now input[name=unit][value='{place.small.water.pk}']")
    page.click("#now form > .actions button[type=submit]")
    page.wait_for_selector("[data-success]")
    with county_context(A):
        assert Incident.objects.get(pk=place.case.pk).lead_unit_id == place.small.water.pk


def test_a_fault_and_a_lost_race_are_shown_in_place_with_the_text(place, new_page):
    page = place.open(new_page, "case", place.case.number, expected=("422", "409", "401"))
    page.click(f"a[href='{url('step', place.case.number, 'report_up')}']")
    page.wait_for_selector("#now form")
    page.wait_for_selector("#now textarea[name=reason]:focus")
    page.click("#now button[type=submit]")
    page.wait_for_selector("#now [data-focus]:focus")
    page.fill("#now textarea[name=reason]", "需要县里协调")
    session = {"name": "sessionid", "value": place.cookie, "url": place.address}
    page.context.clear_cookies(name="sessionid")
    page.click("#now form > .actions button[type=submit]")
    page.wait_for_selector("#retry:not([hidden])")
    assert page.input_value("#now textarea[name=reason]") == "需要县里协调"
    # Signed in again in another tab, which changes the token that forms carry.
    page.context.add_cookies([session, session | {"name": "csrftoken", "value": "k" * 32}])
    with county_context(A):
        take_step(place.case.pk, "comment", {"text": "已到场"}, version=None, by=place.operator)
    page.click("#now button[type=submit]")
    page.wait_for_selector("#now .note.tone-attention")
    assert "已到场" in page.inner_text("#now")
    assert page.input_value("#now textarea[name=reason]") == "需要县里协调"
    page.click("#now button[type=submit]")
    page.wait_for_selector("[data-success]")


def test_keys_walk_the_list_and_choose_rows(place, new_page):
    page = place.open(new_page, "list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.inner_text("[data-chosen]") == "1"
    page.keyboard.press("b")
    assert page.evaluate("document.activeElement.value") == "choose"
    page.keyboard.press("j")
    line = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_selector(".case-columns")
    page.keyboard.press("a")
    assert "/steps/" in page.evaluate("document.activeElement.href")
    page.keyboard.press("u")
    page.wait_for_selector("[data-list] a:focus")
    assert page.evaluate("document.activeElement.href") == line
    for key in ("x", "b", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("section:focus [name=unit]")
    page.keyboard.press("n")
    page.wait_for_selector("form.report-form textarea[name=text]:focus")


def test_one_key_and_enter_alert_the_people_on_duty(place, new_page):
    with county_context(A):
        duty = round_the_clock(place.small)
    for width in (360, 1440):
        page = place.open(new_page, "case", place.case.number, width=width)
        page.keyboard.press("e")
        page.wait_for_selector("dialog#raise[open]")
        assert faults(page) == []
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog#raise[open]", state="hidden")
    page.fill("#shell-search", "")
    page.keyboard.press("e")  # a letter like any other where somebody writes
    assert page.input_value("#shell-search") == "e"
    assert page.locator("dialog#raise[open]").count() == 0
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")
    page.wait_for_selector("dialog#raise[open]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".rungs")
    assert duty.officer.label in page.inner_text(".rungs")
    assert faults(page) == []
    with county_context(A):
        assert EmergencyCall.objects.get().user_id == duty.officer.id


def test_the_key_elsewhere_begins_the_report_of_an_emergency(place, new_page):
    page = place.open(new_page, "home")
    page.keyboard.press("e")
    page.wait_for_selector("form.report-form")
    assert page.locator("form.report-form button[name=do]").evaluate_all(
        "found => found.map(one => one.value)"
    ) == ["emergency"]
    assert faults(page) == []


def test_a_report_is_made_by_pin_and_searched_category(place, new_page):
    page = place.open(new_page, "new")
    page.fill("textarea[name=text]", "村口大树倒了，压到电线")
    page.fill(".narrow-search", "linli")
    assert page.locator("#id_category [role=group]:visible").count() == 1
    page.locator("input[name=category]:visible").first.check()
    page.fill("[name=find]", "甲甸第一")
    page.click("#areas-found [data-area]")
    page.wait_for_selector("[name=find]:focus")
    assert "甲甸第一网格" in page.inner_text("[data-place-says]")
    page.click("button[name=do][value=report]")
    page.wait_for_selector("[data-success]")
    assert "村口大树倒了" in page.inner_text("h1")


def test_a_refused_position_is_explained(place, new_page):
    page = place.open(new_page, "new")
    page.click("[data-here]")
    page.wait_for_function("document.querySelector('[data-place-says]').textContent.length > 5")
    assert "允许" in page.inner_text("[data-place-says]")
