"""Where a matter may be: inside or just across the border; what is not ours is refused."""

import pytest

from linli.incidents.models import Category, Incident
from linli.territory.models import Area
from tests.api.conftest import report_of
from tests.factories.county import Small
from tests.factories.drawn import ACROSS, FAR, WEST, drawn_county
from tests.factories.steps import reported


@pytest.fixture
def small(county) -> Small:
    return drawn_county().small


def _body(small, spot, **more):
    return report_of(small, place={"longitude": spot.longitude, "latitude": 25.1}, **more)


def test_a_point_of_the_neighbour_is_refused_by_its_name(small, operator):
    answer = operator.post("incidents", _body(small, FAR))
    assert (answer.status_code, answer.json()["field"]) == (422, "place")
    assert answer.json()["code"] == "place_of_neighbour"
    assert "寻甸县" in answer.json()["detail"]
    operator.language = "zh-hans"
    assert "不属本县" in operator.post("incidents", _body(small, FAR)).json()["detail"]
    assert not Incident.objects.exists()


def test_a_point_of_nobody_known_is_refused(small, operator):
    place = {"longitude": 110.0, "latitude": 30.0}
    answer = operator.post("incidents", report_of(small, place=place))
    assert (answer.status_code, answer.json()["code"]) == (422, "place_outside")
    near = {"text": "x", "category_id": str(small.category().pk), "place": place}
    assert operator.post("incidents/near", near).json()["field"] == "place"


def test_just_across_the_border_is_still_ours(small, operator):
    answer = operator.post("incidents", _body(small, ACROSS))
    assert answer.status_code == 201, answer.content
    assert Incident.objects.get().place_quality == "approximate"


def test_a_kind_without_a_place_needs_none_but_takes_no_foreign_one(small, operator):
    kind = str(Category.objects.filter(place="none")[0].pk)
    nowhere = operator.post("incidents", report_of(small, category_id=kind, place={}))
    assert nowhere.status_code == 201, nowhere.content
    assert operator.post("incidents", _body(small, FAR, category_id=kind)).status_code == 422


def test_an_area_that_is_no_more_is_refused_also_beside_a_foreign_point(small, operator):
    nothing = str(small.category().pk)
    for place in ({"area_id": nothing}, {"area_id": nothing, "longitude": 110, "latitude": 30}):
        answer = operator.post("incidents", report_of(small, place=place))
        assert (answer.status_code, answer.json()["code"]) == (422, "area_unknown")


def test_an_area_of_a_reference_layer_is_no_place_of_ours(small, operator):
    area = str(Area.objects.get(layer__code="neighbours").pk)
    answer = operator.post("incidents", report_of(small, place={"area_id": area}))
    assert (answer.status_code, answer.json()["code"]) == (422, "area_unknown")
    assert not Incident.objects.exists()


def test_further_places_and_corrections_are_judged_alike(small, operator):
    kind = str(Category.objects.filter(place="several")[0].pk)
    abroad = {"longitude": FAR.longitude, "latitude": FAR.latitude}
    body = _body(small, WEST, category_id=kind, further_places=[abroad])
    answer = operator.post("incidents", body)
    assert (answer.json()["field"], answer.json()["code"]) == (
        "further_places",
        "place_of_neighbour",
    )
    moved = operator.step(reported(small).pk, "correct_place", place=abroad, reason="错")
    assert (moved.json()["field"], moved.json()["code"]) == ("place", "place_of_neighbour")
