"""Lines of a rota and the turns that follow: over midnight, over the change of the clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.accounts.duty.rules import (
    Absence,
    Line,
    Person,
    check_line,
    clash,
    instant,
    may_take_over,
    pieces,
    runs_out,
    turns,
)
from linli.lib.errors import InputError
from tests.unit.accounts.duty.rota import (
    ANNA,
    BO,
    CHEN,
    DING,
    EVERY_DAY,
    WORKDAYS,
    dated,
    line,
    never,
    office,
    person,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # changes by half an hour
MONDAY = date(2026, 11, 23)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # the clock changes in Berlin


def _shown(lines, day: date, *, days: int = 1, zone=SHANGHAI, working=never) -> list[str]:
    begin, end = instant(day, 0, zone), instant(day + timedelta(days), 0, zone)
    return [
        f"{one.begin.astimezone(zone):%d %H:%M}-{one.end.astimezone(zone):%d %H:%M}"
        for one in turns(lines, begin, end, zone, working)
    ]


def test_a_night_shift_goes_over_midnight_and_belongs_to_the_day_it_begins():
    friday = line("20:00", "08:00", days=frozenset({4}))
    assert _shown([friday], date(2026, 11, 28)) == ["27 20:00-28 08:00"]
    assert _shown([friday], date(2026, 11, 29)) == []


def test_the_same_hour_twice_is_a_whole_day():
    assert _shown([line("08:30", "08:30")], MONDAY) == ["22 08:30-23 08:30", "23 08:30-24 08:30"]


def test_a_dated_shift_goes_before_the_weekly_ones_in_its_own_hours_only():
    rota = [line("08:00", "20:00"), line("20:00", "08:00"), dated(MONDAY, "18:00", "22:00")]
    assert _shown(rota, MONDAY) == [
        "22 20:00-23 08:00", "23 08:00-23 18:00", "23 18:00-23 22:00", "23 22:00-24 08:00",
    ]  # fmt: skip


def test_a_weekly_line_begins_and_ends_by_its_dates():
    rota = [line("08:00", "09:00", valid_from=MONDAY, valid_to=date(2026, 11, 25))]
    assert _shown(rota, date(2026, 11, 20), days=9) == ["23 08:00-23 09:00", "24 08:00-24 09:00"]


def test_without_a_weekly_line_the_members_answer_in_working_hours():
    hours = ["23 08:30-23 12:00", "23 14:00-23 17:30"]
    assert _shown([], MONDAY, working=office) == hours
    weekly = [line("20:00", "21:00")]
    assert _shown(weekly, MONDAY, working=office) == ["23 20:00-23 21:00"]


def test_members_make_room_for_a_dated_shift():
    rota = [dated(MONDAY, "11:00", "15:00")]
    assert _shown(rota, MONDAY, working=office) == [
        "23 08:30-23 11:00", "23 11:00-23 15:00", "23 15:00-23 17:30",
    ]  # fmt: skip


def test_in_spring_a_night_is_an_hour_shorter_and_in_autumn_longer():
    night = [line("22:00", "06:00")]
    for day, hours in ((SPRING, 7), (AUTUMN, 9), (date(2026, 6, 1), 8)):
        (turn,) = turns(night, instant(day, 60, BERLIN), instant(day, 61, BERLIN), BERLIN, never)
        assert turn.end - turn.begin == timedelta(hours=hours)


def test_a_wall_time_that_the_clock_skips_is_the_moment_it_does():
    two = instant(SPRING, 120, BERLIN)
    assert two == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instant(SPRING, 150, BERLIN) == two == instant(SPRING, 180, BERLIN)


def test_a_wall_time_that_comes_twice_is_the_first():
    assert instant(AUTUMN, 150, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


ZONES = st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE, ZoneInfo("America/New_York")])
MINUTES = st.integers(0, 1439)


@given(ZONES, st.dates(date(2026, 1, 1), date(2027, 12, 31)), MINUTES, st.integers(0, 4000))
def test_later_on_the_wall_is_never_earlier_in_time(zone, day, minute, more):
    assert instant(day, minute, zone) <= instant(day, minute + more, zone)


@given(ZONES, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.lists(MINUTES, min_size=1))
def test_shifts_that_follow_each_other_leave_no_gap_and_never_overlap(zone, day, cuts):
    """Whatever the hours, over midnight and the change of the clock."""
    edges = sorted(set(cuts))
    rota = [_line(begin, end) for begin, end in zip(edges, [*edges[1:], edges[0]], strict=True)]
    begin, end = instant(day, 0, zone), instant(day + timedelta(3), 0, zone)
    found = turns(rota, begin, end, zone, never)
    assert found[0].begin <= begin
    assert found[-1].end >= end
    assert all(one.end == other.begin for one, other in pairwise(found))


@given(
    ZONES,
    st.lists(st.tuples(MINUTES, MINUTES, st.booleans()), max_size=6),
    st.dates(date(2026, 3, 20), date(2026, 4, 10)) | st.dates(AUTUMN, date(2026, 11, 10)),
)
def test_nobody_shares_an_instant_and_every_piece_lies_within_one_day(zone, hours, day):
    rota = []
    for starts, ends, once in hours:
        made = _line(starts, ends, day if once else None)
        if not any(clash(made, other) for other in rota if other.dated == made.dated):
            rota.append(made)
    begin, end = instant(day, 0, zone), instant(day + timedelta(2), 0, zone)
    found = turns(rota, begin, end, zone, office)
    assert all(one.begin < one.end for one in found)
    assert all(one.end <= other.begin for one, other in pairwise(found))
    for turn in found:
        parts = list(pieces(turn, zone))
        assert sum((b - a for _, a, b in parts), timedelta()) == turn.end - turn.begin
        for on, first, last in parts:
            assert first.astimezone(zone).date() == on
            assert (last - timedelta(microseconds=1)).astimezone(zone).date() == on


def _line(starts: int, ends: int, day: date | None = None) -> Line:
    if day is None:
        return Line(EVERY_DAY, starts, ends, date(2020, 1, 1), None, ANNA)
    return Line(frozenset(), starts, ends, day, day + timedelta(1), BO)


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        (line("08:00", "12:00"), line("12:00", "18:00"), False),
        (line("08:00", "12:00"), line("11:59", "18:00"), True),
        (line("20:00", "08:00", days=frozenset({4})), line("06:00", "18:00", days={5}), True),
        (line("20:00", "08:00", days=frozenset({6})), line("06:00", "18:00", days={0}), True),
        (line("20:00", "08:00", days=WORKDAYS), line("08:00", "20:00", days=WORKDAYS), False),
        # A rota that ends is followed by another one: its last night still runs.
        (line("20:00", "08:00", valid_to=MONDAY), line("00:00", "20:00", valid_from=MONDAY), True),
        (line("20:00", "08:00", valid_to=MONDAY), line("08:00", "08:00", valid_from=MONDAY), False),
    ],
)
def test_what_overlaps_on_the_wall_clashes(first, second, clashes):
    assert clash(first, second) == clash(second, first) == clashes


def test_a_dated_line_may_overlap_a_weekly_one_but_no_dated_one():
    weekly, once = line("08:00", "20:00"), dated(MONDAY, "08:00", "20:00")
    check_line(once, [weekly])
    with pytest.raises(InputError, match="08:00-20:00"):
        check_line(dated(MONDAY, "19:00", "21:00"), [weekly, once])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (line("08:00", "20:00", None), "officer"),
        (line("08:00", "20:00", ANNA, deputy=ANNA), "deputy"),
        (line("08:00", "20:00", ANNA, deputy=person(9, user=ANNA.user)), "deputy"),
        (line("08:00", "20:00", days=frozenset({7})), "weekdays"),
        (line("08:00", "20:00", valid_from=MONDAY, valid_to=MONDAY), "valid_to"),
        (line("08:00", "20:00", days=frozenset()), "valid_to"),
        (dated(MONDAY, "08:00", "20:00", days=32), "valid_to"),
        (dated(MONDAY, "08:00", "20:00", None, leader=ANNA), "officer"),
    ],
)
def test_a_line_that_cannot_stand_is_refused_at_its_field(wrong, field):
    with pytest.raises(InputError) as refused:
        check_line(wrong, [])
    assert refused.value.params["field"] == field


def test_a_dated_line_without_an_officer_calls_the_duty_off():
    check_line(dated(MONDAY, "08:00", "20:00", None), [line("08:00", "20:00")])


def test_somebody_is_absent_on_leave_after_the_role_and_with_a_closed_account():
    away = person(1, away_from=MONDAY, away_to=MONDAY)
    assert away.absence(MONDAY) is Absence.ON_LEAVE
    assert away.absence(MONDAY + timedelta(1)) is None
    assert person(1, valid_to=MONDAY).absence(MONDAY) is Absence.ROLE_OVER
    assert person(1, valid_to=MONDAY).absence(MONDAY - timedelta(1)) is None
    assert person(1, valid_from=MONDAY).absence(MONDAY - timedelta(1)) is Absence.ROLE_OVER
    assert person(1, active=False).absence(MONDAY) is Absence.ACCOUNT_CLOSED


def test_a_shift_is_taken_over_by_whoever_answers_by_the_rota():
    away = person(5, away_from=MONDAY, away_to=MONDAY)
    rota = [
        line("08:00", "20:00", ANNA, deputy=BO, leader=CHEN),
        line("20:00", "08:00", away),
        dated(date(2026, 12, 24), "08:00", "20:00", DING),
    ]

    def able(lines: list[Line], day: date = MONDAY) -> list[Person]:
        people = (ANNA, BO, CHEN, DING, away)
        return [one for one in people if may_take_over(one.user, lines, [CHEN, DING], day)]

    assert able(rota) == [ANNA, BO]
    assert able(rota, date(2026, 12, 24)) == [ANNA, BO, DING, away]
    assert able(rota[2:]) == [CHEN, DING], "without a weekly line the members answer"
    assert able([line("08:00", "20:00", valid_to=MONDAY)]) == [ANNA, CHEN, DING]


def test_a_rota_runs_out_on_the_day_after_its_last_weekly_line():
    ends = date(2026, 12, 1)
    rota = [line("08:00", "20:00", valid_to=ends), dated(date(2026, 12, 24), "08:00", "20:00")]
    assert runs_out(rota, MONDAY) == ends
    assert runs_out([*rota, line("20:00", "08:00")], MONDAY) is None
    assert runs_out(rota[1:], MONDAY) == date(2026, 12, 25)
    assert runs_out([], MONDAY) is None
