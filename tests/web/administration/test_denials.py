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
BY_ID = [path for path, *_ in PAGES if "{" in path]


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


@pytest.mark.parametrize(("path", "role", "denied", "posts"), PAGES)
def test_a_page_opens_for_its_roles(client, office, path, role, denied, posts):
    page = _as(client, office, role).get(_path(office, path))
    assert page.status_code == 200, page.content.decode()[:300]


@pytest.mark.parametrize(
    ("path", "role", "denied", "posts"), [page for page in PAGES if page[2] is not None]
)
def test_without_the_right_it_is_403(client, office, path, role, denied, posts):
    address = _path(office, path)
    _as(client, office, denied)
    assert client.get(address).status_code == 403
    if posts:
        assert client.post(address, {}).status_code == 403


@pytest.mark.parametrize(("path", "role", "denied", "posts"), PAGES)
def test_another_county_is_404_and_a_stranger_is_asked_to_sign_in(
    client, office, path, role, denied, posts
):
    address = _path(office, path)
    assert client.get(address)["Location"].startswith("/account/login/?next=")
    _as(client, office, role)
    assert client.get(_path(office, path, B)).status_code == 404


@pytest.mark.parametrize("path", [path for path, *_rest, posts in PAGES if not posts])
def test_a_page_that_only_shows_takes_no_post(client, office, path):
    role = next(page[1] for page in PAGES if page[0] == path)
    assert _as(client, office, role).post(_path(office, path)).status_code == 405


@pytest.mark.parametrize("path", BY_ID)
def test_an_unknown_or_broken_id_is_404(client, office, path):
    role = next(page[1] for page in PAGES if page[0] == path)
    _as(client, office, role)
    unknown = dict.fromkeys(("unit", "user", "membership", "area"), NONE)
    broken = dict.fromkeys(unknown, "1")
    assert client.get(f"/{A}/{path.format(**unknown)}").status_code == 404
    assert client.get(f"/{A}/{path.format(**broken)}").status_code == 404


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
