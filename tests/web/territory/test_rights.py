import uuid

import pytest
from django.test import Client

from linli.accounts.enums import Role
from tests.conftest import A, B

UPLOAD = uuid.UUID("00000000-0000-7000-8000-000000000000")
VIEWS = ["", "/search", "/check", "/point", "/areas.geojson?level=1", "/flaws.geojson"]
EDITS = ["/divisions", "/areas", f"/divisions/{UPLOAD}", f"/areas/{UPLOAD}"]


@pytest.mark.parametrize("path", [*VIEWS, *EDITS])
def test_a_stranger_is_asked_to_sign_in(drawn, path):
    answer = Client().get(f"/{A}/territory{path}")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("path", [*VIEWS, *EDITS])
def test_another_county_is_not_there(signed_in, path):
    assert signed_in().get(f"/{B}/territory{path}").status_code == 404


@pytest.mark.parametrize("path", EDITS)
def test_who_may_not_change_the_territory_is_refused(signed_in, path):
    assert signed_in(Role.LEADER).get(f"/{A}/territory{path}").status_code == 403


@pytest.mark.parametrize("path", VIEWS)
def test_reading_pages_take_no_posts(signed_in, path):
    assert signed_in().post(f"/{A}/territory{path}").status_code == 405


@pytest.mark.parametrize("path", EDITS[:2])
def test_forms_take_no_deletes(signed_in, path):
    assert signed_in().delete(f"/{A}/territory{path}").status_code == 405


@pytest.mark.parametrize("path", EDITS[2:])
def test_a_file_that_is_not_ones_own_is_not_there(signed_in, path):
    assert signed_in().get(f"/{A}/territory{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/check", "/point", "/divisions", "/areas"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(signed_in, path, language):
    answer = signed_in().get(f"/{A}/territory{path}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert b"<h1>" in answer.content
