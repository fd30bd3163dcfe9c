"""Every page of the administration: who may open it, and the same refusals for all others."""

from uuid import uuid4

import pytest

from linli.accounts.enums import Role
from tests.conftest import A, B
from tests.factories.people import person, sign_in

NONE = str(uuid4())

# address below the county, a role that may, a role that may not (None: everybody here may), POST?
PAGES = [
    ("units/", "leader", None, False),
    ("units/new/", "operator", "leader", True),
    ("units/{unit}/", "worker", None, False),
    ("units/{unit}/edit/", "operator", "township", True),
    ("staff/", "township", "worker", False),
    ("staff/new/", "system", "security", True),
    ("staff/requests/", "security", "operator", True),
    ("staff/{user}/", "leader", "worker", False),
    ("staff/{user}/edit/", "operator", "leader", True),
    ("staff/{user}/role/grant/", "security", "operator", True),
    ("staff/{user}/role/ask/", "operator", "security", True),
    ("roles/{membership}/end/", "operator", "security", True),
    ("roles/{membership}/withdraw/", "security", "operator", True),
    ("roles/{membership}/leave/", "operator", "security", True),
    ("roles/{membership}/phone/", "operator", "audit", True),
    ("assignments/", "township", "worker", False),
    ("assignments/{area}/", "leader", "worker", False),
    ("lists/units/", "operator", "system", True),
    ("lists/staff/", "system", "leader", True),
    ("lists/assignments/", "operator", "security", True),
    ("lists/units/template/", "operator", "leader", False),
    ("calendar/", "worker", None, False),
    ("calendar/history/", "township", None, False),
    ("calendar/compare/?old=1&new=1", "leader", None, False),
    ("calendar/hours/", "operator", "leader", True),
    ("calendar/days/", "operator", "township", True),
    ("calendar/festivals/", "operator", "security", True),
    ("calendar/notice/", "operator", "system", True),
    ("calendar/units/{unit}/", "worker", None, False),
    ("calendar/units/{unit}/hours/", "operator", "leader", True),
    ("calendar/units/{unit}/days/", "operator", "worker", True),
    ("calendar/units/{unit}/festivals/", "operator", "audit", True),
    ("calendar/units/{unit}/notice/", "operator", "leader", True),
    ("calendar/units/{unit}/history/", "leader", None, False),
    ("audit/", "audit", "system", False),
    ("tokens/", "worker", None, True),
]
POSTS = [
    ("calendar/publish/", "operator", "leader"),
    ("calendar/library/", "operator", "township"),
    ("calendar/restore/", "operator", "worker"),
    ("calendar/units/{unit}/publish/", "operator", "leader"),
    ("staff/{user}/password/", "operator", "security"),
    ("staff/{user}/factors/", "operator", "leader"),
    ("staff/{user}/close/", "operator", "audit"),
    ("staff/{user}/reopen/", "operator", "security"),
    ("roles/{membership}/back/", "operator", "security"),
    ("assignments/{area}/worker/", "operator", "leader"),
    ("assignments/{area}/contact/", "operator", "township"),
]


def _path(office, path: str, county: str = A) -> str:
    from linli.accounts.models import Membership
    from linli.database.context import county_context

    with county_context(A):
        membership = Membership.objects.get(user=office.worker).pk
    small = office.small
    ids = {"unit": small.water.pk, "user": office.worker.pk, "area": small.grid.pk}
    return f"/{county}/" + path.format(**ids, membership=membership)


def _as(client, office, role: str):
    sign_in(client, getattr(office, role))
    return client


# Signing in and a county take longer than a page: one test tries all pages of a role.
MAY = sorted({role for _, role, *_ in PAGES})
MAY_NOT = sorted({denied for _, _, denied, _ in PAGES if denied})
SHOWING = sorted({role for _, role, _, posts in PAGES if not posts})


@pytest.mark.parametrize("role", MAY)
def test_pages_open_for_their_roles(client, office, role):
    _as(client, office, role)
    found = {p: client.get(_path(office, p)).status_code for p, may, *_ in PAGES if may == role}
    assert found == dict.fromkeys(found, 200)


@pytest.mark.parametrize("denied", MAY_NOT)
def test_without_the_right_it_is_403(client, office, denied):
    _as(client, office, denied)
    found = {}
    for path, _role, may_not, posts in PAGES:
        if may_not == denied:
            found["GET", path] = client.get(_path(office, path)).status_code
            if posts:
                found["POST", path] = client.post(_path(office, path), {}).status_code
    assert found == dict.fromkeys(found, 403)


def test_a_stranger_is_asked_to_sign_in(client, office):
    for path, *_ in PAGES:
        where = client.get(_path(office, path)).get("Location", "")
        assert where.startswith("/account/login/?next="), path


@pytest.mark.parametrize("role", MAY)
def test_another_county_is_404(client, office, role):
    _as(client, office, role)
    found = {p: client.get(_path(office, p, B)).status_code for p, may, *_ in PAGES if may == role}
    assert found == dict.fromkeys(found, 404)


@pytest.mark.parametrize("role", SHOWING)
def test_a_page_that_only_shows_takes_no_post(client, office, role):
    _as(client, office, role)
    showing = [path for path, may, _, posts in PAGES if may == role and not posts]
    found = {path: client.post(_path(office, path)).status_code for path in showing}
    assert found == dict.fromkeys(showing, 405)


@pytest.mark.parametrize("role", sorted({role for path, role, *_ in PAGES if "{" in path}))
@pytest.mark.parametrize("wrong", [NONE, "1"], ids=["unknown", "broken"])
def test_an_unknown_or_broken_id_is_404(client, office, role, wrong):
    _as(client, office, role)
    ids = dict.fromkeys(("unit", "user", "membership", "area"), wrong)
    paths = [path for path, may, *_ in PAGES if may == role and "{" in path]
    found = {path: client.get(f"/{A}/{path.format(**ids)}").status_code for path in paths}
    assert found == dict.fromkeys(paths, 404)


@pytest.mark.parametrize(("path", "role", "denied"), POSTS)
def test_an_act_needs_post_and_the_right(client, office, path, role, denied):
    address = _path(office, path)
    assert client.post(address)["Location"].startswith("/account/login/")
    _as(client, office, role)
    assert client.get(address).status_code == 405
    assert client.post(_path(office, path, B)).status_code == 404
    client.post("/account/logout/")
    assert _as(client, office, denied).post(address).status_code == 403


def test_a_refused_attempt_is_in_the_audit_log(client, office):
    from linli.audit.models import AuditEvent
    from linli.database.context import county_context

    _as(client, office, "leader").get(f"/{A}/staff/new/")
    with county_context(A):
        rows = AuditEvent.objects.filter(county_id=A, action="access.refused")
        assert [row.actor_id for row in rows] == [office.leader.pk]


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("system", {"staff/new/"}),
        ("security", {"staff/requests/"}),
        ("audit", {"audit/"}),
    ],
)
def test_the_three_administrators_are_separated(client, office, role, pages):
    own = {"staff/new/", "staff/requests/", "audit/"}
    _as(client, office, role)
    opened = {path for path in own if client.get(f"/{A}/{path}").status_code == 200}
    assert opened == pages


def test_staff_of_another_county_are_not_found(client, office):
    stranger = person(B, "stranger", Role.LEADER)
    _as(client, office, "operator")
    assert client.get(f"/{A}/staff/{stranger.pk}/").status_code == 404
    page = client.get(f"/{A}/staff/?q=stranger").content.decode()
    assert str(stranger.pk) not in page
    assert "没有找到人员" in page
