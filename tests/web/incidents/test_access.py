"""Every page of cases: signed in, in this county, with the right, at an address that exists."""

import uuid

import pytest
from django.test import Client

from tests.conftest import B
from tests.web.incidents.conftest import url

PAGES = [
    "home",
    "counts",
    "list",
    "new",
    "map",
    "points",
    "areas",
    "find_area",
    "figures",
    "export",
]
OF_A_CASE = ["case", "case_points"]
POSTS = ["bulk"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_who_may(site, name):
    answer = site.browser("township_operator").get(url(name))
    assert answer.status_code == 200
    answer.close()  # a download leaves its file open until it is sent


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_who_is_not_signed_in_is_asked_to(db, name):
    client = Client()
    answer = client.post(url(name)) if name in POSTS else client.get(url(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=")


def test_a_part_of_a_page_says_that_nobody_is_signed_in(db):
    """A login page in the middle of a case would take the place of what was typed there."""
    answer = Client().post(url("step", "2026-000001", "comment"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("name", PAGES)
def test_another_county_is_not_there(site, name):
    assert site.browser("township_operator").get(url(name, county=B)).status_code == 404


@pytest.mark.parametrize("name", ["list", "map", "points", "export", "figures", "new"])
def test_who_reads_no_cases_is_refused(site, name):
    auditor = site.client(site.staff("staff", "audit_administrator"))
    assert auditor.get(url(name)).status_code == 403
    assert auditor.get(url("home")).status_code == 200


@pytest.mark.parametrize("name", OF_A_CASE)
def test_a_case_out_of_sight_is_not_there(site, name):
    incident = site.report()
    assert site.browser("township_operator").get(url(name, incident.number)).status_code == 200
    stranger = site.browser("handler")
    assert stranger.get(url(name, incident.number)).status_code == 404
    assert stranger.get(url("step", incident.number, "accept")).status_code == 404
    assert stranger.post(url("step", incident.number, "accept")).status_code == 404


@pytest.mark.parametrize("number", ["2026-999999", "x", "0", "%00", "2026-000001'--"])
def test_a_number_that_is_none_is_not_there(site, number):
    answer = site.browser("township_operator").get(f"/530128/incidents/{number}")
    assert answer.status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_page_to_read_takes_nothing(site, name):
    if name not in {"new", "list"}:  # a list takes its views
        assert site.browser("township_operator").post(url(name)).status_code == 405


@pytest.mark.parametrize("name", POSTS)
def test_an_address_that_changes_something_shows_nothing(site, name):
    assert site.browser("township_operator").get(url(name)).status_code == 405


def test_a_file_that_is_none_is_not_there(site):
    browser = site.browser("township_operator")
    assert browser.get(url("file", str(uuid.uuid4()))).status_code == 404
    assert browser.get("/530128/incidents/files/x").status_code == 404
