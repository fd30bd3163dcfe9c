"""Rotas are changed by whoever keeps them, from a day on, and read back as they stand."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError, actor_for
from linli.accounts import actions
from linli.accounts.actions import ShiftFacts
from linli.accounts.duty.book import Basis
from linli.accounts.duty.queries import candidates
from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership, User
from linli.audit.models import AuditEvent
from linli.casework.duty import duty_hours, on_duty
from linli.flows import duty, handover
from linli.flows.duty import may_edit
from linli.lib.errors import InputError
from linli.organisations.models import Unit, UnitKind
from tests.factories.county import small_county

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)
LATER = date(2026, 12, 7)
EVERY_DAY = tuple(range(7))


@pytest.fixture
def small(county):
    return small_county()


def _member(small, role=Role.UNIT_HANDLER, unit=None, **more) -> Membership:
    actor = small.staff(role, unit=unit or small.water, **more)
    return Membership.objects.select_related("user").get(user_id=actor.id)


def _facts(officer, starts=8, ends=20, **more) -> ShiftFacts:
    values = {"weekdays": EVERY_DAY, "valid_from": MONDAY} | more
    return ShiftFacts(starts=time(starts), ends=time(ends), officer=officer, **values)


def _head(small):
    return small.staff(Role.UNIT_HEAD, unit=small.water)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZONE)


def _who(unit, day: date, hour: int) -> str:
    answer, rotas = on_duty(unit.pk, _at(day, hour))
    row = rotas.row(answer.person)
    return row.user.name if row else str(answer.basis)


def test_a_head_keeps_the_rota_and_the_log_says_so(small):
    anna, bo, head = _member(small), _member(small), _head(small)
    duty.add_shift(unit=small.water, facts=_facts(anna, name="白班"), by=head)
    duty.add_shift(unit=small.water, facts=_facts(bo, 20, 8), by=head)
    assert _who(small.water, MONDAY, 9) == anna.user.name
    assert _who(small.water, LATER, 3) == bo.user.name
    noted = AuditEvent.objects.filter(
        county_id=small.water.county_id, action="duty.shift_added", subject_id=small.water.pk
    )
    assert {one.actor_id for one in noted} == {head.id}
    assert noted.count() == 2


def test_what_has_been_said_of_the_days_before_stays(small):
    anna, bo, head = _member(small), _member(small), _head(small)
    shift = duty.add_shift(unit=small.water, facts=_facts(anna), by=head)
    duty.change_shift(shift=shift, facts=_facts(bo), on=LATER, by=head)
    assert _who(small.water, LATER - timedelta(1), 9) == anna.user.name
    assert _who(small.water, LATER, 9) == bo.user.name
    assert DutyShift.objects.count() == 2


def test_a_line_that_has_not_begun_is_changed_in_place(small):
    anna, bo, head = _member(small), _member(small), _head(small)
    shift = duty.add_shift(unit=small.water, facts=_facts(anna, valid_from=LATER), by=head)
    duty.change_shift(shift=shift, facts=_facts(bo, valid_from=LATER), on=MONDAY, by=head)
    assert list(DutyShift.objects.values_list("officer", flat=True)) == [bo.pk]


def test_a_change_that_overlaps_its_neighbour_leaves_everything_as_it_was(small):
    anna, head = _member(small), _head(small)
    shift = duty.add_shift(unit=small.water, facts=_facts(anna), by=head)
    duty.add_shift(unit=small.water, facts=_facts(anna, 20, 8), by=head)
    with pytest.raises(InputError, match="20:00-08:00"):
        duty.change_shift(shift=shift, facts=_facts(anna, 8, 21), on=LATER, by=head)
    shift.refresh_from_db()
    assert shift.valid_to is None


def test_the_last_night_runs_to_its_end(small):
    anna, head = _member(small), _head(small)
    shift = duty.add_shift(unit=small.water, facts=_facts(anna, 20, 8), by=head)
    duty.end_shift(shift=shift, on=LATER, by=head)
    assert _who(small.water, LATER, 3) == anna.user.name
    assert _who(small.water, LATER, 21) == "None"
    with pytest.raises(InputError, match="ended already"):
        duty.end_shift(shift=shift, on=LATER, by=head)


def test_a_swap_is_an_exception_of_one_day(small):
    anna, bo, head = _member(small), _member(small), _head(small)
    duty.add_shift(unit=small.water, facts=_facts(anna), by=head)
    swap = _facts(bo, weekdays=(), valid_from=LATER, valid_to=LATER + timedelta(1))
    duty.add_shift(unit=small.water, facts=swap, by=head)
    names = [_who(small.water, LATER + timedelta(n), 9) for n in (-1, 0, 1)]
    assert names == [anna.user.name, bo.user.name, anna.user.name]


def test_nobody_from_elsewhere_stands_on_a_rota(small):
    stranger = _member(small, unit=small.roads)
    auditor = _member(small, Role.AUDIT_ADMINISTRATOR, small.water)
    for one in (stranger, auditor):
        with pytest.raises(InputError) as refused:
            duty.add_shift(unit=small.water, facts=_facts(one), by=_head(small))
        assert refused.value.params["field"] == "officer"
    offered = {row.pk for row in candidates(small.water, today=MONDAY)}
    leader = _member(small, Role.LEADER, small.centre)
    assert offered.isdisjoint({stranger.pk, auditor.pk})
    assert leader.pk in {row.pk for row in candidates(small.water, today=MONDAY)}


def _keepers(small) -> dict[str, bool]:
    """Who keeps the rota of the village office?"""
    parent = small.platform
    Unit.objects.filter(pk=small.village_office.pk).update(parent=parent)
    office = Unit.objects.select_related("area").get(pk=small.village_office.pk)
    actors = {
        "county": small.staff(Role.COUNTY_OPERATOR, unit=small.centre),
        "township": small.township_operator(),
        "head above": small.staff(Role.UNIT_HEAD, unit=small.platform),
        "head elsewhere": _head(small),
        "village": small.staff(
            Role.VILLAGE_OPERATOR, unit=small.village_office, area=small.village
        ),
        "leader": small.staff(Role.LEADER, unit=small.centre),
        "dispatcher": small.dispatcher(),
    }
    return {name: may_edit(actor, office) for name, actor in actors.items()}


def test_who_keeps_a_rota(small):
    kept = {name for name, may in _keepers(small).items() if may}
    assert kept == {"county", "township", "head above"}


def test_a_right_reaches_only_as_far_as_the_role_that_gives_it(small):
    """A head of one unit who also handles for another keeps the first rota alone."""
    actor = _head(small)
    Membership.objects.create(
        user_id=actor.id, role=Role.UNIT_HANDLER, unit=small.roads, valid_from=MONDAY
    )
    both = actor_for(User.objects.get(pk=actor.id), today=MONDAY)
    assert may_edit(both, small.water)
    assert not may_edit(both, small.roads)
    with pytest.raises(PermissionRefusedError):
        duty.add_shift(unit=small.roads, facts=_facts(_member(small)), by=both)


def test_who_leaves_hands_the_shifts_to_the_successor(small):
    anna, bo, chen = (_member(small) for _ in range(3))
    head = _head(small)
    duty.add_shift(unit=small.water, facts=_facts(anna, deputy=chen), by=head)
    duty.add_shift(unit=small.water, facts=_facts(chen, 20, 8, deputy=anna), by=head)
    operator = small.staff(Role.COUNTY_OPERATOR, unit=small.centre)
    handover.end_role(membership=anna, on=LATER, successor=bo, by=operator)
    assert _who(small.water, LATER - timedelta(1), 9) == anna.user.name
    assert _who(small.water, LATER, 9) == bo.user.name
    night = DutyShift.objects.get(officer=chen, valid_from=LATER)
    assert night.deputy_id == bo.pk


def test_a_deputy_who_takes_over_is_no_deputy_any_more(small):
    anna, bo = _member(small), _member(small)
    duty.add_shift(unit=small.water, facts=_facts(anna, deputy=bo), by=_head(small))
    actions.end_membership(membership=anna, on=LATER, successor=bo, by=small.dispatcher())
    after = DutyShift.objects.get(valid_from=LATER)
    assert (after.officer_id, after.deputy_id) == (bo.pk, None)


@pytest.mark.parametrize("earlier", [0, 3])
def test_a_planned_end_with_another_successor_gives_no_shift_to_the_first(small, earlier):
    anna, bo, chen = (_member(small) for _ in range(3))
    duty.add_shift(unit=small.water, facts=_facts(anna), by=_head(small))
    day = timezone.localdate() + timedelta(7)
    for successor, on in ((bo, day), (chen, day - timedelta(earlier))):
        actions.end_membership(membership=anna, on=on, successor=successor, by=small.dispatcher())
    begun = DutyShift.objects.order_by("valid_from").values_list("officer", "valid_from")
    assert list(begun) == [(anna.pk, MONDAY), (chen.pk, on)]


def test_a_rota_without_a_successor_is_a_gap_that_the_check_finds(small):
    anna, head = _member(small), _head(small)
    facts = _facts(anna, 0, 0, valid_to=LATER)
    duty.add_shift(unit=small.water, facts=facts, by=head)
    actions.end_membership(membership=anna, on=date(2026, 12, 3), by=small.dispatcher())
    hours = duty_hours([small.water.pk], day=date(2026, 12, 2))[small.water.pk]
    assert hours.monday == date(2026, 11, 30)
    assert hours.example == (date(2026, 12, 3), 0)
    assert hours.uncovered == frozenset(range(72, 168))
    assert hours.runs_out == LATER


def test_a_unit_without_a_rota_is_covered_by_its_members_in_working_hours(small):
    member = _member(small)
    assert _who(small.water, MONDAY, 9) == str(Basis.MEMBERS)
    assert _who(small.water, MONDAY, 22) == "None"
    hours = duty_hours([small.water.pk], day=MONDAY)[small.water.pk]
    assert 168 - len(hours.uncovered) == 5 * (3 + 3)  # 08:30-12:00 and 14:00-17:30, whole hours
    member.delete()
    assert len(duty_hours([small.water.pk], day=MONDAY)[small.water.pk].uncovered) == 168


def test_the_whole_county_is_read_in_a_handful_of_queries(small, django_assert_num_queries):
    for number in range(20):
        Unit.objects.create(
            code=f"u{number}", kind=UnitKind.DEPARTMENT, name=f"u{number}", deputy=small.centre
        )
    duty.add_shift(unit=small.water, facts=_facts(_member(small)), by=_head(small))
    duty_hours([], day=MONDAY)  # the calendar is read once a process
    with django_assert_num_queries(4):
        assert len(duty_hours(day=MONDAY)) >= 25
