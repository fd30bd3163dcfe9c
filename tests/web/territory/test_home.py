import gzip
import json
from datetime import date

import pytest

from linli.accounts.enums import AssignmentKind, Role
from linli.accounts.models import GridAssignment, Membership
from linli.database.context import county_context
from linli.organisations.models import Unit, UnitKind
from linli.territory.actions.writing import name_area
from linli.territory.models import AreaVersion
from linli.territory.snapshots import forget, touch
from tests.conftest import A

BASE = f"/{A}/territory"
UNKNOWN = "00000000-0000-7000-8000-000000000000"


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_page_opens_with_tree_counts_and_map(signed_in, drawn):
    page = text(signed_in(Role.LEADER).get(BASE))
    assert "茂山镇" in page
    assert f"{BASE}/areas.geojson?level=2" in page  # the highest level that is drawn
    assert "北网格" not in page  # grids come when their village is opened


def test_a_branch_brings_what_hangs_under_it(signed_in, drawn):
    page = text(signed_in().get(f"{BASE}/branches/{drawn['101201'].pk}"))
    assert "北网格" in page
    assert "南网格" in page


def test_an_address_with_an_area_opens_the_tree_down_to_it_and_shows_its_card(signed_in, drawn):
    page = text(signed_in().get(BASE, {"area": drawn["101201001"].pk}))
    assert 'aria-current="true"' in page
    assert "530128101201001" in page


@pytest.mark.parametrize("words", ["甲甸", "jiadian", "jdc", "530128101201"])
def test_areas_are_found_by_name_pinyin_initials_and_code(signed_in, drawn, words):
    with county_context(A):
        for area in drawn.values():
            name_area(area, area.name)
            area.save()
    forget()
    assert "甲甸村" in text(signed_in().get(f"{BASE}/search", {"find": words}))


def test_a_search_without_result_says_what_to_try(signed_in, drawn):
    page = text(signed_in().get(f"{BASE}/search", {"find": "zzz"}))
    assert "<a" not in page
    assert "<p" in page


def test_a_grid_inherits_the_worker_of_its_village_and_shows_the_phones(signed_in, drawn):
    client = signed_in()
    worker = signed_in(Role.GRID_WORKER).session["_auth_user_id"]
    with county_context(A):
        platform = {"code": "mao", "kind": UnitKind.TOWNSHIP_PLATFORM, "name": "茂山镇综治中心"}
        Unit.objects.create(**platform, area=drawn["101"], duty_phone="0871-1234")
        GridAssignment.objects.create(
            area=drawn["101201001"],
            kind=AssignmentKind.CONTACT,
            contact_name="李组长",
            contact_phone="138-0000",
            valid_from=date(2020, 1, 1),
        )
        row = Membership.objects.get(user_id=worker)
        GridAssignment.objects.filter(membership=row).update(area=drawn["101201"])
        name = row.user.name
    page = text(client.get(f"{BASE}/card/{drawn['101201001'].pk}", headers={"HX-Request": "true"}))
    for words in (name, "甲甸村", "李组长", "138-0000", "茂山镇综治中心", "0871-1234"):
        assert words in page
    assert "<html" not in page


def test_a_card_without_a_page_around_it_leads_to_the_page(signed_in, drawn):
    answer = signed_in().get(f"{BASE}/card/{drawn['101201001'].pk}")
    assert answer.status_code == 302
    assert answer["Location"] == f"{BASE}?area={drawn['101201001'].pk}"


def test_the_county_of_an_earlier_day_is_another_one(signed_in, drawn):
    with county_context(A):
        version = AreaVersion.objects.get(area=drawn["102"])
        version.valid_from = date(2022, 1, 1)
        version.save()
        touch(drawn["102"].layer)
    forget()
    client = signed_in()
    assert "团街镇" not in text(client.get(BASE, {"on": "2021-01-01"}))
    assert "团街镇" in text(client.get(BASE, {"on": "2022-01-01"}))


def test_what_is_no_date_is_said_and_today_is_shown(signed_in, drawn):
    page = text(signed_in().get(BASE, {"on": "2021-13-01"}))
    assert "2021-13-01" in page
    assert "茂山镇" in page


def test_outlines_come_packed_and_are_not_sent_twice(signed_in, drawn):
    client = signed_in()
    answer = client.get(f"{BASE}/areas.geojson", {"level": 3}, headers={"Accept-Encoding": "gzip"})
    collection = json.loads(gzip.decompress(answer.content))
    assert {one["properties"]["name"] for one in collection["features"]} == {"北网格", "南网格"}
    again = client.get(
        f"{BASE}/areas.geojson", {"level": 3}, headers={"If-None-Match": answer["ETag"]}
    )
    assert (again.status_code, again["ETag"]) == (304, answer["ETag"])
    assert answer["ETag"].startswith('W/"')  # one tag for both, packed and plain
    with county_context(A):
        touch(drawn["101"].layer)
    forget()
    changed = client.get(
        f"{BASE}/areas.geojson", {"level": 3}, headers={"If-None-Match": answer["ETag"]}
    )
    assert changed.status_code == 200


def test_what_no_unit_accepts_stands_out_on_the_map_until_there_is_one(signed_in, drawn):
    client = signed_in()

    def look():
        answer = client.get(f"{BASE}/areas.geojson", {"level": 3})
        marks = {"flagged" in one["properties"] for one in json.loads(answer.content)["features"]}
        return marks, answer["ETag"], "swatch-flagged" in text(client.get(BASE))

    marks, tag, told = look()
    assert (marks, told) == ({True}, True)
    with county_context(A):
        for code in ("101", "102"):
            platform = {"kind": UnitKind.TOWNSHIP_PLATFORM, "name": code, "area": drawn[code]}
            Unit.objects.create(code=code, **platform)
    marks, changed, told = look()
    assert (marks, told) == ({False}, False)
    assert changed != tag


def test_outlines_within_an_area_and_of_one_area(signed_in, drawn):
    client = signed_in()
    within = client.get(f"{BASE}/areas.geojson", {"level": 3, "within": drawn["102201"].pk})
    assert json.loads(within.content)["features"] == []
    one = json.loads(client.get(f"{BASE}/outline/{drawn['101201'].pk}.geojson").content)
    assert len(one["features"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        f"branches/{UNKNOWN}",
        f"card/{UNKNOWN}",
        f"outline/{UNKNOWN}.geojson",
        "areas.geojson?level=9",
        "areas.geojson",
        f"areas.geojson?level=3&within={UNKNOWN}",
        "areas.geojson?level=3&within=x",
        "branches/no-id",
    ],
)
def test_what_is_not_there_is_404(signed_in, drawn, path):
    assert signed_in().get(f"{BASE}/{path}").status_code == 404


def test_an_area_without_accepting_unit_stands_out_in_tree_and_card(signed_in, drawn):
    grid, township = drawn["101201001"], drawn["101"]
    browser = signed_in()

    def lines() -> str:
        return text(browser.get(BASE, {"area": grid.pk}))

    mark = "无受理单位</span>"
    assert lines().count(mark) >= 3  # its township, village and grid
    assert "直接转到县级中心" in lines()
    with county_context(A):
        platform = Unit.objects.create(
            code="mao", kind=UnitKind.TOWNSHIP_PLATFORM, name="茂山镇综治中心", area=township
        )
    others = lines().count(mark)
    assert "直接转到县级中心" not in lines()
    with county_context(A):
        Unit.objects.filter(kind=UnitKind.COUNTY_CENTRE).update(active=False)
        platform.delete()
    assert lines().count(mark) > others
    assert "无人受理" in lines()


def test_the_map_of_cases_draws_what_there_is_below_a_county_without_drawn_townships(signed_in):
    areas = signed_in().get(f"/{A}/map/areas.geojson").json()["features"]
    assert [one["properties"]["name"] for one in areas] == ["甲甸村", "治安村"]
