"""Places over the pages and the API: naming the lead township, a case that leaves one's sight."""

import pytest
from django.test import Client

from linli.accounts.models import User
from linli.database.context import county_context
from tests.api.conftest import key_for
from tests.conftest import A
from tests.factories.drawn import EAST, WEST, Drawn, drawn_county
from tests.factories.steps import reported
from tests.web.incidents.conftest import url


@pytest.fixture
def drawn(db) -> Drawn:
    with county_context(A):
        return drawn_county()


def _browser(actor, language="en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=actor.id))
    return client


def _fire(drawn):
    with county_context(A):
        kind = drawn.small.category("0201").pk
        return reported(drawn.small, category_id=kind, spot=WEST, further=(EAST,))


def test_the_form_asks_for_the_lead_township_by_name_and_the_timeline_says_it(drawn):
    incident = _fire(drawn)
    with county_context(A):
        browser = _browser(drawn.small.dispatcher(), "zh-hans")
    address = url("step", incident.number, "send_down")
    form = browser.get(address).content.decode()
    assert "牵头乡镇（街道）" in form
    assert form.index("茂山镇") < form.rindex("团街镇")
    data = {"version": incident.version, "reason": "由团街镇牵头"}
    refused = browser.post(address, data)
    assert refused.status_code == 422
    assert 'id="id_township_error"' in refused.content.decode()
    done = browser.post(address, data | {"township": str(drawn.east.pk)})
    assert (done.status_code, done["Location"]) == (302, url("case", incident.number))
    page = browser.get(done["Location"]).content.decode()
    assert "→ 团街镇综治中心" in page
    assert "南网格 → 治安村" in page


def test_one_township_only_is_not_asked_for(drawn):
    with county_context(A):
        small = drawn.small
        incident = reported(small, spot=WEST)
        from tests.factories.steps import step

        step(incident, "report_up", small.township_operator(), reason="x")
        browser = _browser(small.dispatcher())
    form = browser.get(url("step", incident.number, "send_down")).content.decode()
    assert 'name="township"' not in form


def test_a_case_that_left_ones_sight_leads_back_to_the_list(drawn):
    with county_context(A):
        incident = reported(drawn.small, spot=WEST)
        browser = _browser(drawn.small.township_operator())
    data = {"version": incident.version, "reason": "错", "lon": "102.3", "lat": "25.1"}
    done = browser.post(url("step", incident.number, "correct_place"), data)
    assert (done.status_code, done["Location"]) == (302, url("list"))
    assert incident.number in browser.get(url("list")).content.decode()  # the message says so


def test_the_api_names_the_choices_and_the_further_places(drawn):
    incident = _fire(drawn)
    with county_context(A):
        key = key_for(drawn.small.dispatcher())
    body = key.get(f"incidents/{incident.pk}").json()
    assert [one["township_id"] for one in body["further_places"]] == [str(drawn.east.pk)]
    down = next(one for one in body["steps"] if one["step"] == "send_down")
    assert down["required"] == ["reason", "township"]
    assert set(down["choices"]["township"]) == {str(drawn.east.pk), str(drawn.small.township.pk)}
    refused = key.step(incident.pk, "send_down", reason="x")
    assert (refused.status_code, refused.json()["field"]) == (422, "township")
    done = key.step(incident.pk, "send_down", reason="x", township=str(drawn.east.pk))
    assert done.status_code == 200, done.content
    assert done.json()["township_id"] == str(drawn.east.pk)
