"""Figures equal a plain recount of the rows, for the county and for each scope."""

from collections import Counter

import pytest

from linli.accounts.enums import Role
from linli.casework import tallies
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.enums import FINAL_STATES
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.statistics.incidents import NOT_DONE, Part, Share, figures, open_by_township
from linli.territory import snapshots
from linli.territory.models import AreaVersion
from tests.factories.county import BEGINNING, Small, small_county
from tests.factories.rows import make


@pytest.fixture
def small(county) -> Small:
    small = small_county()
    for area in (small.township, small.village, small.grid):
        make(AreaVersion, area=area, parent=area.parent, name=area.name, valid_from=BEGINNING)
    snapshots.forget()
    return small


@pytest.fixture
def cases(small) -> list[Incident]:
    operator, made = small.township_operator(), []
    for n in range(6):
        draft = Draft(f"第{n}处", small.category().pk, "call", Spot(area_id=small.grid.pk))
        made.append(report(draft, by=operator))
    for one in made[:3]:
        take_step(one.pk, "accept", {}, version=None, by=operator)
    take_step(made[3].pk, "not_accept", {"reason": "不属实"}, version=None, by=operator)
    take_step(made[4].pk, "settle", {"result": "已当场修好"}, version=None, by=operator)
    unit = {"unit": str(small.water.pk)}
    take_step(made[0].pk, "dispatch", unit, version=None, by=operator)
    return made


def _recount(actor) -> Counter:
    return Counter(visible_to(actor).values_list("state", flat=True))


def _opened(actor, by: Part) -> dict:
    parts = figures(actor, by=by).parts or {}
    return {key: share.opened for key, share in parts.items()}


@pytest.mark.parametrize("folded", [False, True])
def test_totals_equal_a_recount_before_and_after_folding(small, cases, folded):
    if folded:
        tallies.fold()
    actor = small.dispatcher()
    found = figures(actor)
    assert found.total.by_state == _recount(actor)
    assert found.total.opened == len(cases)
    assert found.total.open == sum(n for s, n in _recount(actor).items() if s not in FINAL_STATES)
    assert sum(share.opened for share in found.months.values()) == len(cases)
    assert _opened(actor, Part.TOWNSHIP) == {small.township.pk: len(cases)}
    assert _opened(actor, Part.CATEGORY) == {small.category().pk: len(cases)}
    assert open_by_township() == {small.township.pk: 4}


def test_every_scope_counts_what_it_sees(small, cases):
    village = small.staff(Role.VILLAGE_OPERATOR, unit=small.village_office, area=small.village)
    for actor in (small.township_operator(), small.worker(), village, small.handler()):
        found = figures(actor, by=Part.TOWNSHIP)
        assert found.total.by_state == _recount(actor)
        assert found.parts is None


def test_who_may_see_no_figures_sees_none(small, cases):
    auditor = small.staff(Role.AUDIT_ADMINISTRATOR)
    assert figures(auditor).total == Share()


def test_a_share_leaves_out_what_was_never_to_be_done():
    share = Share()
    for state, amount in {"closed": 2, "handling": 1, "not_accepted": 5, "merged": 2}.items():
        share.add(state, amount)
    assert (share.countable, share.done) == (3, 2)
    assert share.done_percent == 66.7


@pytest.mark.parametrize("state", sorted(NOT_DONE))
def test_nothing_to_count_is_no_percentage(state):
    share = Share()
    share.add(state, 3)
    assert share.done_percent is None
    assert Share().done_percent is None
