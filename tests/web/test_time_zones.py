"""A county shows its times by its own clock, wherever the server stands."""

import io
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from linli.access.actor import system
from linli.access.permissions import Permission
from linli.accounts.enums import Role
from linli.accounts.models import Membership, User
from linli.accounts.tokens import issue
from linli.counties import queries
from linli.counties.models import County
from linli.counties.opening import open_county
from linli.incidents.models import Incident
from linli.jobs.upkeep import each_county
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.factories.steps import reported

# 10 March 2026, 02:30 in New York (summer time since two days), 14:30 in Luquan.
MOMENT = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)
# Where it is already tomorrow in China, New York still has today.
EVENING = datetime(2026, 3, 9, 20, 30, tzinfo=UTC)


@pytest.fixture
def new_york(db):
    County.objects.filter(pk=B).update(timezone="America/New_York")
    queries.forget()
    yield B
    queries.forget()


def _case(small: Small, opened: datetime) -> Incident:
    incident = reported(small)
    Incident.objects.filter(pk=incident.pk).update(opened_at=opened)
    return incident


def _somebody(small: Small) -> tuple[Client, User]:
    user = User.objects.get(pk=small.township_operator().id)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client, user


def _seen(code: str) -> tuple[str, str, str]:
    """The same moment on the page of a case, in the API, in the list's export."""
    with open_county(code):
        small = small_county()
        case = _case(small, MOMENT)
        rights = [str(right) for right in Permission]
        client, user = _somebody(small)
        _key, secret = issue(user=user, name="test", scopes=rights, by=system())
    page = client.get(reverse("incidents:case", args=[code, case.number])).content.decode()
    answer = Client().get(
        f"/api/v1/{code}/incidents/{case.pk}", headers={"Authorization": f"Bearer {secret}"}
    )
    export = client.get(reverse("incidents:export", args=[code]))
    file = io.BytesIO(b"".join(export.streaming_content))
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    return page, answer.json()["opened_at"], str(rows)


def test_pages_programs_and_exports_show_the_county_s_own_time(new_york):
    page, given, exported = _seen(B)
    assert "2026-03-10 02:30" in page
    assert given == "2026-03-10T02:30:00-04:00"
    assert repr(datetime(2026, 3, 10, 2, 30)) in exported  # noqa: DTZ001 -- a cell has no zone


def test_a_chinese_county_beside_it_keeps_its_own(new_york):
    page, given, exported = _seen(A)
    assert "2026-03-10 14:30" in page
    assert given == "2026-03-10T14:30:00+08:00"
    assert repr(datetime(2026, 3, 10, 14, 30)) in exported  # noqa: DTZ001


def test_a_day_of_the_filter_is_the_county_s_day(new_york):
    with open_county(B):
        small = small_county()
        late = _case(small, EVENING)
        client, _user = _somebody(small)
    address = reverse("incidents:list", args=[B])
    assert late.number in client.get(address, {"from": "2026-03-09", "to": "2026-03-09"}).text
    assert late.number not in client.get(address, {"from": "2026-03-10"}).text


def test_a_right_begins_with_the_county_s_own_day(new_york, monkeypatch):
    """In China it is the tenth already; a role from the tenth on does not hold in New York."""
    with open_county(B):
        small = small_county()
        client, user = _somebody(small)
        Membership.objects.filter(user=user).delete()
        Membership.objects.create(user=user, role=Role.DISPATCHER, valid_from=date(2026, 3, 10))
    home = reverse("incidents:home", args=[B])
    monkeypatch.setattr(timezone, "now", lambda: EVENING)
    assert client.get(home).status_code != 200
    monkeypatch.setattr(timezone, "now", lambda: MOMENT)
    assert client.get(home).status_code == 200


def test_the_pages_of_an_account_go_by_the_county_that_keeps_it(new_york):
    """Signed in at 02:30 in New York: that is what the list of one's sessions says."""
    with open_county(B):
        client, user = _somebody(small_county())
    User.objects.filter(pk=user.pk).update(registered_in=B)
    session = client.session
    session.update({"began": int(MOMENT.timestamp()), "seen": int(time.time())})
    session.save()
    with override_settings(SESSION_COOKIE_AGE=10**9):
        assert "since 03-10 02:30" in client.get(reverse("account:overview")).text


def test_a_round_through_the_counties_keeps_the_clock_of_each(new_york):
    seen = []
    each_county("look", lambda: seen.append(timezone.get_current_timezone()))
    assert seen == [ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")]
    assert timezone.get_current_timezone_name() == "Asia/Shanghai"
