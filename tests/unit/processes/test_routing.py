"""The first rule that fits and finds a unit decides; later ones say what they would have said."""

from datetime import datetime

import pytest

from linli.processes import Definition
from linli.processes.directory import Post, Posts
from linli.processes.routing import Ground, How, Matter, Routed, route
from linli.processes.routing_table import Rule, Window, hour_of_week
from tests.unit.processes.support import incident

COUNTY, TOWN, VILLAGE, GRID = "5301", "530101", "530101201", "530101201001"
NIGHT = {"start": 18, "end": 8}
SATURDAY_NIGHT = 5 * 24 + 23
POSTS = Posts.of(
    [
        Post("centre", area=COUNTY, centre=True),
        Post("town", area=TOWN, centre=True),
        Post("forestry", "forestry", COUNTY),
        Post("forest-station", "forestry", TOWN),
        Post("emergency", "emergency", COUNTY),
        Post("police-a", "police", TOWN),
        Post("police-b", "police", TOWN),
    ]
)


def matter(**facts: object) -> Matter:
    given = {
        "path": (GRID, VILLAGE, TOWN, COUNTY),
        "categories": ("0201", "02"),
        "trade": "forestry",
        "countywide": False,
        "severity": "general",
        "source": "call",
        "hour": 9,
    }
    return Matter(**(given | facts))  # type: ignore[arg-type]


def rule(key: str, lead: dict[str, object], when: dict[str, object] | None = None, **more) -> Rule:
    label = {"zh": key, "en": key}
    return Rule.model_validate(
        {"key": key, "label": label, "when": when or {}, "lead": lead, **more}
    )


def with_rules(*rules: Rule) -> Definition:
    return incident().model_copy(update={"routing": rules})


def said(routed: Routed | None) -> list[tuple[str, str]]:
    assert routed is not None
    return [(one.rule.key, one.lead) for one in (routed.chosen, *routed.later)]


def test_the_shipped_rules_take_the_nearest_of_the_trade_then_the_centre():
    routed = route(incident(), matter(), POSTS)
    assert said(routed) == [("own_trade", "forest-station"), ("holding_centre", "town")]
    assert routed is not None
    assert (routed.chosen.found.how, routed.chosen.found.area) == (How.NEAREST, TOWN)
    assert routed.chosen.grounds == ()


def test_a_category_of_the_county_passes_the_township_over():
    routed = route(incident(), matter(countywide=True), POSTS)
    assert said(routed)[0] == ("own_trade", "forestry")
    assert routed is not None
    assert routed.chosen.found.how is How.COUNTYWIDE


def test_a_trade_that_nobody_has_nearby_goes_to_the_county_and_one_that_nobody_has_gives_way():
    assert said(route(incident(), matter(trade="emergency"), POSTS))[0][1] == "emergency"
    assert said(route(incident(), matter(trade="telecom"), POSTS)) == [("holding_centre", "town")]
    assert said(route(incident(), matter(trade=""), POSTS)) == [("holding_centre", "town")]


def test_a_matter_without_a_place_is_the_countys():
    assert said(route(incident(), matter(path=(COUNTY,)), POSTS)) == [
        ("own_trade", "forestry"),
        ("holding_centre", "centre"),
    ]


def test_nobody_at_all_is_said_as_such():
    assert route(incident(), matter(), Posts.of([])) is None
    assert route(with_rules(), matter(), POSTS) is None


@pytest.mark.parametrize(
    ("when", "facts", "ground"),
    [
        ({"areas": [TOWN]}, {}, (Ground.AREA, TOWN)),
        ({"areas": [COUNTY]}, {}, (Ground.AREA, COUNTY)),
        ({"areas": ["530199"]}, {}, None),
        ({"categories": ["02"]}, {}, (Ground.CATEGORY, "02")),
        ({"categories": ["0202", "03"]}, {}, None),
        ({"severities": ["critical"]}, {"severity": "critical"}, (Ground.SEVERITY, "critical")),
        ({"severities": ["critical"]}, {}, None),
        ({"sources": ["call", "visit"]}, {}, (Ground.SOURCE, "call")),
        ({"sources": ["device"]}, {}, None),
        ({"hours": [NIGHT]}, {"hour": SATURDAY_NIGHT}, (Ground.HOUR, str(SATURDAY_NIGHT))),
        ({"hours": [NIGHT]}, {"hour": SATURDAY_NIGHT + 8}, (Ground.HOUR, "151")),
        ({"hours": [NIGHT]}, {"hour": 9}, None),
        ({"hours": [{"days": ["sun"], **NIGHT}]}, {"hour": 3}, (Ground.HOUR, "3")),
    ],
)
def test_every_condition_holds_and_says_what_met_it(when, facts, ground):
    definition = with_rules(rule("a", {"unit": "emergency"}, when))
    routed = route(definition, matter(**facts), POSTS)
    assert (routed.chosen.grounds if routed else None) == ((ground,) if ground else None)


def test_a_dissolved_unit_gives_way_to_the_next_rule():
    rules = (rule("a", {"unit": "gone"}), rule("b", {"unit": "emergency"}))
    assert said(route(with_rules(*rules), matter(), POSTS)) == [("b", "emergency")]


def test_a_named_trade_is_near_unless_the_rule_says_county():
    near, wide = {"function": "forestry"}, {"function": "forestry", "reach": "county"}
    rules = (rule("a", near), rule("b", wide))
    found = route(with_rules(*rules), matter(trade="police", countywide=True), POSTS)
    assert said(found) == [("a", "forest-station"), ("b", "forestry")]


def test_of_two_units_of_a_trade_in_one_place_the_first_answers():
    assert said(route(incident(), matter(trade="police"), POSTS))[0][1] == "police-a"


def test_co_units_are_found_alike_and_never_doubled():
    picks = [{"function": "category"}, {"unit": "emergency"}, {"unit": "gone"}, {"centre": True}]
    one = rule("a", {"unit": "emergency"}, co_units=[*picks, {"centre": True}], handle="2 hours")
    routed = route(with_rules(one), matter(), POSTS)
    assert routed is not None
    assert routed.chosen.co_units == ("forest-station", "town")
    assert str(routed.chosen.handle) == "2 hours"


def test_the_hour_of_the_week_begins_on_monday():
    assert hour_of_week(datetime(2026, 9, 21, 0, 59)) == 0  # noqa: DTZ001 -- local, by meaning
    assert hour_of_week(datetime(2026, 9, 26, 23, 0)) == SATURDAY_NIGHT  # noqa: DTZ001
    whole = Window.model_validate({"start": 8, "end": 8, "days": ["sun"]})
    assert sorted(whole.hours()) == [*range(8), *range(6 * 24 + 8, 168)]
