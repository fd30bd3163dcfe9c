"""Who answers for a unit, why others do not, and the hours of a week without anybody."""

import time
from datetime import UTC, date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from linli.accounts.duty.book import ALL_HOURS, Basis, Book, Gap, Post, hours_in
from linli.accounts.duty.rules import Absence, clash, instant
from tests.unit.accounts.duty.rota import (
    ANNA,
    BO,
    CHEN,
    DING,
    WORKDAYS,
    dated,
    line,
    office,
    person,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
STATION, PLATFORM, CENTRE = (UUID(int=number) for number in (1, 2, 3))
MONDAY = date(2026, 11, 23)
ROUND = (line("08:00", "20:00", ANNA), line("20:00", "08:00", BO))


def _book(*posts: Post, zone=SHANGHAI) -> Book:
    return Book({post.unit: post for post in posts}, zone, lambda _unit: office)


def _at(book: Book, hour: int, day: date = MONDAY, unit: UUID = STATION):
    return book.at(unit, instant(day, hour * 60, book.zone))


def _why(answer) -> list[tuple[UUID, str]]:
    return [(one.unit, one.why) for one in answer.passed]


def test_the_officer_of_the_shift_answers_until_it_ends():
    answer = _at(_book(Post(STATION, lines=ROUND)), 9)
    assert (answer.basis, answer.person, answer.unit) == (Basis.OFFICER, ANNA, STATION)
    assert answer.until == instant(MONDAY, 20 * 60, SHANGHAI)


def test_at_the_very_minute_of_the_change_the_next_one_answers():
    book = _book(Post(STATION, lines=ROUND))
    change = instant(MONDAY, 20 * 60, SHANGHAI)
    assert book.at(STATION, change).person == BO
    assert book.at(STATION, change - timedelta(microseconds=1)).person == ANNA


def test_on_leave_the_deputy_answers_and_it_is_said_why():
    away = person(1, away_from=MONDAY, away_to=MONDAY)
    rota = (line("08:00", "20:00", away, deputy=CHEN, leader=DING),)
    answer = _at(_book(Post(STATION, lines=rota)), 9)
    assert (answer.basis, answer.person, answer.leader) == (Basis.DEPUTY, CHEN, DING)
    assert _why(answer) == [(STATION, Absence.ON_LEAVE)]
    assert answer.deputy is None  # nobody stands behind the deputy


def test_it_holds_over_midnight_while_the_same_person_answers():
    answer = _at(_book(Post(STATION, lines=ROUND)), 22)
    assert answer.until == instant(MONDAY, 1440 + 8 * 60, SHANGHAI)


def test_leave_that_begins_at_midnight_changes_who_answers_within_a_night():
    away = person(2, away_from=date(2026, 11, 24), away_to=date(2026, 11, 24))
    book = _book(Post(STATION, lines=(line("20:00", "08:00", away, deputy=CHEN),)))
    before, after = _at(book, 23), _at(book, 0, date(2026, 11, 24))
    assert (before.person, before.until) == (away, instant(MONDAY, 1440, SHANGHAI))
    assert after.person == CHEN


def test_with_nobody_there_the_deputy_unit_answers():
    gone = person(1, valid_to=MONDAY)
    station = Post(STATION, deputy=PLATFORM, lines=(line("08:00", "20:00", gone),))
    answer = _at(_book(station, Post(PLATFORM, lines=(line("00:00", "00:00", DING),))), 9)
    assert (answer.unit, answer.person) == (PLATFORM, DING)
    assert _why(answer) == [(STATION, Absence.ROLE_OVER)]


def test_nobody_at_all_is_said_with_every_reason():
    posts = (
        Post(STATION, deputy=PLATFORM, lines=(line("08:00", "20:00"),)),
        Post(PLATFORM, deputy=CENTRE, active=False, lines=ROUND),
        Post(CENTRE, deputy=STATION, members=(ANNA,)),
    )
    answer = _at(_book(*posts), 3)
    assert answer.basis is None
    assert _why(answer) == [
        (STATION, Gap.NO_SHIFT), (PLATFORM, Gap.UNIT_CLOSED), (CENTRE, Gap.OUT_OF_HOURS),
    ]  # fmt: skip


def test_without_a_rota_the_members_answer_in_working_hours_if_one_is_there():
    away = person(1, away_from=MONDAY, away_to=MONDAY)
    book = _book(Post(STATION, members=(away, BO)), Post(PLATFORM, members=(away,)))
    assert _at(book, 9).basis is Basis.MEMBERS
    assert _why(_at(book, 13)) == [(STATION, Gap.OUT_OF_HOURS)]
    assert _why(_at(book, 9, unit=PLATFORM)) == [(PLATFORM, Gap.NO_MEMBER)]


def test_duty_that_is_called_off_falls_to_the_deputy_unit():
    station = Post(STATION, PLATFORM, lines=(*ROUND, dated(MONDAY, "09:00", "10:00", None)))
    book = _book(station, Post(PLATFORM, lines=ROUND))
    assert _at(book, 9).unit == PLATFORM
    assert _why(_at(book, 9)) == [(STATION, Gap.CALLED_OFF)]
    assert _at(book, 10).unit == STATION


def test_a_round_the_clock_rota_covers_every_hour():
    cover = _book(Post(STATION, lines=ROUND)).cover(STATION, MONDAY)
    assert cover.own == cover.answered == ALL_HOURS
    assert cover.unbacked == ALL_HOURS  # nobody stands behind them


def test_a_deputy_in_the_shift_or_a_deputy_unit_stands_behind():
    pair = tuple(line(a, b, ANNA, deputy=BO) for a, b in (("08:00", "20:00"), ("20:00", "08:00")))
    book = _book(Post(STATION, lines=pair), Post(PLATFORM, CENTRE, lines=ROUND),
                 Post(CENTRE, lines=ROUND))  # fmt: skip
    assert book.cover(STATION, MONDAY).unbacked == 0
    assert book.cover(PLATFORM, MONDAY).unbacked == 0
    assert book.cover(CENTRE, MONDAY).backed == 0


def test_the_hours_without_anybody_are_named_and_a_part_of_an_hour_does_not_count():
    day = (line("08:30", "17:30", days=WORKDAYS),)
    cover = _book(Post(STATION, lines=day)).cover(STATION, MONDAY)
    assert hours_in(cover.answered)[:9] == [9, 10, 11, 12, 13, 14, 15, 16, 33]
    assert len(hours_in(cover.unanswered)) == 168 - 5 * 8


def test_two_units_may_share_an_hour():
    book = _book(
        Post(STATION, PLATFORM, lines=(line("08:00", "08:20"),)),
        Post(PLATFORM, lines=(line("08:20", "09:00"),)),
    )
    assert hours_in(book.cover(STATION, MONDAY).answered)[:1] == [8]
    assert hours_in(book.cover(PLATFORM, MONDAY).answered) == []


def test_a_day_of_leave_opens_a_gap_of_that_day_only():
    away = person(1, away_from=date(2026, 11, 25), away_to=date(2026, 11, 25))
    book = _book(Post(STATION, lines=(line("00:00", "00:00", away),)))
    assert hours_in(book.cover(STATION, MONDAY).unanswered) == list(range(48, 72))


def test_the_hour_that_the_clock_skips_is_no_gap_and_the_repeated_one_counts_whole():
    book = _book(Post(STATION, lines=(line("00:00", "00:00"),)), zone=BERLIN)
    for monday in (date(2026, 3, 23), date(2026, 10, 19)):
        assert book.cover(STATION, monday).unanswered == 0
    # Until half past two for the first time: the hour comes again, and then nobody is there.
    short = _book(Post(STATION, lines=(line("20:00", "02:30"),)), zone=BERLIN)
    sunday_two = 6 * 24 + 2
    assert sunday_two in hours_in(short.cover(STATION, date(2026, 10, 19)).unanswered)


HOURS = st.tuples(st.integers(0, 47), st.integers(0, 47))


@given(
    st.sampled_from([SHANGHAI, BERLIN]),
    st.sampled_from([MONDAY, date(2026, 3, 23), date(2026, 10, 19)]),
    st.lists(HOURS, max_size=4),
    st.lists(HOURS, max_size=3),
    st.dates(date(2026, 11, 22), date(2026, 11, 30)),
)
def test_an_hour_is_covered_just_when_somebody_answers_at_each_of_its_minutes(
    zone, monday, own, others, leave
):
    """The bits against asking at every half hour: lines here begin and end at these."""
    away = person(1, away_from=leave, away_to=leave)
    book = _book(
        Post(STATION, PLATFORM, lines=_rota(own, away)),
        Post(PLATFORM, lines=_rota(others, DING) or (line("00:00", "00:30"),)),
        zone=zone,
    )
    answered = hours_in(book.cover(STATION, monday).answered)
    for hour in range(0, 168, 5):
        begin, end = (instant(monday, at * 60, zone) for at in (hour, hour + 1))
        asked = []
        while begin < end:
            asked.append(book.at(STATION, begin.astimezone(UTC)).basis is not None)
            begin += timedelta(minutes=30)
        assert all(asked) == (hour in answered)


def _rota(hours, officer):
    found = []
    for starts, ends in hours:
        made = line(f"{starts // 2}:{starts % 2 * 30}", f"{ends // 2}:{ends % 2 * 30}", officer)
        if not any(clash(made, other) for other in found):
            found.append(made)
    return tuple(found)


def test_the_book_of_a_whole_county_is_quick():
    """300 units, each with a rota of three shifts: the check of the process asks them all."""
    posts = [
        Post(UUID(int=number), UUID(int=number // 10) if number else None, lines=ROUND)
        for number in range(300)
    ]
    book = _book(*posts)
    before = time.process_time()
    assert all(book.cover(post.unit, MONDAY).unanswered == 0 for post in posts)
    assert time.process_time() - before < 3
