"""Units, staff, lists, audit, territory, one's own account: axe, and no page beyond its window."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.access.actor import system
from linli.accounts.enums import Role
from linli.accounts.models import Membership, User
from linli.database.context import county_context
from linli.flows import staff as flow
from linli.flows.staff import Appointment
from tests.browser.site import faults, serving, session_of, too_wide
from tests.conftest import A, B
from tests.factories.drawn import Drawn, drawn_county
from tests.factories.people import person

pytestmark = pytest.mark.browser
UNITS = "编码,名称,类型\nlin,县林业和草原局,部门\nbad,,部门\nwater,县水务局（原水利局）,部门\n"
DIVISIONS = {
    "townships": "code,name\n530128101,茂山镇\n530128102,团街镇\n530128103,九龙镇\n",
    "villages": "code,name\n530128101201,甲甸村民委员会\n530128103201,治安村\n",
}
TODAY = timezone.localdate()


@dataclass
class Office:
    """People by name with their cookies, and what the addresses of pages name."""

    address: str
    drawn: Drawn
    cookies: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def faults(self, page: Any, who: str, path: str) -> list[str]:
        page.context.clear_cookies()
        if who:
            session = {"name": "sessionid", "value": self.cookies[who], "url": self.address}
            page.context.add_cookies([session])
        found = page.goto(self.address + path.format(A=A, **self.ids))
        if page.locator("[data-map]").count():
            page.wait_for_load_state("networkidle")  # the map draws itself
        told = [] if found.status == 200 else [f"answered {found.status}"]
        chinese = page.evaluate("document.documentElement.lang").startswith("zh")
        for width in (1440, 360):  # axe looks at a phone in Chinese, at a desk in English
            page.set_viewport_size({"width": width, "height": 800})
            look = faults if chinese == (width == 360) else too_wide
            told += [f"at {width}: {one}" for one in look(page)]
        return [f"{path}: {one}" for one in told]


@pytest.fixture
def office(committed, settings, tmp_path, monkeypatch) -> Iterator[Office]:
    monkeypatch.setattr(settings.ENV, "home", tmp_path)
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with county_context(A):
        drawn = drawn_county()
    small = drawn.small
    people = {
        "operator": person(A, "operator", Role.COUNTY_OPERATOR),
        "security": person(A, "security", Role.SECURITY_ADMINISTRATOR),
        "auditor": person(A, "auditor", Role.AUDIT_ADMINISTRATOR),
        "worker": person(A, "zhao", Role.GRID_WORKER, area=small.grid),
        "mate": person(A, "qian", Role.GRID_WORKER),
    }
    with county_context(B):
        Membership.objects.create(
            user=people["operator"], role=Role.LEADER, valid_from=date(2020, 1, 1)
        )
    ids = _at_work(drawn, people)
    with serving() as address:
        cookies = {name: session_of(user) for name, user in people.items()}
        yield Office(address, drawn, cookies, ids)


def _at_work(drawn: Drawn, people: dict[str, User]) -> dict[str, Any]:
    """A leave, a role to decide about, a worker with a grid, lists and editions to review."""
    small = drawn.small
    with county_context(A):
        by, held = system("test"), Membership.objects.get(user=people["worker"])
        mate = Membership.objects.get(user=people["mate"])
        flow.assign_worker(area=small.grid, worker=held, valid_from=TODAY, valid_to=None, by=by)
        away = {"away_from": TODAY, "away_to": TODAY + timedelta(days=9)}
        flow.plan_leave(membership=held, stand_in=mate, by=by, **away)
        wanted = Appointment(people["mate"], Role.UNIT_HANDLER, small.water, phone="0871-1")
        flow.ask_for_role(wanted, by=by)
    client = Client()
    client.force_login(people["operator"])
    units = SimpleUploadedFile("名册.csv", UNITS.encode("gb18030"))
    lists = {name: SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in
             DIVISIONS.items()}  # fmt: skip
    sent = client.post(f"/{A}/territory/divisions", {"on": "2024-01-01", **lists})
    return {
        "unit": small.water.pk,
        "person": people["worker"].pk,
        "role": held.pk,
        "grid": small.grid.pk,
        "list": client.post(f"/{A}/lists/units/", {"file": units})["Location"],
        "edition": sent["Location"],
    }


PAGES = {
    "units": [
        ("operator", "/{A}/units/"),
        ("operator", "/{A}/units/?words=没有这样的单位"),
        ("operator", "/{A}/units/new/"),
        ("operator", "/{A}/units/{unit}/"),
        ("operator", "/{A}/units/{unit}/edit/"),
        ("operator", "/{A}/lists/units/"),
        ("operator", "{list}"),
    ],
    "staff": [
        ("operator", "/{A}/staff/"),
        ("operator", "/{A}/staff/new/"),
        ("operator", "/{A}/staff/{person}/"),
        ("operator", "/{A}/staff/{person}/edit/"),
        ("operator", "/{A}/staff/{person}/role/ask/"),
        ("operator", "/{A}/roles/{role}/leave/"),
        ("operator", "/{A}/roles/{role}/end/"),
        ("operator", "/{A}/roles/{role}/phone/"),
        ("operator", "/{A}/assignments/"),
        ("operator", "/{A}/assignments/{grid}/"),
        ("security", "/{A}/staff/requests/"),
        ("security", "/{A}/staff/{person}/role/grant/"),
    ],
    "audit": [
        ("auditor", "/{A}/audit/"),
        ("auditor", "/{A}/audit/?action=unit.created"),
        ("auditor", "/{A}/tokens/"),
    ],
    "territory": [
        ("operator", "/{A}/territory"),
        ("operator", "/{A}/territory?area={grid}"),
        ("operator", "/{A}/territory/check"),
        ("operator", "/{A}/territory/point"),
        ("operator", "/{A}/territory/divisions"),
        ("operator", "{edition}"),
        ("operator", "/{A}/territory/areas"),
    ],
    "account": [
        ("operator", "/account/"),
        ("operator", "/account/places/"),
        ("operator", "/account/password/"),
        ("operator", "/account/second-factor/"),
        ("operator", "/account/second-factor/app/"),
        ("operator", "/account/second-factor/passkey/"),
        ("operator", "/account/second-factor/codes/"),
        ("", "/account/login/"),
    ],
}


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_pages_fit_and_pass_axe(office, new_page, lang):
    """None of them writes, so that one county serves all."""
    found = []
    for pages in PAGES.values():
        page = new_page(width=1440, lang=lang)
        found += [one for who, path in pages for one in office.faults(page, who, path)]
    assert not found, "\n".join(found)
