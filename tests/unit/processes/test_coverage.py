"""Each kind of gap, planted in a county that is covered: its words, its example, its mend."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from linli.calendars import Duration
from linli.processes import Definition
from linli.processes.coverage import (
    At,
    Code,
    County,
    Cover,
    Gap,
    Mend,
    example_words,
    find_gaps,
    gap_words,
)
from linli.processes.coverage.messages import MESSAGES
from linli.processes.routing_table import ALL_HOURS
from linli.processes.vocabulary import Alerted, Target
from tests.unit.processes.counties import (
    MONDAY,
    OFFICE,
    covered,
    desk,
    kind,
    rule,
    week,
    with_rules,
)
from tests.unit.processes.support import incident

SATURDAY_TWO = 5 * 24 + 2


def gaps(definition: Definition | None = None, county: County | None = None) -> dict[Code, Gap]:
    """The gaps by code; each code once."""
    found = find_gaps(definition or incident(), county or covered()).gaps
    assert len({gap.key for gap in found}) == len(found)
    return {gap.code: gap for gap in found}


def only(code: Code, definition: Definition | None = None, county: County | None = None) -> Gap:
    found = gaps(definition, county)
    assert list(found) == [code]
    return found[code]


def said(gap: Gap, definition: Definition | None = None, county: County | None = None) -> str:
    given = (gap, definition or incident(), county or covered())
    return f"{gap_words(*given, 'en')} E.g. {example_words(*given, 'en')}"


def with_desks(county: County, **desks: object) -> County:
    return replace(county, desks={**county.desks, **desks})  # type: ignore[dict-item]


def on_duty(county: County, **covers: Cover) -> County:
    always = dict.fromkeys(county.desks, Cover(ALL_HOURS, ALL_HOURS))
    return replace(county, weeks=(week(county.desks, covers=always | covers),))


def test_the_shipped_definition_covers_a_county_that_is_staffed():
    found = find_gaps(incident(), covered())
    assert found.gaps == ()
    assert (found.grids, found.places, found.categories) == (2, 7, 3)
    assert found.cells == 7 * 3 * 168
    assert found.classes < 7 * 3


def test_a_trade_without_a_unit_and_without_a_net_is_a_gap_with_its_places():
    county = replace(covered(), kinds=(*covered().kinds, kind("0401", "telecom")))
    definition = with_rules(incident().routing[0])
    gap = only(Code.NO_UNIT, definition, county)
    assert gap.mend == Mend(At.ROUTING)
    assert gap.cells == 7 * 168
    assert said(gap, definition, county).startswith(
        "No rule finds a unit for 1 categories of the trade “telecom”. E.g. "
    )
    assert gap.example is not None
    assert (gap.example.category, gap.example.place[-3:]) == ("0401", "001")  # a grid


def test_an_empty_table_leaves_every_trade_without_a_unit():
    found = find_gaps(with_rules(), covered()).gaps
    assert [(gap.code, gap.params["trade"]) for gap in found] == [
        (Code.NO_UNIT, "forestry"),
        (Code.NO_UNIT, "water"),
    ]


def test_hours_without_anybody_on_duty_are_told_once_with_the_first_night():
    office = Cover(OFFICE, OFFICE)
    county = on_duty(covered(), centre=office, town=office, station=office)
    gap = only(Code.NOBODY_ON_DUTY, county=county)
    assert gap.mend == Mend(At.ROTA, "centre")
    assert (gap.params["hours"], gap.params["count"]) == (168 - 50, 3)
    assert gap.cells == 7 * 3 * (168 - 50)  # every place has a centre that sleeps
    assert said(gap, county=county).endswith(
        "E.g. 530101 530101201 530101201001, 0201, 2026-09-21 Mon 00:00, station"
    )


def test_hours_that_lie_behind_do_not_count():
    office, late = Cover(OFFICE, OFFICE), ALL_HOURS & ~((1 << SATURDAY_TWO) - 1)
    county = covered()
    covers = dict.fromkeys(county.desks, office)
    first, second = week(county.desks, covers=covers, ahead=late), week(county.desks)
    county = replace(county, weeks=(first, replace(second, monday=MONDAY + timedelta(weeks=1))))
    gap = only(Code.NOBODY_ON_DUTY, county=county)
    assert gap.example is not None
    assert (gap.example.hour, gap.example.monday) == (SATURDAY_TWO, MONDAY)


def test_who_answers_alone_lacks_a_deputy():
    county = on_duty(covered(), water=Cover(ALL_HOURS, ALL_HOURS & ~1))
    gap = only(Code.NO_DEPUTY, county=county)
    assert (gap.mend, gap.params["hours"]) == (Mend(At.ROTA, "centre"), 1)
    assert gap.cells == 7 * 2  # both kinds of water, everywhere, in one hour


def test_units_stand_in_for_each_other_up_to_the_centre_and_circles_end():
    county = covered()
    assert county.chain("station") == ["station", "forestry", "town", "centre"]
    circle = with_desks(
        county,
        station=replace(county.desks["station"], deputy="water"),
        water=replace(county.desks["water"], deputy="station"),
    )
    assert circle.chain("station") == ["station", "water", "town", "centre"]
    alone = with_desks(county, water=replace(county.desks["water"], deputy="gone"))
    assert alone.chain("water") == ["water", "centre"]


@pytest.mark.parametrize(
    ("when", "lead", "code", "subject"),
    [
        ({"areas": ["539999"]}, {"unit": "water"}, Code.UNKNOWN_AREA, "539999"),
        ({"categories": ["77"]}, {"unit": "water"}, Code.UNKNOWN_CATEGORY, "77"),
        ({"sources": ["pigeon"]}, {"unit": "water"}, Code.UNKNOWN_SOURCE, "pigeon"),
        ({}, {"unit": "dissolved"}, Code.UNKNOWN_UNIT, "dissolved"),
        ({}, {"function": "magic"}, Code.UNKNOWN_TRADE, "magic"),
    ],
)
def test_names_that_mean_nothing_here(when, lead, code, subject):
    definition = with_rules(rule("odd", lead, when), *incident().routing)
    gap = only(code, definition)
    assert gap.mend == Mend(At.RULE, "odd")
    assert gap.params["subject"] == subject
    assert subject in said(gap, definition)
    assert "rule odd" in said(gap, definition)


def test_a_co_unit_that_is_gone_is_named():
    definition = with_rules(
        rule("odd", {"unit": "water"}, {"categories": ["03"]}, co_units=[{"unit": "gone"}]),
        *incident().routing,
    )
    assert only(Code.UNKNOWN_UNIT, definition).params["unit"] == "gone"


def test_emergencies_name_categories_that_exist():
    path = incident().emergency
    assert path is not None
    odd = path.model_copy(update={"categories": ("0201", "9999")})
    definition = incident().model_copy(update={"emergency": odd})
    gap = only(Code.UNKNOWN_CATEGORY, definition)
    assert gap.mend == Mend(At.EMERGENCY)
    assert "path of emergencies" in said(gap, definition)


def test_a_right_that_does_not_exist_and_one_that_nobody_holds():
    county = covered()
    nobody = replace(county, rights={**county.rights, "incident.rule": False})
    gap = only(Code.NOBODY_HOLDS, county=nobody)
    assert gap.mend == Mend(At.TRANSITION, "rule")
    assert "“Rule”" in said(gap)
    fewer = {right: held for right, held in county.rights.items() if right != "incident.rule"}
    assert only(Code.UNKNOWN_RIGHT, county=replace(county, rights=fewer)).mend == gap.mend


def test_rules_that_never_decide_and_those_that_stand_before_them():
    net = incident().routing[-1]
    rules = (
        rule("all", {"unit": "water"}),
        rule("hidden", {"unit": "forestry"}, {"categories": ["02"]}),
        rule("nowhere", {"function": "forestry"}, {"areas": ["530102"], "categories": ["0305"]}),
        net,
    )
    definition = with_rules(*rules)
    found = find_gaps(definition, covered()).gaps
    assert [(gap.code, gap.mend.key) for gap in found] == [
        (Code.RULE_SHADOWED, "hidden"),
        (Code.RULE_SHADOWED, "nowhere"),
    ]
    assert "“rule all” always does so before it" in said(found[0], definition)


def test_two_rules_together_can_hide_a_third():
    day, night = {"hours": [{"start": 8, "end": 20}]}, {"hours": [{"start": 20, "end": 8}]}
    definition = with_rules(
        rule("day", {"unit": "water"}, day),
        rule("night", {"unit": "forestry"}, night),
        rule("never", {"function": "category"}),
        incident().routing[-1],
    )
    gap = only(Code.RULE_SHADOWED, definition)
    assert gap.params["rules"] == ("day", "night")


def test_a_rule_whose_conditions_meet_nowhere_or_whose_trade_works_elsewhere():
    never = rule("never", {"unit": "water"}, {"areas": ["530102"], "categories": ["02"]})
    county = replace(covered(), kinds=(kind("0303", "water"),))
    assert only(Code.RULE_NEVER_FITS, with_rules(never, *incident().routing), county)
    elsewhere = with_desks(covered(), dyke=desk("dyke", "dykes", "530101"))
    far = rule("far", {"function": "dykes"}, {"areas": ["530102"]})
    assert only(Code.RULE_FINDS_NOBODY, with_rules(far, *incident().routing), elsewhere)


def _changed(**parts: object) -> Definition:
    return incident().model_copy(update=parts)


def test_an_open_state_without_a_ladder():
    states = dict(incident().states)
    states["rework"] = states["rework"].model_copy(update={"ladder": None})
    gap = only(Code.NO_LADDER, _changed(states=states))
    assert gap.mend == Mend(At.STATE, "rework")
    assert "“Rework”" in said(gap)


def test_a_ladder_ends_at_the_county_by_its_times_not_by_its_order():
    ladders = dict(incident().ladders)
    first, *rest = ladders["desk"].rungs
    late = first.model_copy(update={"after": Duration.parse("9 working days")})
    ladders["desk"] = ladders["desk"].model_copy(update={"rungs": (late, *rest)})
    gap = only(Code.LADDER_ENDS_EARLY, _changed(ladders=ladders))
    assert gap.mend == Mend(At.LADDER, "desk")


def _warnings(county: County, definition: Definition | None = None) -> list[Gap]:
    """What is told where nothing is left open."""
    found = find_gaps(definition or incident(), county)
    assert found.gaps == ()
    return list(found.warnings)


def test_targets_that_the_county_does_not_have_are_told_and_bar_nothing():
    (told,) = _warnings(replace(covered(), leader=False))
    assert (told.code, told.mend) == (Code.TARGET_MISSING, Mend(At.LADDER, "unit"))
    assert told.params["target"] == Target.LEADER
    assert "the leader, whom the county does not have" in said(told)
    headless = {code: replace(one, headed=False) for code, one in covered().desks.items()}
    (told,) = _warnings(replace(covered(), desks=headless))
    assert (told.mend, told.params["target"]) == (Mend(At.LADDER, "unit"), Target.UNIT_HEAD)


def test_a_county_without_any_deputy_unit_can_publish():
    alone = {code: replace(one, deputy="") for code, one in covered().desks.items()}
    told = _warnings(replace(covered(), desks=alone))
    assert {(one.code, one.params["target"]) for one in told} == {
        (Code.TARGET_MISSING, Target.DEPUTY)
    }


def test_a_rung_on_the_way_that_reaches_nobody_at_one_unit_falls_through():
    empty = replace(covered().desks["water"], staffed=False)
    (told,) = _warnings(with_desks(covered(), water=empty))
    assert (told.code, told.mend) == (Code.RUNG_FALLS_THROUGH, Mend(At.LADDER, "unit"))
    assert (told.params["rung"], told.params["unit"]) == (1, "water")


def test_the_last_rung_has_nothing_to_fall_through_to():
    ladders = dict(incident().ladders)
    last = ladders["unit"].rungs[-1].model_copy(update={"tell": (Target.LEADER,)})
    rungs = (*ladders["unit"].rungs[:-1], last)
    ladders["unit"] = ladders["unit"].model_copy(update={"rungs": rungs})
    definition = _changed(ladders=ladders)
    assert find_gaps(definition, covered()).gaps == ()
    gap = only(Code.RUNG_REACHES_NOBODY, definition, replace(covered(), leader=False))
    assert (gap.mend, gap.params["rung"]) == (Mend(At.LADDER, "unit"), 4)


def test_steps_that_do_not_fit_in_the_whole_name_who_gives_the_time():
    slow = {"critical": {"handle": Duration.parse("3 working days")}}
    county = replace(covered(), kinds=(*covered().kinds, kind("0304", "water", durations=slow)))
    gap = only(Code.STEPS_TOO_LONG, county=county)
    assert gap.mend == Mend(At.CATEGORY, "0304")
    words = said(gap, county=county)
    assert "With 3 working days to handle (0304)" in words
    assert "especially major" in words
    quick = rule(
        "quick", {"unit": "water"}, {"severities": ["critical"]}, handle="40 working hours"
    )
    gap = only(Code.STEPS_TOO_LONG, with_rules(quick, *incident().routing))
    assert gap.mend == Mend(At.RULE, "quick")


def test_a_holiday_can_be_what_makes_the_steps_too_long():
    calendar = covered().calendar
    spring = frozenset(date(2027, 2, day) for day in range(8, 13))
    slow = {"critical": {"handle": Duration.parse("8 working hours")}}
    county = replace(
        covered(), kinds=(kind("0201", "forestry"), kind("0304", "water", durations=slow))
    )
    assert Code.STEPS_TOO_LONG not in gaps(
        county=replace(county, calendar=round_the_year(calendar))
    )
    holiday = replace(county, calendar=replace(round_the_year(calendar), holidays=spring))
    gap = gaps(county=holiday)[Code.STEPS_TOO_LONG]
    assert gap.example is not None
    assert gap.example.monday == date(2027, 2, 1)  # the fortnight with the holiday


def round_the_year(calendar):
    """Open every day of the week."""
    return replace(calendar, week=(calendar.week[0],) * 7)


def test_a_severity_without_a_time_for_the_whole():
    whole = incident().whole
    assert whole is not None
    fewer = {key: one for key, one in whole.by_severity.items() if key != "major"}
    gap = only(Code.NO_WHOLE, _changed(whole=whole.model_copy(update={"by_severity": fewer})))
    assert gap.params["severity"] == "major"
    assert find_gaps(_changed(whole=None), covered()).gaps == ()


def test_an_emergency_that_finds_no_leader_at_night():
    county = covered()
    alerted = dict.fromkeys(Alerted, ALL_HOURS) | {Alerted.DUTY_LEADER: OFFICE}
    county = replace(county, weeks=(week(county.desks, alerted=alerted),))
    gap = only(Code.ALERT_REACHES_NOBODY, county=county)
    assert (gap.mend, gap.params["hours"]) == (Mend(At.ROTA, "centre"), 118)
    assert "does not find the duty leader" in said(gap)


def test_a_rota_that_ends_and_a_county_without_centres():
    ending = replace(covered().desks["water"], rota_ends=date(2026, 10, 1))
    gap = only(Code.ROTA_ENDS, county=with_desks(covered(), water=ending))
    assert gap.mend == Mend(At.ROTA, "water")
    assert "from 2026-10-01" in said(gap)
    desks = {code: one for code, one in covered().desks.items() if not one.post.centre}
    found = gaps(county=replace(covered(), desks=desks))
    assert found[Code.NO_CENTRE].cells == 7 * 3 * 168


def test_every_kind_of_gap_has_words_in_both_languages():
    assert set(MESSAGES) == set(Code)
