"""A county with nothing in it yet: each page says what comes next, and links it to who may."""

from datetime import date

import pytest

from linli.access.actor import system
from linli.accounts.enums import Role
from linli.database.context import county_context
from linli.incidents import references
from linli.organisations.models import Unit, UnitKind
from linli.territory import snapshots
from linli.territory.actions import apply_divisions
from linli.territory.divisions import DivisionList, DivisionRow
from tests.conftest import B
from tests.factories.people import person, sign_in

NEXT = {
    "": "本县正在准备",
    "map": "没有在办事件",
    "figures?months=0": "还没有事件",
    "territory": "还没有乡镇",
    "territory/check": "还没有乡镇",
    "assignments/": "请先由县级中心导入乡镇和村的名单",
    "duty/": "目前只有县级中心",
}


@pytest.fixture(autouse=True)
def quick_pages(plain_static_files):
    references.forget()
    snapshots.forget()
    yield
    references.forget()
    snapshots.forget()


@pytest.mark.parametrize(("path", "words"), NEXT.items())
def test_an_empty_county_says_what_comes_next(client, db, path, words):
    sign_in(client, person(B, "first", Role.COUNTY_OPERATOR))
    assert words in client.get(f"/{B}/{path}").content.decode()


@pytest.mark.parametrize("path", ["", "territory", "territory/check"])
def test_the_first_task_is_a_link_for_those_who_may_do_it(client, db, path):
    link = f'href="/{B}/territory/divisions"'
    sign_in(client, person(B, "first", Role.COUNTY_OPERATOR))
    assert link in client.get(f"/{B}/{path}").content.decode()
    sign_in(client, person(B, "worker", Role.GRID_WORKER))
    assert link not in client.get(f"/{B}/{path}").content.decode()


def test_with_townships_but_no_unit_the_tasks_go_on_in_the_place_of_work(client, db):
    with county_context(B):
        rows = DivisionList((DivisionRow(f"{B}101", "东镇"),), (), ())
        apply_divisions(rows, on=date(2020, 6, 30), by=system("test"))
    sign_in(client, person(B, "first", Role.COUNTY_OPERATOR))
    page = client.get(f"/{B}/").content.decode()
    assert page.count("已有") == 1, "the townships"
    assert f'href="/{B}/lists/units/"' in page
    with county_context(B):
        Unit.objects.create(code="water", kind=UnitKind.DEPARTMENT, name="水务局")
    references.forget()
    page = client.get(f"/{B}/").content.decode()
    assert "本县正在准备" not in page
    assert "没有待办事件" in page


def test_an_administrator_finds_the_lists_of_staff(client, db):
    sign_in(client, person(B, "system", Role.SYSTEM_ADMINISTRATOR))
    page = client.get(f"/{B}/").content.decode()
    assert "本县正在准备" in page
    assert f'href="/{B}/lists/staff/"' in page
