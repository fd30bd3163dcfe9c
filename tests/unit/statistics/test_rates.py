"""Rates of ended cases: counted in the transaction that ends them, taken back by a reopening."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.casework import tallies
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.models import Incident
from linli.statistics.incidents import Part, Share, figures
from linli.statistics.totals import rates, totals
from tests.factories.counting import counted, recounted
from tests.factories.county import Small, small_county
from tests.factories.steps import attached, reported, step


@pytest.fixture
def small(county) -> Small:
    return small_county()


class Desk:
    """The people of a case, who take it to its end `days` after it was reported."""

    def __init__(self, small: Small) -> None:
        self.small, self.operator = small, small.township_operator()
        self.handlers = {unit.pk: small.handler(unit) for unit in (small.water, small.roads)}

    def dispatched(self, *, days: int = 0, unit=None) -> Incident:
        unit = unit or self.small.water
        begun = timezone.now() - timedelta(days=days)
        draft = Draft(
            "路灯不亮", self.small.category().pk, "call", Spot(area_id=self.small.grid.pk)
        )
        case = report(draft, by=self.operator, at=begun)
        for key, fields in (("accept", {}), ("dispatch", {"unit": str(unit.pk)})):
            take_step(case.pk, key, fields, version=None, by=self.operator, at=begun)
        handler = self.handlers[unit.pk]
        return take_step(case.pk, "sign_for", {}, version=None, by=handler, at=begun)

    def handed_in(self, case: Incident) -> Incident:
        handler = self.handlers[case.lead_unit_id]
        return step(case, "hand_in", handler, result="好了", evidence=attached(handler))

    def closed(self, case: Incident) -> Incident:
        given = {"verification_kind": case.verification, "outcome": "solved"}
        return step(case, "verify_pass", self.operator, **given)


@pytest.fixture
def desk(small) -> Desk:
    return Desk(small)


@pytest.fixture
def cases(small, desk) -> dict[str, Incident]:
    """Of four closed ones one is late, one went through rework, one was extended."""
    made = {name: desk.dispatched() for name in ("in_time", "rework", "extended", "open")}
    made["late"] = desk.dispatched(days=40, unit=small.roads)
    handler = desk.handlers[small.water.pk]
    extra = {"extra_time": "1 working day"}
    step(made["extended"], "ask_extension", handler, reason="下雨", **extra)
    step(made["extended"], "grant_extension", desk.operator, **extra)
    for name in ("in_time", "rework", "extended", "late"):
        made[name] = desk.handed_in(made[name])
    kind = made["rework"].verification
    step(made["rework"], "verify_fail", desk.operator, verification_kind=kind, reason="没修好")
    desk.handed_in(made["rework"])
    for name in ("in_time", "rework", "extended", "late"):
        made[name] = desk.closed(made[name])
    made["settled"] = step(reported(small), "settle", desk.operator, result="当场修好")
    made["refused"] = step(reported(small), "not_accept", desk.operator, reason="不属实")
    return made


def _told(share: Share) -> tuple[float | None, ...]:
    return share.on_time_percent, share.rework_percent, share.extension_percent


@pytest.mark.parametrize("folded", [False, True])
def test_rates_of_county_month_township_and_unit_equal_a_recount(small, cases, folded):
    if folded:
        tallies.fold()
    assert counted() == recounted()
    found = figures(small.dispatcher())
    assert _told(found.total) == (75.0, 25.0, 25.0)
    assert (found.total.marked["handled"], found.total.marked["dispatched"]) == (4, 4)
    townships, categories, units = (_parts(small.dispatcher(), by) for by in Part)
    assert _told(townships[small.township.pk]) == (75.0, 25.0, 25.0)
    assert _told(categories[small.category().pk]) == (75.0, 25.0, 25.0)
    assert _told(units[small.water.pk]) == (100.0, 33.3, 33.3)
    assert _told(units[small.roads.pk]) == (0.0, 0.0, 0.0)
    early, now = sorted(
        {timezone.localtime(one.opened_at).strftime("%Y-%m") for one in cases.values()}
    )
    by_month = {f"{month:%Y-%m}": _told(share) for month, share in found.months.items()}
    assert by_month == {early: (0.0, 0.0, 0.0), now: (100.0, 33.3, 33.3)}
    assert _told(figures(small.township_operator()).total) == (75.0, 25.0, 25.0)
    assert _parts(small.township_operator(), Part.UNIT) == {}
    assert _told(figures(desk_of(small)).total) == (100.0, 33.3, 33.3)


def _parts(actor, by: Part) -> dict:
    return dict(figures(actor, by=by).parts or {})


def desk_of(small: Small):
    """A unit's own figures: the water bureau's."""
    return small.staff("unit_head", unit=small.water)


def test_a_reopened_case_counts_again_when_it_ends_again(small, desk, cases):
    case = cases["late"]
    case = step(case, "reopen", desk.operator, solved="no", reason="又坏了")
    assert counted() == recounted()
    assert _told(figures(small.dispatcher()).total) == (100.0, 33.3, 33.3)
    case = step(case, "dispatch", desk.operator, unit=str(small.roads.pk))
    case = step(case, "sign_for", desk.handlers[small.roads.pk])
    desk.closed(desk.handed_in(case))
    assert counted() == recounted()
    tallies.fold()
    assert counted() == recounted()
    assert _told(figures(small.dispatcher()).total) == (100.0, 25.0, 25.0)


def test_a_merged_case_and_a_young_county_have_no_rates(small, desk):
    main, other = desk.dispatched(), desk.dispatched()
    step(other, "merge", desk.operator, duplicate_of=str(main.pk))
    assert counted() == recounted()
    assert _told(figures(small.dispatcher()).total) == (None, None, None)


def test_totals_and_rates_of_the_command_are_the_same_numbers(small, cases):
    rows = totals("unit")
    closed = {row.key: row for row in rows if row.state == "closed"}
    water = closed["water"]
    assert (water.amount, water.handled, water.on_time) == (3, 3, 3)
    assert (water.reworked, water.extended, water.dispatched) == (1, 1, 3)
    assert rates(rows)["roads"]["on_time_percent"] == 0.0
    assert rates(totals("state"))[""] == {
        "on_time_percent": 75.0,
        "rework_percent": 25.0,
        "extension_percent": 25.0,
    }
