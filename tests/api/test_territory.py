import pytest
from django.test import Client

from linli.accounts.enums import Role
from linli.territory import snapshots
from tests.api.conftest import Api, key_for
from tests.conftest import A
from tests.factories.county import Small
from tests.unit.territory.conftest import draw_squares


@pytest.fixture
def drawn(county):
    snapshots.forget()
    yield draw_squares()
    snapshots.forget()


@pytest.fixture
def api(drawn) -> Api:
    small = Small.__new__(Small)
    return key_for(small.staff(Role.GRID_WORKER, area=drawn["101201001"]))


def test_the_tree_is_walked_from_the_top(api, drawn):
    (top,) = api.get("territory/areas").json()["items"]
    assert (top["code"], top["children"]) == (A, 2)
    items = api.get("territory/areas", parent=top["id"]).json()["items"]
    assert {one["name"] for one in items} == {"茂山镇", "团街镇"}


def test_areas_are_found_by_name(api):
    items = api.get("territory/areas", q="北网").json()["items"]
    assert [one["code"] for one in items] == ["530128101201001"]


def test_a_card_names_worker_and_units(api, drawn):
    card = api.get(f"territory/areas/{drawn['101201001'].pk}").json()
    assert card["worker"].startswith("grid_worker")
    assert card["worker_inherited"] is False
    assert card["accepting_unit"] == "禄劝县综治中心"
    assert [step["level"] for step in card["path"]] == [0, 1, 2, 3]


def test_a_point_has_a_path(api):
    answer = api.get("territory/locate", lon=102.1, lat=25.15, crs="wgs84").json()
    assert (answer["quality"], len(answer["path"])) == ("inside", 4)
    assert api.get("territory/locate", lon=102.1, lat=25.15, on="2010-01-01").json()["path"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"lon": 25.15, "lat": 102.1}, 422),
        ({"lon": "x", "lat": 25.15}, 422),
        ({"lon": 102.1}, 422),
        ({"lon": 102.1, "lat": 25.15, "crs": "utm"}, 422),
        ({"lon": 102.1, "lat": 25.15, "layer": "wards"}, 422),
        ({"lon": 102.1, "lat": 25.15, "on": "2020-13-01"}, 422),
    ],
)
def test_a_bad_point_is_refused_with_a_problem(api, query, status):
    answer = api.get("territory/locate", **query)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_an_unknown_area_is_not_there_and_a_stranger_is_not_answered(api):
    unknown = "00000000-0000-7000-8000-000000000000"
    assert api.get(f"territory/areas/{unknown}").status_code == 404
    assert Client().get(f"/api/v1/{A}/territory/areas").status_code == 401


def test_a_key_without_the_right_is_refused(drawn):
    actor = Small.__new__(Small).staff(Role.LEADER)
    narrow = key_for(actor, scopes=["incident.view"])
    assert narrow.get("territory/areas").status_code == 403
