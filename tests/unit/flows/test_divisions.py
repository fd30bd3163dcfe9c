"""Divisions change under open cases, which find today's areas; closed ones keep their own."""

from datetime import date

import pytest

from linli.access.actor import system
from linli.casework import tallies
from linli.flows.divisions import apply_divisions
from linli.incidents.actions import replacing
from linli.incidents.actions.placing import Spot
from linli.incidents.models import Incident, IncidentEvent, IncidentPlace
from linli.notifications.models import Notice
from linli.territory.divisions import DivisionList
from linli.territory.models import Area
from linli.territory.rules import DivisionRow
from tests.factories.counting import counted, recounted
from tests.factories.drawn import EAST, WEST, Drawn, drawn_county
from tests.factories.steps import attached, dispatched, reported, step

ON = date(2020, 6, 30)
TOWNS = (("530128101", "茂山镇"), ("530128102", "团街镇"))


@pytest.fixture
def drawn(county) -> Drawn:
    return drawn_county()


def _apply(*rows: tuple[str, str]):
    edition = DivisionList(tuple(DivisionRow(*row) for row in rows), (), ())
    return apply_divisions(edition, on=ON, by=system("test"))


def _moved(case: Incident) -> dict[str, str]:
    data = IncidentEvent.objects.get(incident=case, kind="area_changed").data
    return {"on": data["on"], **{end: data["moved"][end]["name"] for end in ("from", "to")}}


@pytest.mark.parametrize("at_once", [1, replacing.AT_ONCE])
def test_a_village_that_moved_takes_its_open_cases_along(drawn, monkeypatch, at_once):
    monkeypatch.setattr(replacing, "AT_ONCE", at_once)
    small = drawn.small
    village, grid = drawn.areas["101201"], small.grid
    in_village, too = (reported(small, spot=Spot(area_id=village.pk)) for _ in range(2))
    in_grid = step(reported(small, spot=WEST), "accept", small.township_operator())
    elsewhere = reported(small, spot=EAST)
    closed = step(reported(small, spot=WEST), "not_accept", small.township_operator(), reason="x")
    changed = _apply(*TOWNS, ("530128102205", "甲甸村"), ("530128102201", "治安村"))
    new = Area.objects.get(code="530128102205")
    assert (list(changed.applied.moved.items()), changed.cases) == ([(village.pk, new.pk)], 3)
    for case in (in_village, too, in_grid, elsewhere, closed):
        case.refresh_from_db()
    assert (in_village.area_id, in_village.village_id) == (new.pk, new.pk)
    assert (too.area_id, too.platform_unit_id) == (new.pk, drawn.east_platform.pk)
    assert (in_grid.area_id, in_grid.village_id) == (grid.pk, new.pk)
    for case in (in_village, in_grid):
        assert case.township_id == drawn.east.pk
        assert (case.platform, case.platform_unit_id) == ("township", drawn.east_platform.pk)
    assert _moved(in_village) == {"on": "2020-06-30", "from": "甲甸村", "to": "甲甸村"}
    assert (in_grid.longitude, in_grid.place_quality) == (WEST.longitude, "pinned")
    assert (closed.area_id, closed.township_id, closed.village_id) == (
        *(grid.pk, small.township.pk),
        village.pk,
    )
    assert not IncidentEvent.objects.filter(incident=elsewhere, kind="area_changed").exists()
    told = Notice.objects.filter(message="arrived.area_changed")
    assert {notice.unit_id for notice in told} == {drawn.east_platform.pk}
    assert counted() == recounted()
    tallies.fold()
    assert counted() == recounted()
    assert step(in_grid, "dispatch", drawn.east_operator(), unit=str(small.water.pk)).version == 4


def test_a_village_that_ended_leaves_its_cases_to_the_point_or_to_what_lies_above(drawn):
    small = drawn.small
    words = reported(small, spot=Spot(area_id=drawn.areas["102201"].pk))
    point = reported(small, spot=EAST)
    changed = _apply(*TOWNS, ("530128101201", "甲甸村"))
    assert changed.cases == 2
    for case in (words, point):
        case.refresh_from_db()
        assert (case.area_id, case.township_id) == (drawn.east.pk, drawn.east.pk)
        assert (case.village_id, case.platform_unit_id) == (None, drawn.east_platform.pk)
    assert _moved(words)["to"] == "团街镇"
    assert counted() == recounted()


def test_a_grid_whose_village_ended_stays_in_its_township(drawn):
    case = reported(drawn.small, spot=WEST)
    changed = _apply(*TOWNS, ("530128102201", "治安村"))
    assert changed.applied.orphans
    assert changed.cases == 1
    case.refresh_from_db()
    assert (case.area_id, case.village_id) == (drawn.small.grid.pk, None)
    assert (case.township_id, case.platform) == (drawn.small.township.pk, "township")
    assert case.platform_unit_id == drawn.small.platform.pk
    assert counted() == recounted()


def test_a_township_that_ended_leaves_its_cases_to_the_county(drawn):
    case = reported(drawn.small, spot=Spot(area_id=drawn.east.pk))
    _apply(TOWNS[0], ("530128101201", "甲甸村"))
    case.refresh_from_db()
    assert (case.area_id, case.township_id) == (drawn.areas["root"].pk, None)
    assert (case.platform, case.platform_unit_id) == ("county", drawn.small.centre.pk)
    assert counted() == recounted()


def test_a_township_that_only_got_another_code_keeps_what_it_holds(drawn):
    case = reported(drawn.small, spot=Spot(area_id=drawn.east.pk))
    changed = _apply(TOWNS[0], ("530128101201", "甲甸村"), ("530128202", "团街镇"))
    case.refresh_from_db()
    assert case.township_id == changed.applied.moved[drawn.east.pk]
    assert (case.platform, case.platform_unit_id) == ("township", drawn.east_platform.pk)
    line = IncidentEvent.objects.get(incident=case, kind="area_changed")
    assert "centre" not in line.data


def test_a_waiting_verification_and_further_places_follow(drawn):
    small, handler = drawn.small, drawn.small.handler()
    drawn.east_operator()
    waiting = step(dispatched(small, small.water, spot=WEST), "sign_for", handler)
    waiting = step(waiting, "hand_in", handler, result="好了", evidence=attached(handler))
    assert waiting.verifier_unit_id == small.platform.pk
    kind = small.category("0201").pk
    fire = reported(small, category_id=kind, spot=EAST, further=(Spot(area_id=small.village.pk),))
    _apply(*TOWNS, ("530128102205", "甲甸村"), ("530128102201", "治安村"))
    waiting.refresh_from_db()
    assert waiting.verifier_unit_id == drawn.east_platform.pk
    place = IncidentPlace.objects.get(incident=fire)
    new = Area.objects.get(code="530128102205")
    assert (place.area_id, place.township_id) == (new.pk, drawn.east.pk)


def test_nothing_to_do_writes_nothing_and_histories_replay(drawn):
    reported(drawn.small, spot=WEST)
    changed = _apply(*TOWNS, ("530128101201", "甲甸村"), ("530128102201", "治安村委会"))
    assert changed.cases == 0
    assert not IncidentEvent.objects.filter(kind="area_changed").exists()
