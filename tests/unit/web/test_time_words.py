"""Time left is said in words that are right at every distance from the deadline."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linli.calendars.default import default_document
from linli.web.time_words import span, time_left

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in the county
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("language", "duration", "words"),
    [
        ("en", timedelta(seconds=20), "less than a minute"),
        ("en", timedelta(minutes=1), "1 min"),
        ("en", 3 * HOUR, "3 h"),
        ("en", 27 * HOUR + timedelta(minutes=5), "1 day 3 h"),
        ("en", -timedelta(days=2), "2 days"),
        ("zh-hans", 27 * HOUR, "1天3小时"),
        ("zh-hans", timedelta(minutes=72), "1小时12分钟"),
    ],
)
def test_a_span_names_its_two_largest_units(language, duration, words) -> None:
    with translation.override(language):
        assert span(duration) == words


@pytest.mark.parametrize(
    ("due", "tone", "words", "when"),
    [
        (NOW + 50 * HOUR, "neutral", "2 days 2 h left", "due November 25 12:00"),
        (NOW + HOUR, "attention", "1 h left", "due today 11:00"),
        (NOW + 20 * HOUR, "neutral", "20 h left", "due tomorrow 06:00"),
        (NOW - HOUR, "overdue", "overdue by 1 h", "was due today 09:00"),
        (NOW - 12 * HOUR, "overdue", "overdue by 12 h", "was due yesterday 22:00"),
        (None, "neutral", "no deadline", ""),
    ],
)
def test_a_row_says_how_long_and_until_when(due, tone, words, when) -> None:
    with translation.override("en"):
        left = time_left(due, now=NOW)
        assert (left.tone, left.words, left.due_words) == (tone, words, when)


CALENDAR = default_document("Asia/Shanghai").calendar()
FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # four in the afternoon there


@pytest.mark.parametrize(
    ("due", "english", "chinese"),
    [
        (FRIDAY + HOUR, "1 h left", "剩1小时"),
        (FRIDAY + 66 * HOUR, "3 h left", "剩3小时"),  # Monday at ten
        (FRIDAY + 7 * 24 * HOUR, "5 working days left", "剩5个工作日"),
        (FRIDAY + 7 * 24 * HOUR + HOUR, "5 working days 1 h left", "剩5个工作日1小时"),
        (FRIDAY - 3 * HOUR, "overdue by 2 h", "超期2小时"),  # the break does not count
        (FRIDAY - 24 * HOUR, "overdue by 1 working day", "超期1个工作日"),
        (FRIDAY - 7 * 24 * HOUR, "overdue by 5 working days", "超期5个工作日"),
    ],
)
def test_a_deadline_of_working_time_is_told_in_working_time(due, english, chinese) -> None:
    for language, words in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert time_left(due, now=FRIDAY, calendar=CALENDAR).words == words


def test_what_ran_out_when_the_office_closed_is_overdue_by_no_working_time_yet() -> None:
    close, sunday = FRIDAY + timedelta(hours=1, minutes=30), FRIDAY + 48 * HOUR
    with translation.override("en"):
        left = time_left(close, now=sunday, calendar=CALENDAR)
    assert (left.words, left.tone) == ("overdue", "overdue")
    assert left.due_words == "was due November 20 17:30"


def test_the_bar_stands_still_while_nobody_works() -> None:
    start, due = FRIDAY, FRIDAY + 72 * HOUR  # Monday at the same time: one working day
    bars = [
        time_left(due, start=start, now=FRIDAY + hours * HOUR, calendar=CALENDAR).used
        for hours in (2, 30, 60)
    ]
    assert len(set(bars)) == 1
    assert bars[0] == 21  # one and a half of seven hours


def test_the_last_quarter_of_the_time_asks_for_attention() -> None:
    start = NOW - 75 * HOUR
    assert time_left(NOW + 25 * HOUR, start=start, now=NOW).tone == "attention"
    assert time_left(NOW + 26 * HOUR, start=start, now=NOW).tone == "neutral"


def test_what_is_finished_is_judged_by_its_end() -> None:
    with translation.override("en"):
        assert time_left(NOW, finished=NOW, now=NOW + HOUR).words == "done in time"
        assert time_left(NOW, finished=NOW + HOUR, now=NOW).words == "done 1 h late"


def test_a_stopped_clock_is_never_overdue() -> None:
    assert time_left(NOW - HOUR, stopped=True, now=NOW).tone == "neutral"


@given(
    st.timedeltas(max_value=timedelta(days=900), min_value=-timedelta(days=900)),
    st.timedeltas(max_value=timedelta(days=900), min_value=timedelta(0)),
)
def test_the_bar_stays_within_its_ends_and_words_follow_the_sign(distance, age) -> None:
    with translation.override("en"):
        left = time_left(NOW + distance, start=NOW - age, now=NOW)
    assert left.used is None or 0 <= left.used <= 100
    late = distance < timedelta(0)
    assert (left.words.startswith("overdue by "), left.words.endswith(" left")) == (late, not late)
    assert "-" not in left.words
