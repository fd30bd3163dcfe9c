"""The county as the check sees it: its units, rotas, people and categories of today."""

from datetime import UTC, datetime, time

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError
from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership
from linli.calendars import Duration
from linli.casework.definitions import newest_process
from linli.incidents import references
from linli.incidents.county import county_at
from linli.incidents.coverage import check, gaps_of, published_gaps
from linli.organisations.models import Unit
from linli.processes.coverage import Code
from linli.processes.routing_table import ALL_HOURS
from linli.processes.vocabulary import Alerted
from tests.factories.county import BEGINNING, Small, small_county
from tests.factories.processes import SHIPPED

WEDNESDAY = datetime(2026, 9, 23, 2, 0, tzinfo=UTC)  # 10:00 in China
TEN = 2 * 24 + 10


@pytest.fixture
def small(county) -> Small:
    found = small_county()
    for role, unit in ((Role.DISPATCHER, found.centre), (Role.UNIT_HANDLER, found.water)):
        found.staff(role, unit=unit)
    return found


def _member(unit: Unit, number: int = 0) -> Membership:
    return Membership.objects.filter(unit=unit).order_by("id")[number]


def _round_the_clock(small: Small, **seats: Membership | None) -> None:
    DutyShift.objects.create(
        unit=small.centre,
        weekdays=list(range(7)),
        starts=time(0),
        ends=time(0),
        valid_from=BEGINNING,
        **seats,
    )


def test_places_categories_and_units_are_those_of_today(small):
    county = county_at(WEDNESDAY)
    assert county.places[county.code].path == (county.code,)
    kinds = {kind.code: kind for kind in county.kinds}
    assert "02" not in kinds
    assert kinds["0201"].codes == ("0201", "02")
    assert kinds["0105"].countywide
    assert kinds["0201"].durations["critical"]["handle"] == Duration.parse("1 hour")
    assert county.categories["02"].en == "Hazard"
    assert county.desks["water"].post.area == county.code
    assert county.desks["mao"].post.centre
    assert (county.desks["water"].staffed, county.desks["roads"].staffed) == (True, False)
    assert county.rights["incident.dispatch"]
    assert not county.rights["incident.supervise"]
    assert not county.leader
    assert county.sources["call"].zh == "来电"
    assert county.trades["water"].zh == "水务"


def test_without_rotas_units_answer_in_working_hours_and_fall_back_on_the_centre(small):
    first = county_at(WEDNESDAY).weeks[0]
    assert first.ahead == ALL_HOURS & ~((1 << TEN) - 1)
    assert first.covers["water"].answered >> TEN & 1
    assert not first.covers["water"].answered >> (TEN + 12) & 1
    assert first.covers["roads"].answered >> TEN & 1  # by the centre above
    assert not first.alerted[Alerted.DUTY_LEADER]


def test_a_rota_round_the_clock_at_the_centre_answers_for_everybody(small):
    small.staff(Role.LEADER, unit=small.centre)
    small.staff(Role.COUNTY_OPERATOR, unit=small.centre)
    officer, leader, deputy = (_member(small.centre, number) for number in range(3))
    _round_the_clock(small, officer=officer, deputy=deputy, leader=leader)
    county = county_at(WEDNESDAY)
    assert all(cover.answered == ALL_HOURS for cover in county.weeks[1].covers.values())
    assert all(cover.backed == ALL_HOURS for cover in county.weeks[1].covers.values())
    assert set(county.weeks[1].alerted.values()) == {ALL_HOURS}
    codes = {gap.code for gap in check(newest_process("incident"), now=WEDNESDAY).gaps}
    assert not codes & {Code.NOBODY_ON_DUTY, Code.NO_DEPUTY, Code.ALERT_REACHES_NOBODY}


def test_a_rota_that_runs_out_within_two_weeks_is_a_gap(small):
    _round_the_clock(small, officer=_member(small.centre))
    DutyShift.objects.update(valid_to=WEDNESDAY.date().replace(day=30))
    found = {gap.code: gap for gap in check(newest_process("incident"), now=WEDNESDAY).gaps}
    assert found[Code.ROTA_ENDS].mend.key == small.centre.code
    night = found[Code.NOBODY_ON_DUTY].example
    assert night is not None
    assert night.monday == WEDNESDAY.date().replace(day=28)


def test_a_closed_unit_is_no_longer_found(small):
    before = check(newest_process("incident"), now=WEDNESDAY)
    Unit.objects.filter(pk=small.water.pk).update(active=False)
    references.forget()
    after = check(newest_process("incident"), now=WEDNESDAY)
    assert "water" in before.county.desks
    assert "water" not in after.county.desks


def test_a_document_is_judged_before_it_is_published(small):
    operator = small.dispatcher()
    text = SHIPPED.read_text(encoding="utf-8")
    asked = gaps_of(text, by=operator)
    now = {gap.key for gap in published_gaps(by=operator).gaps}
    assert {gap.key for gap in asked.gaps} == now
    odd = text.replace("lead: {centre: true}", "lead: {unit: nobody-here}")
    unknown = [gap for gap in gaps_of(odd, by=operator).gaps if gap.code is Code.UNKNOWN_UNIT]
    assert [gap.mend.key for gap in unknown] == ["holding_centre"]


def test_an_unsound_document_answers_with_its_faults(small):
    found = gaps_of("key: incident", by=small.dispatcher())
    assert {gap.code for gap in found.gaps} == {Code.FAULT}
    assert found.words(found.gaps[0], "en")
    assert found.example(found.gaps[0], "en") == ""


def test_who_may_not_see_the_process_is_refused(small):
    with pytest.raises(PermissionRefusedError):
        published_gaps(by=small.worker())


def test_every_gap_has_words_and_an_example_in_both_languages(small):
    found = check(newest_process("incident"), now=timezone.now())
    assert found.gaps
    for gap in found.gaps:
        for language in ("zh-hans", "en"):
            assert "{" not in found.words(gap, language)
            assert "{" not in found.example(gap, language)
