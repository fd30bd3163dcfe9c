"""The pages of a handover and of promised calls."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.database.context import county_context
from linli.incidents.models import PromisedCall, ShiftHandover
from linli.web.duty import handovers as pages
from tests.conftest import A, B
from tests.web.incidents.conftest import Site, site, url

__all__ = ["site"]


def _text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def unit(site: Site) -> str:
    return f"/{A}/duty/units/{site.small.platform.pk}/handovers/"


def _row() -> ShiftHandover:
    with county_context(A):
        return ShiftHandover.objects.get()


def test_one_hands_over_and_the_other_accepts(site, unit):
    incident = site.report(text="路灯不亮", severity="major")
    first, second = site.browser("township_operator"), site.browser("township_operator")
    assert incident.number in _text(first.get(unit + "new/"))
    answer = first.post(unit + "new/", {"remark": "电工明早到"}, follow=True)
    page = _text(answer)
    assert "电工明早到" in page
    assert "severe" in page
    assert "Accept the handover" not in page
    path = f"/{A}/duty/handovers/{_row().pk}/"
    assert "Accept the handover" in _text(second.get(path))
    second.post(path + "accept/", {"remark": "知悉"})
    assert "知悉" in _text(first.get(path))
    assert "waits" not in _text(first.get(unit))


def test_what_waits_for_the_successor_stands_on_their_home_page(site, unit):
    first, second = site.browser("township_operator"), site.browser("township_operator")
    assert "Handovers that wait" not in _text(second.get(url("home")))
    first.post(unit + "new/", {})
    page = second.get(url("home")).content.decode()
    path = f"/{A}/duty/handovers/{_row().pk}/"
    assert "Handovers that wait for a successor" in page
    assert path in page
    for other in (first, site.browser("dispatcher")):
        assert path not in other.get(url("home")).content.decode()
    second.post(path + "accept/", {})
    assert path not in second.get(url("home")).content.decode()


def test_a_long_handover_says_how_much_of_it_is_listed_and_shows_all(site, unit, monkeypatch):
    monkeypatch.setattr(pages, "SHOWN", 2)
    for text in ("路灯不亮", "井盖缺失", "水管破裂"):
        site.report(text=text, severity="major")
    first = site.browser("township_operator")
    assert "The 2 most pressing of 3 are listed." in _text(first.get(unit + "new/"))
    first.post(unit + "new/", {})
    path = f"/{A}/duty/handovers/{_row().pk}/"
    part, whole = _text(first.get(path)), _text(first.get(path + "?all=1"))
    assert "The 2 most pressing of 3 are listed." in part
    assert "most pressing" not in whole
    titles = ("路灯不亮", "井盖缺失", "水管破裂")
    assert [sum(one in text for one in titles) for text in (part, whole)] == [2, 3]


def test_only_the_members_of_the_unit_see_it(site, unit):
    site.browser("township_operator").post(unit + "new/", {})
    stranger = site.browser("dispatcher")
    path = f"/{A}/duty/handovers/{_row().pk}/"
    assert stranger.get(path).status_code == 404
    assert stranger.post(path + "accept/").status_code == 404
    assert stranger.get(unit + "new/").status_code == 403
    assert "No handover yet" in _text(stranger.get(unit))


def test_another_county_bad_ids_and_wrong_methods(site, unit):
    member = site.browser("township_operator")
    assert member.get(unit.replace(A, B, 1)).status_code == 404
    assert member.get(f"/{A}/duty/handovers/{uuid4()}/").status_code == 404
    assert member.get(f"/{A}/duty/units/{uuid4()}/handovers/").status_code == 404
    assert member.get(f"/{A}/duty/handovers/{uuid4()}/accept/").status_code == 405


def test_a_call_is_promised_and_made(site):
    operator = site.browser("township_operator")
    incident = site.report()
    path = url("calls", incident.number)
    assert "Promised calls" in _text(operator.get(url("case", incident.number)))
    later = (timezone.localtime() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"about": "告知维修时间", "due_at": later, "unit": str(site.small.platform.pk)}
    wrong = operator.post(path, given | {"about": "回电 138 0000 0001"})
    assert wrong.status_code == 422
    assert "No telephone number here" in _text(wrong)
    operator.post(path, given)
    with county_context(A):
        call = PromisedCall.objects.get()
    assert "The call was made." in _text(
        operator.post(url("call_made", incident.number, str(call.pk)), follow=True)
    )
    with county_context(A):
        assert PromisedCall.objects.get().done_at is not None


def test_who_may_not_reach_the_reporter_sees_no_promised_calls(site):
    incident = site.report()
    worker = site.browser("worker")
    assert worker.get(url("calls", incident.number)).status_code == 403
    operator = site.browser("township_operator")
    assert operator.get(url("calls", "2020-999999")).status_code == 404
    assert operator.post(url("call_made", incident.number, str(uuid4()))).status_code == 404
