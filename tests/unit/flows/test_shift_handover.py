"""A shift hands over what is urgent and promised; the successor accepts; silence is told."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError
from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership
from linli.audit.models import AuditEvent
from linli.database.context import county_context
from linli.flows.shift_handover import (
    PATIENCE,
    accept_handover,
    may_read,
    open_handover,
    prepare,
    remind,
    waiting_for,
)
from linli.incidents.actions import NotFound
from linli.incidents.actions.emergencies import raise_emergency
from linli.incidents.models import Incident, PromisedCall, ShiftHandover
from linli.incidents.promises import keep_promise, open_promises, promise_call
from linli.incidents.rules import Invalid
from linli.lib.errors import InputError
from linli.notifications.queries import newest
from tests.api.test_concurrency import together
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.duty import round_the_clock, shift
from tests.factories.steps import reported, step


@pytest.fixture
def small(county) -> Small:
    return small_county()


def _soon(hours: float = 2) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def _why(found) -> dict[str, tuple[str, ...]]:
    return {one.incident.title: one.why for one in found.matters}


def _titled(small, title: str, **changes) -> Incident:
    incident = reported(small, text=title)
    far = timezone.now() + timedelta(days=30)
    Incident.objects.filter(pk=incident.pk).update(**({"due_at": far} | changes))
    return incident


def test_a_handover_lists_what_the_next_shift_must_know_and_nothing_else(small):
    operator = small.township_operator()
    shift(small.platform, operator)
    _titled(small, "超期", due_at=timezone.now() - timedelta(hours=1))
    _titled(small, "快到期", due_at=_soon())
    _titled(small, "重大", severity="major")
    _titled(small, "督办", supervised=True)
    _titled(small, "寻常")
    raise_emergency(_titled(small, "应急").pk, by=operator)
    closed = _titled(small, "已结束", severity="critical")
    step(closed, "not_accept", operator, reason="不属于本县")
    found = _why(prepare(small.platform, by=operator, now=timezone.now()))
    assert found == {
        "应急": ("emergency",), "超期": ("overdue",), "快到期": ("due_soon",),
        "重大": ("severe",), "督办": ("supervised",),
    }  # fmt: skip
    assert next(iter(found)) == "应急"


def test_it_is_for_the_shift_that_comes_next(small):
    day, night = small.township_operator(), small.township_operator()
    shift(small.platform, day, hours=(8, 20))
    shift(small.platform, night, hours=(20, 8))
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    found = prepare(small.platform, by=day, now=noon)
    assert timezone.localtime(found.begins_at) == noon.replace(hour=20)
    assert found.ends_at - found.begins_at == timedelta(hours=12)


def test_the_successor_accepts_and_the_log_has_both(small):
    first, second = small.township_operator(), small.township_operator()
    row = open_handover(unit=small.platform, remark="井盖未换", by=first)
    assert "handover.opened" in {one.message for one in newest(second)}
    with pytest.raises(InputError, match="successor"):
        accept_handover(row.pk, remark="", by=first)
    accept_handover(row.pk, remark="知悉", by=second)
    row.refresh_from_db()
    assert (row.accepted_by, row.accept_remark) == (second.id, "知悉")
    with pytest.raises(InputError, match=second.label):
        accept_handover(row.pk, remark="", by=small.township_operator())
    actions = AuditEvent.objects.filter(county_id=A, action__startswith="duty.handover")
    assert actions.count() == 2


def test_who_stands_on_no_rota_of_the_unit_does_not_accept(small):
    first, second = small.township_operator(), small.township_operator()
    shift(small.platform, first, hours=(8, 20))
    leader, head = (small.staff(one, unit=small.platform) for one in (Role.LEADER, Role.UNIT_HEAD))
    shift(small.platform, second, leader=leader, hours=(20, 8))
    row = open_handover(unit=small.platform, remark="", by=first)
    for member in (leader, head):
        assert waiting_for(member) == []
        with pytest.raises(InputError, match="on duty"):
            accept_handover(row.pk, remark="", by=member)
    assert waiting_for(first) == []
    assert waiting_for(second) == [row]
    accept_handover(row.pk, remark="", by=second)


def test_who_comes_from_elsewhere_for_the_next_shift_accepts(small):
    duty = round_the_clock(small)  # the centre stands in for the platform
    helper, first = duty.centre_deputy, duty.officer
    DutyShift.objects.filter(unit=small.platform).delete()
    shift(small.platform, first, deputy=helper)
    row = open_handover(unit=small.platform, remark="", by=first)
    assert waiting_for(helper) == [row]
    assert may_read(row, helper)
    accept_handover(row.pk, remark="", by=helper)
    assert not may_read(row, small.dispatcher())


def test_where_nobody_of_the_rota_is_there_the_deputy_unit_accepts(small):
    duty = round_the_clock(small)
    row = open_handover(unit=small.platform, remark="", by=duty.officer)
    assert waiting_for(duty.centre_officer) == []
    away = {"away_from": timezone.localdate(), "away_to": timezone.localdate() + timedelta(days=9)}
    Membership.objects.filter(unit=small.platform).update(**away)
    assert waiting_for(duty.deputy) == []
    assert waiting_for(duty.centre_officer) == [row]
    accept_handover(row.pk, remark="", by=duty.centre_officer)


def test_one_handover_waits_at_a_time_and_only_members_open_it(small):
    open_handover(unit=small.platform, remark="", by=small.township_operator())
    with pytest.raises(InputError, match="waits"):
        open_handover(unit=small.platform, remark="", by=small.township_operator())
    for stranger in (small.handler(), small.dispatcher()):
        with pytest.raises(PermissionRefusedError):
            open_handover(unit=small.platform, remark="", by=stranger)


def test_a_handover_that_nobody_accepts_is_told_to_the_head_once(small):
    head = small.staff(Role.UNIT_HEAD, unit=small.water)
    row = open_handover(unit=small.water, remark="", by=small.handler())
    begins = ShiftHandover.objects.get().begins_at
    assert remind(now=begins + PATIENCE - timedelta(seconds=1)) == 0
    assert remind(now=begins + PATIENCE) == 1
    assert remind(now=begins + PATIENCE * 2) == 0
    told = [one for one in newest(head) if one.message == "handover.late"]
    assert [one.user_id for one in told] == [head.id]
    assert told[0].subject_id == row.pk


def test_without_a_head_the_unit_and_its_deputy_are_told(small):
    duty = round_the_clock(small)
    open_handover(unit=small.platform, remark="", by=duty.officer)
    remind(now=ShiftHandover.objects.get().begins_at + PATIENCE)
    for actor in (duty.deputy, duty.centre_officer):
        assert "handover.late" in {one.message for one in newest(actor)}


def test_a_promised_call_is_on_the_timeline_and_goes_to_the_next_shift(small):
    operator = small.township_operator()
    incident = _titled(small, "快到期", due_at=_soon())  # whatever day of the week it is
    call = promise_call(
        incident.pk, about="告知维修时间", due_at=_soon(), unit=small.platform.pk, by=operator
    )
    assert [one.pk for one in open_promises(operator, small.platform.pk)] == [call.pk]
    assert [one.pk for one in prepare(small.platform, by=operator, now=timezone.now()).calls] == [
        call.pk
    ]
    shift(small.platform, operator)
    _titled(small, "超期", due_at=timezone.now() - timedelta(hours=1))
    raise_emergency(_titled(small, "应急").pk, by=operator)
    items = open_handover(unit=small.platform, remark="", by=operator).items
    assert [one.get("call") or one["why"][0] for one in items] == [
        "emergency", str(call.pk), "overdue", "due_soon",
    ]  # fmt: skip
    keep_promise(call.pk, by=operator)
    keep_promise(call.pk, by=operator)
    assert open_promises(operator, small.platform.pk) == []
    kinds = incident.events.order_by("case_version").values_list("kind", flat=True)
    assert list(kinds) == ["report", "promise", "promise_kept"]


@pytest.mark.parametrize(
    ("about", "hours", "wrong"),
    [
        (" ", 2, "about: text_empty"),
        ("回电 138 0000 0001", 2, "about: number_in_text"),
        ("回0871-6688123", 2, "about: number_in_text"),
        ("x" * 201, 2, "about: text_too_long"),
        ("告知结果", -1, "due_at: in_the_past"),
    ],
)
def test_what_is_wrong_with_a_promise_is_said(small, about, hours, wrong):
    operator, incident = small.township_operator(), reported(small)
    with pytest.raises(Invalid, match=wrong):
        promise_call(
            incident.pk, about=about, due_at=_soon(hours), unit=small.platform.pk, by=operator
        )
    assert not PromisedCall.objects.exists()


def test_who_may_not_reach_the_reporter_promises_nothing(small):
    incident = reported(small)
    for actor, error in (
        (small.worker(), PermissionRefusedError),
        (small.dispatcher(), NotFound),  # no member of the unit that is to call
    ):
        with pytest.raises(error):
            promise_call(incident.pk, about="x", due_at=_soon(), unit=small.platform.pk, by=actor)


@pytest.mark.slow
def test_of_two_who_accept_at_once_one_has_it(committed):
    with county_context(A):
        small = small_county()
        first = small.township_operator()
        others = [small.township_operator() for _ in range(4)]
        row = open_handover(unit=small.platform, remark="", by=first)

    def act(number: int) -> str:
        with county_context(A):
            try:
                return accept_handover(row.pk, remark="", by=others[number]).accepted_label
            except InputError as error:
                return str(error)

    answers = together(4, act)
    with county_context(A):
        label = ShiftHandover.objects.get().accepted_label
    assert sorted(answers) == sorted([label, *[f"{label} has accepted it already."] * 3])
