"""Who may open which page of the editor; everybody else is refused in the same way."""

from uuid import uuid4

import pytest

from tests.conftest import A, B
from tests.factories.people import sign_in

from .conftest import AT

# address, a role that may, a role that may not, whether POST is taken
PAGES = [
    ("processes/", "system", "township", False),
    ("{at}/", "leader", "worker", False),
    ("{at}/versions/", "system", "worker", False),
    ("{at}/versions/1/", "leader", "township", False),
    ("{at}/versions/1/states/", "leader", "township", False),
    ("{at}/versions/1/export/", "leader", "township", False),
    ("{at}/versions/1/try/", "leader", "township", False),
    ("{at}/versions/1/back/", "operator", "leader", True),
    ("{at}/compare/?old=1&new=1", "leader", "audit", False),
    ("{at}/move/", "leader", "system", True),
    ("{at}/edit/", "leader", "worker", False),
    ("{at}/edit/new/", "operator", "leader", True),
    ("{draft}", "leader", "township", False),
    ("{draft}states/", "leader", "township", False),
    ("{draft}changes/", "leader", "township", False),
    ("{draft}export/", "leader", "township", False),
    ("{draft}try/", "leader", "township", False),
    ("{draft}check/", "leader", "township", False),
    ("{draft}text/", "operator", "leader", True),
    ("{draft}propose/", "operator", "leader", True),
    ("{draft}approve/", "leader", "system", True),
    ("{draft}send-back/", "leader", "system", True),
    ("{draft}states/handling/", "operator", "leader", True),
    ("{draft}add/routing/", "operator", "leader", True),
]
POSTS = [
    ("{draft}take-back/", "operator", "leader"),
    ("{draft}discard/", "operator", "leader"),
    ("{draft}follow/", "operator", "leader"),
    ("{draft}told/save/", "operator", "leader"),
    ("{draft}routing/own_trade/do/", "operator", "leader"),
]


def address(path: str, draft: str, county: str = A) -> str:
    below = draft.removeprefix(f"/{A}/")
    at = AT.removeprefix(f"/{A}/")
    return f"/{county}/" + path.format(at=at, draft=below)


# Signing in and a draft take longer than a page: one test tries all pages of a role.
@pytest.mark.parametrize("role", sorted({role for _, role, *_ in PAGES}))
def test_pages_open_for_their_roles_only_in_their_own_county(client, office, draft, role):
    own = [(path, posts) for path, may, _, posts in PAGES if may == role]
    for path, _posts in own:
        where = client.get(address(path, draft)).get("Location", "")
        assert where.startswith("/account/login/?next="), path
    sign_in(client, getattr(office, role))
    for path, posts in own:
        assert client.get(address(path, draft)).status_code in {200, 302}, path
        assert client.get(address(path, draft, B)).status_code == 404, path
        if not posts:
            assert client.post(address(path, draft)).status_code == 405, path


@pytest.mark.parametrize("denied", sorted({denied for _, _, denied, _ in PAGES}))
def test_without_the_right_it_is_403(client, office, draft, denied):
    sign_in(client, getattr(office, denied))
    for path, _, may_not, posts in PAGES:
        if may_not == denied:
            assert client.get(address(path, draft)).status_code == 403, path
            if posts:
                assert client.post(address(path, draft), {}).status_code == 403, path


@pytest.mark.parametrize(("path", "role", "denied"), POSTS)
def test_an_act_needs_post_and_the_right(client, office, draft, path, role, denied):
    where = address(path, draft)
    assert client.post(where)["Location"].startswith("/account/login/")
    sign_in(client, getattr(office, role))
    assert client.get(where).status_code == 405
    assert client.post(address(path, draft, B)).status_code == 404
    sign_in(client, getattr(office, denied))
    assert client.post(where).status_code == 403


ABSENT = [
    "{at}/versions/9/", "{at}/versions/9/states/", "{at}/versions/1/nothing/",
    "{at}/versions/0/", "{at}/compare/?old=1&new=9", "{at}/compare/", "{at}/versions/9/back/",
    "processes/mediation/", "processes/mediation/edit/", "{draft}nothing/",
    "{draft}states/nowhere/", "{draft}nothing/handling/", "{draft}title/zh/",
    "{draft}states/all/", "{draft}whole/handling/", "{draft}add/general/", "{draft}add/title/",
]  # fmt: skip


def test_what_is_not_there_is_404(operator, draft):
    found = {path: operator.get(address(path, draft)).status_code for path in ABSENT}
    assert found == dict.fromkeys(ABSENT, 404)


def test_an_unknown_draft_is_404_and_so_is_one_under_another_process(operator, draft):
    known = draft.rstrip("/").rpartition("/")[2]
    for part in ("", "states/", "states/handling/", "changes/", "text/", "check/"):
        for where in (f"{AT}/drafts/{uuid4()}/{part}", f"{AT}/drafts/1/{part}",
                      f"/{A}/processes/mediation/drafts/{known}/{part}"):  # fmt: skip
            assert operator.get(where).status_code == 404, where


@pytest.mark.parametrize(
    ("section", "name", "do"),
    [
        ("states", "nowhere", "drop"), ("title", "zh", "drop"), ("general", "all", "drop"),
        ("routing", "own_trade", "explode"), ("emergency", "all", "copy"), ("clocks", "x", "up"),
        ("severities", "general", "drop"),
    ],
)  # fmt: skip
def test_an_act_on_what_is_not_there_is_404(operator, draft, section, name, do):
    assert operator.post(f"{draft}{section}/{name}/do/", {"do": do}).status_code == 404


def test_a_role_without_the_rights_has_no_place_in_the_rail(client, office):
    sign_in(client, office.township)
    assert f"/{A}/processes/" not in client.get(f"/{A}/units/").content.decode()
