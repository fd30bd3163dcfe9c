"""A matter of several townships: the county names the one that leads, all of them see it."""

from dataclasses import replace

import pytest
from django.utils import timezone

from linli.accounts.enums import Role
from linli.incidents.actions import NotFound
from linli.incidents.actions.placing import Spot
from linli.incidents.detail import detail, find
from linli.incidents.enums import State
from linli.incidents.filters import Filter
from linli.incidents.models import IncidentEvent, IncidentPlace
from linli.incidents.paging import Count, count, page
from linli.notifications.models import Notice
from linli.processes import Refused
from tests.factories.counting import counted, recounted
from tests.factories.drawn import EAST, WEST, Drawn, drawn_county
from tests.factories.steps import reported, step

FIRE = "0201"


@pytest.fixture
def drawn(county) -> Drawn:
    return drawn_county()


def _fire(drawn: Drawn, *further, **more):
    kind = drawn.small.category(FIRE).pk
    text = "松林起火，火头沿山脊向东"
    return reported(drawn.small, category_id=kind, spot=WEST, further=further, text=text, **more)


def test_it_goes_to_the_county_at_once_and_within_one_township_it_does_not(drawn):
    across = _fire(drawn, EAST)
    assert (across.platform, across.platform_unit_id) == ("county", drawn.small.centre.pk)
    within = _fire(drawn, WEST)
    assert (within.platform, within.platform_unit_id) == ("township", drawn.small.platform.pk)
    told = Notice.objects.filter(subject_id=across.pk, message="platform.report")
    assert [notice.unit_id for notice in told] == [drawn.small.centre.pk]


def test_every_township_touched_sees_it_in_lists_counts_search_and_by_itself(drawn):
    across, within = _fire(drawn, EAST, EAST, WEST), _fire(drawn)
    east = drawn.east_operator()
    assert [row.pk for row in page(east, Filter()).rows] == [across.pk]
    assert [row.pk for row in page(east, Filter(text="松林")).rows] == [across.pk]
    assert count(east, Filter()) == count(east, Filter(group="open")) == Count(1)
    assert count(east, Filter(overdue=True)) == Count(0)
    assert find(east, across.number) == across
    assert find(east, within.number) is None
    west = drawn.small.township_operator()
    assert [row.pk for row in page(west, Filter()).rows] == [within.pk, across.pk]
    assert count(west, Filter()) == Count(2)
    # To see is not to hold: the county accepts, dispatches or sends down; all may say something.
    assert _may(east, across) == ["comment"]
    with pytest.raises(Refused):
        step(across, "accept", east)
    assert step(across, "comment", east, text="火已过界").version == 2


@pytest.mark.parametrize("role", [Role.VILLAGE_OPERATOR, Role.GRID_WORKER])
def test_village_and_grid_see_a_matter_with_a_place_of_theirs_and_may_comment(drawn, role):
    """The main place lies in the other township; another village of theirs is none of it."""
    area = drawn.small.village if role == Role.VILLAGE_OPERATOR else drawn.small.grid
    there, elsewhere = drawn.small.staff(role, area=area), drawn.areas["101201001"]
    kind = drawn.small.category(FIRE).pk
    across = reported(drawn.small, category_id=kind, spot=EAST, further=(WEST,), text="松林起火")
    other = reported(
        drawn.small,
        drawn.small.dispatcher(),
        category_id=kind,
        spot=EAST,
        further=(Spot(area_id=elsewhere.pk),),
        text="松林起火",
    )
    by_village = role == Role.VILLAGE_OPERATOR
    expected = [other.pk, across.pk] if by_village else [across.pk]
    assert [row.pk for row in page(there, Filter()).rows] == expected
    assert [row.pk for row in page(there, Filter(text="松林")).rows] == expected
    assert count(there, Filter()) == count(there, Filter(group="open")) == Count(len(expected))
    assert (find(there, other.number) is not None) == by_village
    assert _may(there, across) == ["comment"]
    assert step(across, "comment", there, text="已到现场").version == 2
    with pytest.raises(Refused):
        step(across, "settle", there, result="好了")


def test_who_does_not_see_a_matter_cannot_comment_on_it(drawn):
    within = _fire(drawn)
    with pytest.raises(NotFound):
        step(within, "comment", drawn.east_operator(), text="x")


def _may(actor, incident) -> list[str]:
    found = detail(actor, incident.pk, now=timezone.now())
    return [one.transition.key for one in found.offers if one.allowed]


def test_a_page_of_matters_with_many_places_each_is_full_and_goes_on(drawn):
    cases = [_fire(drawn, EAST, EAST, EAST) for _ in range(5)]
    east = drawn.east_operator()
    first = page(east, Filter(), size=2)
    second = page(east, Filter(), size=2, after=first.next)
    third = page(east, Filter(), size=2, after=second.next)
    found = [row.pk for one in (first, second, third) for row in one.rows]
    assert found == [case.pk for case in reversed(cases)]
    assert third.next is None


def test_the_county_has_to_name_the_township_and_it_takes_the_lead(drawn):
    incident = _fire(drawn, EAST)
    dispatcher = drawn.small.dispatcher()
    offers = detail(dispatcher, incident.pk, now=timezone.now())
    assert [place.township_id for place in offers.places] == [drawn.east.pk]
    with pytest.raises(Refused) as refused:
        step(incident, "send_down", dispatcher, reason="由团街镇牵头")
    assert (refused.value.code, refused.value.field) == ("field_required", "township")
    elsewhere = str(drawn.areas["root"].pk)
    with pytest.raises(Refused) as refused:
        step(incident, "send_down", dispatcher, reason="x", township=elsewhere)
    assert (refused.value.code, refused.value.field) == ("choice_invalid", "township")
    incident = step(
        incident, "send_down", dispatcher, reason="由团街镇牵头", township=str(drawn.east.pk)
    )
    incident.refresh_from_db()
    assert (incident.township_id, incident.platform) == (drawn.east.pk, "township")
    assert incident.platform_unit_id == drawn.east_platform.pk
    assert incident.area_id == drawn.areas["102201"].pk
    (other,) = IncidentPlace.objects.filter(incident=incident)
    assert (other.township_id, other.area_id) == (
        drawn.small.township.pk,
        drawn.areas["101201002"].pk,
    )
    line = IncidentEvent.objects.get(incident=incident, kind="send_down")
    assert line.data["lead"]["name"] == "团街镇"
    assert line.data["centre"]["to"]["name"] == "团街镇综治中心"
    told = Notice.objects.filter(subject_id=incident.pk, message="platform.send_down")
    assert [notice.unit_id for notice in told] == [drawn.east_platform.pk]
    assert counted() == recounted()
    west = drawn.small.township_operator()
    assert find(west, incident.number) == incident
    accepted = step(incident, "accept", drawn.east_operator())
    assert accepted.state == State.ACCEPTED


def test_it_is_found_by_the_words_of_the_place_that_leads(drawn):
    dispatcher = drawn.small.dispatcher()
    incident = _fire(drawn, replace(EAST, text="水库大坝"))
    assert page(dispatcher, Filter(text="大坝")).rows == []
    step(incident, "send_down", dispatcher, reason="东边", township=str(drawn.east.pk))
    assert page(dispatcher, Filter(text="大坝")).rows == [incident]


def test_its_own_township_may_lead_too(drawn):
    incident = _fire(drawn, EAST)
    own = str(drawn.small.township.pk)
    incident = step(incident, "send_down", drawn.small.dispatcher(), reason="x", township=own)
    assert incident.platform_unit_id == drawn.small.platform.pk
    assert find(drawn.east_operator(), incident.number) == incident


def test_a_matter_of_one_township_is_sent_down_without_naming_it(drawn):
    small = drawn.small
    incident = step(reported(small, spot=WEST), "report_up", small.township_operator(), reason="x")
    incident = step(incident, "send_down", small.dispatcher(), reason="属地办理")
    assert incident.platform_unit_id == small.platform.pk
    with pytest.raises(NotFound):
        step(incident, "comment", drawn.east_operator(), text="x")
