"""Who verifies: never the handler; nobody else there: the county's queue. And sampled checks."""

from datetime import date

import pytest
from django.utils import timezone

from linli.access.actor import Actor, actor_for
from linli.accounts.enums import Role
from linli.accounts.models import Membership, User
from linli.incidents.enums import State
from linli.incidents.models import Incident
from linli.incidents.work import my_work, work_count
from linli.notifications.models import Notice
from linli.processes import Refused
from tests.factories.county import BEGINNING, Small, small_county
from tests.factories.steps import dispatched, handled_by, reported, step

TODAY = date(2026, 11, 23)


@pytest.fixture
def small(county) -> Small:
    return small_county()


@pytest.fixture
def every_settling_is_drawn(monkeypatch) -> None:
    monkeypatch.setattr("linli.incidents.actions.sampling.secrets.randbelow", lambda _: 0)


def _waiting(actor: Actor, group: str = "to_verify") -> list[str]:
    found = my_work(actor, now=timezone.now())
    return [row.number for each in found if each.key == group for row in each.rows]


def _all_waiting(actor: Actor) -> list[str]:
    return [row.number for each in my_work(actor, now=timezone.now()) for row in each.rows]


def _operator_who_also_handles(small: Small) -> Actor:
    """A small township's only operator, who works for the water station too."""
    handler = small.handler(small.water)
    Membership.objects.create(
        user_id=handler.id,
        role=Role.TOWNSHIP_OPERATOR,
        unit=small.platform,
        area=small.township,
        valid_from=BEGINNING,
    )
    actor = actor_for(User.objects.get(pk=handler.id), today=TODAY)
    assert actor is not None
    return actor


def _handed_in(small: Small, handler: Actor) -> Incident:
    return handled_by(small, handler, small.water, operator=handler)


def test_a_result_waits_for_the_platform_where_somebody_else_may_verify(small):
    operator, county = small.township_operator(), small.verifier()
    incident = handled_by(small, small.handler(), small.water, operator=operator)
    assert incident.verifier_unit_id == small.platform.pk
    assert _all_waiting(operator) == [incident.number]
    assert _all_waiting(county) == []


def test_what_a_platform_handled_itself_is_in_the_countys_queue(small):
    """Where the routing finds no other unit, the holding centre leads: it has to be able to."""
    operator, county = small.township_operator(), small.verifier()
    incident = handled_by(small, operator, small.platform, operator=operator)
    assert incident.verifier_unit_id == small.centre.pk
    assert _waiting(county) == [incident.number]
    assert _all_waiting(small.township_operator()) == []  # a colleague belongs to the unit, too
    fields = {"verification_kind": incident.verification, "outcome": "solved"}
    assert step(incident, "verify_pass", county, **fields).state == State.CLOSED


def test_what_a_townships_only_operator_handled_is_in_the_countys_queue(small):
    operator, county = _operator_who_also_handles(small), small.verifier()
    incident = _handed_in(small, operator)
    assert incident.verifier_unit_id == small.centre.pk
    assert _waiting(county) == [incident.number]
    assert work_count(county) == 1
    assert _all_waiting(operator) == []
    fields = {"verification_kind": incident.verification, "outcome": "solved"}
    with pytest.raises(Refused):
        step(incident, "verify_pass", operator, **fields)
    verified = step(incident, "verify_pass", county, **fields)
    assert verified.state == State.CLOSED
    assert verified.verifier_unit_id is None


def _asks_for_more_time(small: Small, handler: Actor, operator: Actor) -> Incident:
    incident = step(dispatched(small, small.water, operator), "sign_for", handler)
    return step(incident, "ask_extension", handler, reason="等配件", extra_time="2 working days")


def test_more_time_for_the_only_operators_own_work_is_the_countys_to_grant(small):
    operator, county = _operator_who_also_handles(small), small.dispatcher()
    incident = _asks_for_more_time(small, operator, operator)
    assert incident.verifier_unit_id == small.centre.pk
    assert _all_waiting(operator) == []
    assert _waiting(county, "to_do") == [incident.number]
    assert work_count(county) == 1
    assert Notice.objects.filter(unit=small.centre, message="verifier.ask_extension").exists()
    granted = step(incident, "grant_extension", county, extra_time="2 working days")
    assert granted.verifier_unit_id is None
    assert _all_waiting(county) == []
    assert _all_waiting(operator) == [incident.number]


def test_more_time_is_granted_by_the_platform_where_somebody_there_may(small):
    operator, handler = small.township_operator(), small.handler()
    incident = _asks_for_more_time(small, handler, operator)
    assert incident.verifier_unit_id is None
    assert _all_waiting(operator) == [incident.number]
    assert _all_waiting(small.dispatcher()) == _all_waiting(handler) == []


def test_a_colleague_keeps_it_in_the_township_but_out_of_the_handlers_list(small):
    operator, colleague = _operator_who_also_handles(small), small.township_operator()
    incident = _handed_in(small, operator)
    assert incident.verifier_unit_id == small.platform.pk
    assert _waiting(colleague) == [incident.number]
    assert _all_waiting(operator) == []


@pytest.mark.parametrize(
    "absence",
    [
        {"valid_to": date(2026, 1, 6)},
        {"away_from": date(2026, 1, 6), "away_to": date(2126, 1, 6)},
    ],
    ids=["has left", "is on leave"],
)
def test_who_is_not_there_does_not_count(small, absence):
    operator, colleague = _operator_who_also_handles(small), small.township_operator()
    Membership.objects.filter(user_id=colleague.id).update(**absence)
    assert _handed_in(small, operator).verifier_unit_id == small.centre.pk


def test_rework_takes_it_out_of_the_queue_and_the_next_result_puts_it_back(small):
    operator, handler = small.township_operator(), small.handler()
    incident = handled_by(small, handler, small.water, operator=operator)
    incident = step(
        incident, "verify_fail", operator, verification_kind=incident.verification, reason="仍漏水"
    )
    assert incident.verifier_unit_id is None
    assert _all_waiting(operator) == []


def test_a_remark_leaves_the_queue_as_it_is(small):
    operator = small.township_operator()
    incident = handled_by(small, small.handler(), small.water, operator=operator)
    incident = step(incident, "comment", operator, text="已通知村委会")
    assert incident.verifier_unit_id == small.platform.pk


@pytest.mark.usefixtures("every_settling_is_drawn")
def test_a_settled_matter_that_was_drawn_waits_for_its_check(small):
    operator, county = small.township_operator(), small.verifier()
    worker = small.worker()
    incident = step(reported(small, worker), "settle", worker, result="已关阀门")
    assert _waiting(operator, "to_check") == [incident.number]
    assert work_count(operator) == 1
    assert _waiting(county, "to_check") == []
    assert _waiting(worker, "to_check") == []
    step(incident, "sample_confirm", operator, verification_kind="on_site")
    assert _all_waiting(operator) == []
    assert work_count(operator) == 0


@pytest.mark.usefixtures("every_settling_is_drawn")
def test_what_the_only_operator_settled_is_checked_by_the_county(small):
    operator, county = small.township_operator(), small.verifier()
    incident = step(reported(small, operator), "settle", operator, result="已当面解释")
    assert _waiting(county, "to_check") == [incident.number]
    assert _all_waiting(operator) == []
    back = step(incident, "sample_reject", county, verification_kind="on_site", reason="与事实不符")
    assert (back.state, back.verifier_unit_id) == (State.ACCEPTED, None)
    assert _all_waiting(operator) == [incident.number]
    assert Notice.objects.get(user_id=operator.id).message == "reporter.sample_reject"
    with pytest.raises(Refused, match="handled_yourself"):  # nobody withdraws what failed
        step(back, "withdraw", operator, reason="已解决")


def test_a_settled_matter_that_was_not_drawn_waits_for_nobody(small, monkeypatch):
    monkeypatch.setattr(
        "linli.incidents.actions.sampling.secrets.randbelow", lambda parts: parts - 1
    )
    operator, worker = small.township_operator(), small.worker()
    incident = step(reported(small, worker), "settle", worker, result="已关阀门")
    assert incident.verifier_unit_id is None
    assert _all_waiting(operator) == []
