"""Rules of accounts and roles, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.accounts import rules
from linli.accounts.enums import ADMINISTRATORS, Role
from linli.lib.errors import InputError

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
ORDINARY = sorted(set(Role) - ADMINISTRATORS)


def test_the_rules_name_the_same_administrators_as_the_enum():
    assert {str(role) for role in ADMINISTRATORS} == rules.ADMINISTRATORS


@pytest.mark.parametrize("text", ["王芳", "wang.fang", "W Fang".replace(" ", "_"), "a-b@c+1"])
def test_a_user_name_may_be_chinese_or_latin(text):
    assert rules.check_username(text) == text.casefold()


@pytest.mark.parametrize("text", ["", "a", "a b c", "x" * 61, "a/b", "<script>"])
def test_what_is_no_user_name_is_refused_at_its_field(text):
    with pytest.raises(InputError) as refused:
        rules.check_username(text)
    assert refused.value.params["field"] == "username"


@given(st.text(max_size=80))
def test_one_spelling_of_a_user_name_stays_as_it_is(text):
    once = rules.plain_username(text)
    assert rules.plain_username(once) == once


def _grant(role: str, grantor: set[str], held: set[str], *, own: bool = False) -> None:
    rules.check_grant(role, grantor_roles=grantor, to_oneself=own, held=held)


def test_the_security_administrator_grants_any_role_to_others():
    for role in Role:
        _grant(role, {rules.SECURITY}, set())


@pytest.mark.parametrize("role", Role)
def test_nobody_grants_a_role_to_themselves(role):
    with pytest.raises(InputError):
        _grant(role, {rules.SECURITY}, set(), own=True)


@pytest.mark.parametrize("grantor", [role for role in Role if role != Role.SECURITY_ADMINISTRATOR])
def test_no_other_role_grants(grantor):
    with pytest.raises(InputError):
        _grant(Role.GRID_WORKER, {grantor}, set())


@pytest.mark.parametrize("beside", [rules.SYSTEM, rules.AUDIT])
def test_who_also_keeps_the_system_or_the_log_does_not_grant(beside):
    with pytest.raises(InputError):
        _grant(Role.GRID_WORKER, {rules.SECURITY, beside}, set())


@given(st.sampled_from(list(Role)), st.sets(st.sampled_from(list(Role)), max_size=3))
def test_no_grant_makes_an_administrator_who_holds_another_role(role, held):
    try:
        _grant(role, {rules.SECURITY}, held)
    except InputError:
        return
    after = {str(one) for one in held | {role}}
    already_mixed = len(held) > 1 and {str(one) for one in held} & rules.ADMINISTRATORS
    assert already_mixed or len(after) == 1 or not after & rules.ADMINISTRATORS


def test_the_last_security_administrator_stays():
    with pytest.raises(InputError):
        rules.check_end(Role.SECURITY_ADMINISTRATOR, other_holders=0)
    rules.check_end(Role.SECURITY_ADMINISTRATOR, other_holders=1)
    rules.check_end(Role.LEADER, other_holders=0)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrators_password_is_not_reset_from_a_page(role):
    with pytest.raises(InputError):
        rules.check_password_reset({role}, kept_here=True, county="530128")
    rules.check_password_reset({Role.LEADER}, kept_here=True, county="530128")


def test_another_countys_account_is_not_reset():
    with pytest.raises(InputError) as refused:
        rules.check_password_reset(set(), kept_here=False, county="990001")
    assert "990001" in str(refused.value)


@given(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS)
def test_two_stretches_overlap_where_they_share_a_day(begin, end, other, other_end):
    far = date(2031, 1, 1)
    end_, other_end_ = end or far, other_end or far
    shared = max(begin, other) <= min(end_, other_end_)
    valid = begin <= end_ and other <= other_end_
    if valid:
        assert rules.overlaps(begin, end, other, other_end) == shared
        assert rules.overlaps(other, other_end, begin, end) == shared


def test_nothing_overlaps_with_no_stretch():
    assert not rules.overlaps(date(2026, 1, 1), None, None, None)


def test_an_end_before_the_beginning_is_refused():
    today = date(2026, 1, 1)
    rules.check_dates(today, today)
    with pytest.raises(InputError):
        rules.check_dates(today, today - timedelta(1))


@pytest.mark.parametrize("role", sorted(ORDINARY))
def test_a_role_that_works_for_a_unit_or_an_area_names_it(role):
    unit, area = role in rules.NEEDS_UNIT, role in rules.NEEDS_AREA
    rules.check_scope(role, unit=object(), area=object())
    if unit or area:
        with pytest.raises(InputError):
            rules.check_scope(role, unit=None, area=None)
    else:
        rules.check_scope(role, unit=None, area=None)
