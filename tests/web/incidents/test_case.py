"""The page of a case and the one form of all its steps."""

import re

import pytest

from linli.database.context import county_context
from linli.incidents.contacts import Contact
from linli.lib import crypto
from linli.lib.keyring import Keyring
from tests.conftest import A
from tests.factories.steps import attached
from tests.web.incidents.conftest import url


@pytest.fixture
def operator(site):
    return site.staff("township_operator")


@pytest.fixture
def accepted(site, operator):
    return site.step(site.report(), "accept", operator)


def _take(browser, incident, step, htmx=False, **fields):
    fields.setdefault("version", incident.version)
    headers = {"HX-Request": "true"} if htmx else {}
    return browser.post(url("step", incident.number, step), fields, headers=headers)


def test_the_page_tells_the_matter_and_what_may_be_done(site, operator):
    incident = site.report(text="后山滑坡，有裂缝。请来人。")
    page = site.client(operator).get(url("case", incident.number))
    text = page.content.decode()
    assert "后山滑坡" in text
    assert "茂山镇 / 甲甸村 / 甲甸第一网格" in text
    assert url("step", incident.number, "accept") in text
    assert url("step", incident.number, "hand_in") not in text


def test_the_way_to_verify_that_the_category_asks_for_is_chosen_and_then_its_reporter_is_asked(
    site, operator, accepted
):
    handler, browser = site.staff("handler"), site.client(operator)
    _handled(site, accepted, operator, handler)
    address = url("step", accepted.number, "verify_pass")
    form = browser.get(address).context["form"]
    kind = site.now(accepted).verification
    assert form["verification_kind"].value() == kind
    site.step(accepted, "verify_pass", operator, verification_kind=kind, outcome="solved")
    now = browser.get(url("case", accepted.number)).context["now"]
    assert "evaluate" in {one.key for one in now.moves}
    assert "evaluate" not in {one.key for one in now.notes}


def test_a_matter_is_reopened_and_closed_again_and_says_what_the_reporter_said_before(
    site, operator, accepted
):
    handler, browser = site.staff("handler"), site.client(operator)
    passed = {"verification_kind": "on_site", "outcome": "solved"}

    def page():
        return browser.get(url("case", accepted.number)).context

    _handled(site, accepted, operator, handler)
    site.step(accepted, "verify_pass", operator, **passed)
    assert [words.partition(":")[0] for words in page()["now"].until] == ["Reopen"]
    assert page()["now"].reason.startswith("Closed, ")
    site.step(accepted, "evaluate", operator, solved="no")
    assert ("Whether solved", "Not solved") in page()["facts"]
    form = browser.get(url("step", accepted.number, "reopen")).context["form"]
    assert form["solved"].value() == "no"
    site.step(accepted, "reopen", operator, solved="no", reason="又漏了")
    assert ("Whether solved", "Not solved") in page()["facts"]
    _handled(site, accepted, operator, handler)
    site.step(accepted, "verify_pass", operator, **passed)
    assert ("Solved, before it was reopened", "Not solved") in page()["facts"]
    site.step(accepted, "evaluate", operator, solved="yes")
    assert ("Whether solved", "Solved") in page()["facts"]


def _handled(site, incident, operator, handler):
    """Dispatched, signed for and handed in."""
    site.step(incident, "dispatch", operator, unit=str(site.small.water.pk))
    site.step(incident, "sign_for", handler)
    with county_context(A):
        evidence = attached(handler)
    site.step(incident, "hand_in", handler, result="已修好", evidence=evidence)


def test_an_action_opens_in_place_and_as_a_page(site, operator, accepted):
    browser, address = site.client(operator), url("step", accepted.number, "dispatch")
    whole = browser.get(address).content.decode()
    part = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    for text in (whole, part):
        assert 'name="unit"' in text
        assert f'name="version" value="{accepted.version}"' in text
        assert "The unit you choose gets it now." in text


def test_a_dispatch_reaches_the_unit(site, operator, accepted):
    answer = _take(site.client(operator), accepted, "dispatch", unit=str(site.small.water.pk))
    assert (answer.status_code, answer["Location"]) == (302, url("case", accepted.number))
    assert site.now(accepted).lead_unit_id == site.small.water.pk
    assert (
        url("case", accepted.number)
        not in site.browser("handler", site.small.roads).get(url("home")).content.decode()
    )
    handler = site.browser("handler").get(url("home")).content.decode()
    assert url("case", accepted.number) in handler


def test_htmx_is_sent_to_the_case_after_a_step(site, operator, accepted):
    unit = str(site.small.water.pk)
    answer = _take(site.client(operator), accepted, "dispatch", htmx=True, unit=unit)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, url("case", accepted.number))


def test_a_missing_reason_is_said_at_the_field_and_nothing_is_written(site, operator):
    incident = site.report()
    answer = _take(site.client(operator), incident, "not_accept", reason="  ")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'href="#id_reason"' in text
    assert 'id="id_reason_error"' in text
    assert site.now(incident).version == incident.version


def test_a_unit_that_is_none_is_refused_at_the_field(site, operator, accepted):
    answer = _take(site.client(operator), accepted, "dispatch", unit="x", text="带好工具")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'id="id_unit_error"' in text
    assert "带好工具" in text


def test_what_the_engine_refuses_stands_at_its_field(site, operator, accepted):
    unit = str(site.small.water.pk)
    answer = _take(site.client(operator), accepted, "dispatch", unit=unit, co_units=[unit])
    assert answer.status_code == 422
    assert 'id="id_co_units_error"' in answer.content.decode()


def test_a_lost_race_keeps_the_text_and_says_what_happened(site, operator):
    incident = site.report()
    browser = site.client(operator)
    site.step(incident, "comment", operator, text="已电话核实")
    answer = _take(browser, incident, "not_accept", reason="不属实，已当面说明")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "不属实，已当面说明" in text
    assert "已电话核实" in text
    newest = site.now(incident)
    assert f'name="version" value="{newest.version}"' in text
    assert newest.state == "reported"
    again = _take(browser, newest, "not_accept", reason="不属实，已当面说明")
    assert again.status_code == 302


def test_text_stays_where_the_step_is_gone(site, operator):
    incident = site.report()
    site.step(incident, "accept", operator)
    answer = _take(site.client(operator), incident, "not_accept", reason="不属实")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "readonly>不属实</textarea>" in text


def test_a_step_of_somebody_else_is_forbidden(site, operator, accepted):
    worker = site.client(site.staff("worker"))
    for answer in (
        worker.get(url("step", accepted.number, "dispatch")),
        _take(worker, accepted, "dispatch", unit=str(site.small.water.pk)),
    ):
        assert answer.status_code == 403
    assert site.now(accepted).state == "accepted"


def test_a_step_of_another_state_says_so(site, operator, accepted):
    answer = site.client(operator).get(url("step", accepted.number, "accept"))
    assert answer.status_code == 409
    assert "is not possible while" in answer.content.decode()


@pytest.mark.parametrize("step", ["fly", "report"])
def test_a_step_that_is_none_is_not_there(site, operator, accepted, step):
    assert site.client(operator).get(url("step", accepted.number, step)).status_code == 404


def test_a_form_without_version_changes_nothing(site, operator):
    incident = site.report()
    for version in ("", "x", "-1"):
        answer = _take(site.client(operator), incident, "accept", version=version)
        assert answer.status_code == 422
    assert site.now(incident).state == "reported"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_possible_form_can_be_drawn(site, language):
    """Walk a case through its states; open the form of each step that anybody is offered."""
    operator, handler = site.staff("township_operator"), site.staff("handler")
    seen = set()
    incident = site.report(by=operator)
    path = [
        ("accept", operator, {}),
        ("dispatch", operator, {"unit": str(site.small.water.pk)}),
        ("sign_for", handler, {}),
        ("ask_extension", handler, {"reason": "等材料", "extra_time": "2 working days"}),
        ("grant_extension", operator, {"extra_time": "2 working days"}),
        ("set_pending", operator, {"reason": "等雨季过后", "review_date": "2027-01-10"}),
        ("take_back", operator, {"reason": "可以施工"}),
    ]
    others = site.staff("dispatcher"), site.staff("staff", "leader")
    readers = [site.client(actor, language) for actor in (operator, handler, *others)]
    for step, by, fields in [*path, ("", operator, {})]:
        for reader in readers:
            seen |= _open_forms(reader, incident)
        if step:
            incident = site.step(incident, step, by, **fields)
    assert {"dispatch", "hand_in", "correct_place", "correct_category", "merge"} <= seen


def _open_forms(browser, incident):
    page = browser.get(url("case", incident.number)).content.decode()
    base = url("step", incident.number, "x")[:-1]
    keys = {part.split('"')[0] for part in page.split(f'href="{base}')[1:]}
    for key in keys:
        answer = browser.get(base + key)
        assert (answer.status_code, key) == (200, key)
        assert f'action="{base}{key}"' in answer.content.decode()
    return keys


def test_a_corrected_place_needs_a_pin_or_an_area(site, operator):
    incident = site.report(by=operator)
    browser = site.client(operator)
    form = browser.get(url("step", incident.number, "correct_place")).content.decode()
    around = f'data-areas="{url("areas")}?in={site.small.township.pk}"'
    assert form.count(around) == 2  # the map of the matter, and that of the pin
    empty = _take(browser, incident, "correct_place", reason="报错了")
    assert empty.status_code == 422
    pinned = _take(browser, incident, "correct_place", reason="报错了", lon="102.5", lat="25.6")
    assert pinned.status_code == 302, pinned.content.decode()
    assert site.now(incident).longitude == 102.5


def test_a_duplicate_is_named_by_its_number(site, operator):
    one, other = site.report(by=operator), site.report(by=operator, text="同一根水管")
    browser = site.client(operator)
    assert _take(browser, other, "merge", duplicate_of="2026-xx").status_code == 422
    assert _take(browser, other, "merge", duplicate_of=one.number).status_code == 302
    assert site.now(other).merged_into_id == one.pk
    assert other.number in browser.get(url("case", one.number)).content.decode()


def test_a_duplicate_is_offered_where_it_is_near(site, operator):
    one = site.report(by=operator, text="村口水管破裂，路面积水")
    other = site.report(by=operator, text="村口的水管破裂了，路面都是积水")
    browser = site.client(operator)
    form = browser.get(url("step", other.number, "merge")).content.decode()
    assert f'name="near" value="{one.number}"' in form
    assert other.number not in re.findall(r'name="near" value="([^"]+)"', form)
    twice = _take(browser, other, "merge", near=one.number, duplicate_of="2026-000099")
    assert twice.status_code == 422
    assert site.now(other).merged_into_id is None
    assert _take(browser, other, "merge", near="").status_code == 422
    assert _take(browser, other, "merge", near=one.number).status_code == 302
    assert site.now(other).merged_into_id == one.pk


def test_the_contact_opens_with_a_reason_only(site, operator):
    incident = site.report(contact=Contact(name="某人", phone="13800000000"))
    browser, address = site.client(operator), url("contact", incident.number)
    assert "13800000000" not in browser.get(url("case", incident.number)).content.decode()
    assert "13800000000" not in browser.get(address).content.decode()
    assert browser.post(address, {"reason": " "}).status_code == 422
    opened = browser.post(address, {"reason": "回访"})
    assert "13800000000" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"


def test_a_contact_whose_key_is_not_here_is_told_and_the_reason_kept(site, operator, monkeypatch):
    incident = site.report(contact=Contact(phone="13800000000"))
    monkeypatch.setattr(crypto.keyrings, "installed", lambda: Keyring().rotated("contact"))
    told = site.client(operator).post(url("contact", incident.number), {"reason": "回访"})
    assert told.status_code == 422
    assert "The key of this contact is not here" in told.content.decode()
    assert 'value="回访"' in told.content.decode()


def test_the_contact_is_closed_to_others_and_absent_without_one(site, operator):
    kept = site.report(contact=Contact(phone="13800000000"))
    without = site.report()
    worker = site.client(site.staff("worker"))
    assert worker.get(url("contact", kept.number)).status_code == 403
    assert site.client(operator).get(url("contact", without.number)).status_code == 404
