"""The list of notices, the count in the frame, and what a case page says of its reporter."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.actor import Actor
from linli.accounts.models import User
from linli.database.context import county_context
from linli.incidents.contacts import Contact
from linli.incidents.models import Incident, IncidentTask
from linli.lib.ids import uuid7
from linli.notifications.models import Notice
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.factories.steps import handled_by, reported, step


@pytest.fixture
def small(db) -> Iterator[Small]:
    with county_context(A):
        made = small_county()
    yield made


def _browser(actor: Actor, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=actor.id))
    return client


def _operator(small: Small) -> Actor:
    with county_context(A):
        return small.township_operator()


def _report(small: Small, **more: object) -> str:
    with county_context(A):
        return reported(small, **more).number


def _url(name: str = "list", *args: object, county: str = A) -> str:
    return reverse(f"notices:{name}", args=[county, *args])


def _unread() -> list[Notice]:
    with county_context(A):
        return list(Notice.objects.filter(read_at__isnull=True))


def test_the_list_tells_of_the_matter_in_words_and_links_to_it(small):
    operator = _operator(small)
    number = _report(small)
    page = _browser(operator).get(_url())
    assert page.status_code == 200
    text = page.content.decode()
    assert "A new matter was reported to your centre." in text
    assert reverse("incidents:case", args=[A, number]) in text
    assert "1 notice is unread." in text
    chinese = _browser(operator, "zh-hans").get(_url()).content.decode()
    assert "有新事件上报到本中心。" in chinese
    assert "有 1 条未读通知" in chinese


def test_a_matter_that_went_out_of_sight_is_a_number_without_title(small):
    with county_context(A):
        operator, handler = small.township_operator(), small.handler()
        incident = step(reported(small), "accept", operator)
        incident = step(incident, "dispatch", operator, unit=str(small.water.pk))
        title = incident.title
        IncidentTask.objects.filter(incident=incident).delete()
        Incident.objects.filter(pk=incident.pk).update(lead_unit=None)
    text = _browser(handler).get(_url()).content.decode()
    assert incident.number in text
    assert title not in text


def test_without_notices_the_page_says_so(small):
    page = _browser(_operator(small)).get(_url())
    assert "No unread notices" in page.content.decode()


def test_one_notice_is_marked_as_read(small):
    browser = _browser(_operator(small))
    _report(small), _report(small)
    first, second = _unread()
    answer = browser.post(_url("read", first.pk))
    assert (answer.status_code, answer["Location"]) == (302, _url())
    assert _unread() == [second]
    assert browser.post(_url("read", first.pk)).status_code == 404


def test_all_notices_are_marked_as_read(small):
    browser = _browser(_operator(small))
    _report(small), _report(small)
    answer = browser.post(_url("read_all"), follow=True)
    assert "2 notices are read." in answer.content.decode()
    assert _unread() == []


def test_somebody_elses_notice_is_not_found_and_stays_unread(small):
    _report(small)
    with county_context(A):
        stranger = _browser(small.handler())
    (notice,) = _unread()
    assert stranger.post(_url("read", notice.pk)).status_code == 404
    assert stranger.post(_url("read", uuid7())).status_code == 404
    stranger.post(_url("read_all"))
    assert _unread() == [notice]


def test_the_frame_counts_what_is_unread_and_the_live_counts_agree(small):
    browser = _browser(_operator(small))
    _report(small), _report(small)
    home = browser.get(reverse("incidents:home", args=[A]))
    assert home.context["shell"]["notices"]() == 2
    assert f'href="{_url()}"' in home.content.decode()
    counts = browser.get(reverse("incidents:counts", args=[A])).json()["counts"]
    assert counts["notices"] == 2


@pytest.mark.parametrize("name", ["list", "read_all"])
def test_another_county_is_not_found(small, name):
    browser = _browser(_operator(small))
    ask = browser.get if name == "list" else browser.post
    assert ask(_url(name, county=B)).status_code == 404


@pytest.mark.parametrize("name", ["list", "read_all"])
def test_a_stranger_is_asked_to_sign_in(db, name):
    ask = Client().get if name == "list" else Client().post
    answer = ask(_url(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login")


def test_other_methods_are_refused(small):
    browser = _browser(_operator(small))
    assert browser.post(_url()).status_code == 405
    assert browser.get(_url("read_all")).status_code == 405
    assert browser.get(_url("read", uuid7())).status_code == 405


class TestTheReporter:
    """Somebody who left a contact is told by a person of the centre."""

    CONTACT = Contact(name="某人", phone="13800000000")
    WAITS = "The reporter waits to be told"

    def _case(self, actor: Actor, number: str) -> str:
        page = _browser(actor).get(reverse("incidents:case", args=[A, number]))
        assert page.status_code == 200
        return page.content.decode()

    def test_the_centre_reads_that_somebody_waits_until_it_noted_that_they_were_told(self, small):
        operator = _operator(small)
        number = _report(small, contact=self.CONTACT)
        assert self.WAITS not in self._case(operator, number)
        with county_context(A):
            incident = Incident.objects.get(number=number)
            step(incident, "accept", operator)
        text = self._case(operator, number)
        assert self.WAITS in text
        assert reverse("incidents:step", args=[A, number, "told"]) in text
        assert "13800000000" not in text
        with county_context(A):
            step(incident, "told", operator, text="电话告知")
        assert self.WAITS not in self._case(operator, number)

    def test_a_matter_without_contact_has_no_such_task(self, small):
        operator = _operator(small)
        number = _report(small)
        with county_context(A):
            step(Incident.objects.get(number=number), "accept", operator)
        assert self.WAITS not in self._case(operator, number)

    def test_a_unit_does_not_read_that_anybody_waits(self, small):
        operator = _operator(small)
        number = _report(small, contact=self.CONTACT)
        with county_context(A):
            handler = small.handler()
            incident = step(Incident.objects.get(number=number), "accept", operator)
            step(incident, "dispatch", operator, unit=str(small.water.pk))
        assert self.WAITS not in self._case(handler, number)


def test_a_case_page_says_whose_queue_a_verification_is_in(small):
    with county_context(A):
        handler = small.staff("unit_handler", unit=small.platform, area=small.township)
        incident = handled_by(small, handler, small.platform)
        centre, operator = small.centre.name, small.township_operator()
    page = _browser(operator, "zh-hans").get(reverse("incidents:case", args=[A, incident.number]))
    assert f"<strong>{centre}</strong>" in page.content.decode()
