"""A dispatch that follows a routing rule says so, and has the time that the rule gives."""

from datetime import UTC, datetime

import pytest

from linli.calendars import Duration
from linli.incidents import references
from linli.incidents.models import Incident, IncidentEvent
from linli.incidents.routing import suggest
from linli.incidents.rules import Invalid
from linli.organisations.models import Unit
from linli.processes.facts import Progress
from linli.processes.routing import Ground, How
from tests.factories.county import Small, small_county
from tests.factories.processes import published_rules, routing_rule
from tests.factories.steps import reported, step

pytestmark = pytest.mark.usefixtures("own_versions")

SUNDAY_NIGHT = datetime(2026, 9, 20, 15, 0, tzinfo=UTC)  # 23:00 in China
SUNDAY_NOON = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
NIGHT = {"hours": [{"start": 18, "end": 8}], "categories": ["04"], "areas": ["530128101"]}


@pytest.fixture
def small(county) -> Small:
    return small_county()


def _accepted(small: Small) -> Incident:
    return step(reported(small), "accept", small.township_operator())


def _dispatched(small: Small, unit: object) -> tuple[Incident, IncidentEvent]:
    incident = _accepted(small)
    step(incident, "dispatch", small.township_operator(), unit=str(unit))
    incident.refresh_from_db()
    return incident, IncidentEvent.objects.get(incident=incident, kind="dispatch")


def test_without_rules_of_its_own_the_county_follows_trade_and_centre(small):
    incident = reported(small)  # rubbish: nobody here has the trade
    found = suggest(incident, at=SUNDAY_NOON)
    assert found is not None
    assert (found.rule.key, found.unit, found.how) == ("holding_centre", small.platform, How.CENTRE)
    water = reported(small, category_id=small.category("0303").pk)
    found = suggest(water, at=SUNDAY_NOON)
    assert found is not None
    assert (found.rule.key, found.unit, found.how) == ("own_trade", small.water, How.COUNTYWIDE)
    assert [(one.rule.key, one.unit) for one in found.later] == [("holding_centre", small.platform)]


def test_the_county_centre_handles_nothing_since_nobody_else_could_verify_it(small):
    Unit.objects.filter(pk=small.platform.pk).update(active=False)
    references.forget()
    incident = reported(small)
    assert incident.platform_unit_id == small.centre.pk
    assert suggest(incident, at=SUNDAY_NOON) is None
    water = suggest(reported(small, category_id=small.category("0303").pk), at=SUNDAY_NOON)
    assert water is not None
    assert (water.unit, water.later) == (small.water, ())
    dispatcher = small.dispatcher()
    step(incident, "accept", dispatcher)
    centre, water = str(small.centre.pk), str(small.water.pk)
    for units in ({"unit": centre}, {"unit": water, "co_units": [centre]}):
        with pytest.raises(Invalid, match="centre_verifies"):
            step(incident, "dispatch", dispatcher, **units)


def test_the_hour_counts_in_the_countys_own_time(small):
    published_rules(routing_rule("night", when=NIGHT, lead={"unit": "roads"}))
    incident = reported(small)
    night = suggest(incident, at=SUNDAY_NIGHT)
    assert night is not None
    assert (night.rule.key, night.unit, night.how) == ("night", small.roads, How.NAMED)
    assert night.grounds == (
        (Ground.AREA, "530128101"),
        (Ground.CATEGORY, "04"),
        (Ground.HOUR, str(6 * 24 + 23)),
    )
    noon = suggest(incident, at=SUNDAY_NOON)
    assert noon is not None
    assert noon.rule.key == "holding_centre"


def test_a_suggestion_that_is_taken_is_on_the_timeline_with_its_deadline(small):
    rule = routing_rule("quick", lead={"unit": "roads"}, handle="3 hours")
    published_rules(rule)
    incident, line = _dispatched(small, small.roads.pk)
    assert line.data["rule"] == "quick"
    allowed = Progress.from_json(incident.progress).clocks["handle"].allowances
    assert allowed == (Duration.parse("3 hours"),)


def test_another_unit_than_the_suggested_one_has_the_categorys_deadline(small):
    published_rules(routing_rule("quick", lead={"unit": "roads"}, handle="3 hours"))
    incident, line = _dispatched(small, small.water.pk)
    assert "rule" not in line.data
    allowed = Progress.from_json(incident.progress).clocks["handle"].allowances
    assert allowed == (Duration.parse(small.category().deadlines["general"]),)


def test_a_case_stays_under_the_rules_that_it_began_with(small):
    incident = reported(small)
    published_rules(routing_rule("new", lead={"unit": "roads"}))
    found = suggest(incident, at=SUNDAY_NOON)
    assert found is not None
    assert found.rule.key == "holding_centre"


def test_a_closed_unit_gives_way_and_co_units_are_named(small):
    picks = [{"unit": "water"}, {"centre": True}]
    published_rules(routing_rule("a", lead={"unit": "roads"}, co_units=picks))
    found = suggest(reported(small), at=SUNDAY_NOON)
    assert found is not None
    assert found.co_units == (small.water, small.platform)
    type(small.roads).objects.filter(pk=small.roads.pk).update(active=False)
    from linli.incidents import references

    references.forget()
    found = suggest(reported(small), at=SUNDAY_NOON)
    assert found is not None
    assert found.rule.key == "holding_centre"
