"""A corrected place: areas, holding platform, verifier's queue, notices and counters follow."""

import pytest

from linli.casework import tallies
from linli.incidents import references
from linli.incidents.actions import Draft, NotFound, report
from linli.incidents.actions.placing import Spot
from linli.incidents.filters import Filter
from linli.incidents.models import IncidentEvent
from linli.incidents.paging import page
from linli.notifications.models import Notice
from linli.organisations.models import Unit
from tests.factories.counting import counted, recounted
from tests.factories.drawn import EAST, WEST, Drawn, drawn_county
from tests.factories.steps import attached, dispatched, reported, step


@pytest.fixture
def drawn(county) -> Drawn:
    return drawn_county()


def _corrected(incident, by, spot=EAST):
    place = {"longitude": spot.longitude, "latitude": spot.latitude}
    return step(incident, "correct_place", by, place=place, reason="报错了地点")


def _told(unit: Unit) -> list[str]:
    return list(Notice.objects.filter(unit=unit).order_by("id").values_list("message", flat=True))


def test_the_township_that_the_place_lies_in_takes_over(drawn):
    small = drawn.small
    incident = step(reported(small, spot=WEST), "accept", small.township_operator())
    assert incident.platform_unit_id == small.platform.pk
    incident = _corrected(incident, small.dispatcher())
    incident.refresh_from_db()
    assert (incident.township_id, incident.platform) == (drawn.east.pk, "township")
    assert incident.platform_unit_id == drawn.east_platform.pk
    line = IncidentEvent.objects.get(incident=incident, kind="correct_place")
    assert [line.data["moved"][end]["name"] for end in ("from", "to")] == ["南网格", "治安村"]
    centres = [line.data["centre"][end]["name"] for end in ("from", "to")]
    assert centres == ["茂山镇综治中心", "团街镇综治中心"]
    assert _told(small.platform)[-1] == "left.correct_place"
    assert _told(drawn.east_platform) == ["arrived.correct_place"]
    assert counted() == recounted()
    tallies.fold()
    assert counted() == recounted()
    with pytest.raises(NotFound):
        step(incident, "comment", small.township_operator(), text="x")
    dispatch = step(incident, "dispatch", drawn.east_operator(), unit=str(small.water.pk))
    assert dispatch.state == "dispatched"
    assert counted() == recounted()


def test_a_matter_is_found_by_the_words_of_its_corrected_place(drawn):
    small, operator = drawn.small, drawn.small.township_operator()
    draft = Draft("井盖缺失", small.category().pk, "call", Spot(area_id=small.grid.pk, text="桥头"))
    incident = report(draft, by=operator)
    place = {"area_id": str(small.grid.pk), "text": "水库大坝"}
    step(incident, "correct_place", operator, place=place, reason="报错了地点")
    found = {words: page(operator, Filter(text=words)).rows for words in ("大坝", "桥头", "井盖")}
    assert found == {"大坝": [incident], "桥头": [], "井盖": [incident]}


def test_within_a_township_and_at_the_county_the_centre_stays(drawn):
    small, operator = drawn.small, drawn.small.township_operator()
    incident = reported(small, spot=WEST)
    place = {"area_id": str(drawn.areas["101201001"].pk)}
    incident = step(incident, "correct_place", operator, place=place, reason="北边")
    assert incident.platform_unit_id == small.platform.pk
    line = IncidentEvent.objects.get(incident=incident, kind="correct_place")
    assert "centre" not in line.data
    assert not any(word.startswith(("left", "arrived")) for word in _told(small.platform))
    incident = step(incident, "report_up", operator, reason="跨乡镇")
    incident = _corrected(incident, small.dispatcher())
    assert (incident.township_id, incident.platform) == (drawn.east.pk, "county")
    assert incident.platform_unit_id == small.centre.pk
    assert counted() == recounted()


def test_a_township_without_a_platform_leaves_it_to_the_county(drawn):
    Unit.objects.filter(pk=drawn.east_platform.pk).update(active=False)
    references.forget()
    incident = _corrected(reported(drawn.small, spot=WEST), drawn.small.dispatcher())
    assert (incident.platform, incident.platform_unit_id) == ("county", drawn.small.centre.pk)


def test_a_waiting_verification_moves_to_the_new_queue_and_tasks_stay_with_their_unit(drawn):
    small, handler = drawn.small, drawn.small.handler()
    drawn.east_operator()
    incident = step(dispatched(small, small.water, spot=WEST), "sign_for", handler)
    evidence = attached(handler)
    incident = step(incident, "hand_in", handler, result="好了", evidence=evidence)
    assert incident.verifier_unit_id == small.platform.pk
    incident = _corrected(incident, small.dispatcher())
    assert incident.verifier_unit_id == drawn.east_platform.pk
    assert incident.lead_unit_id == small.water.pk
    closed = step(incident, "verify_pass", drawn.east_operator(), **_passed(incident))
    assert closed.state == "closed"
    assert counted() == recounted()


def _passed(incident) -> dict[str, str]:
    return {"verification_kind": incident.verification, "outcome": "solved"}
