"""When a rung is over, whatever the clock does; which report is due when."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from linli.calendars import Duration, WorkCalendar, deadline
from linli.incidents.emergencies.rules import (
    FINAL,
    FIRST,
    FOLLOW_UP,
    SKEW,
    Sent,
    reports_due,
    rung_over,
)
from linli.processes.emergencies import Reports

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
TIMES = Reports(first_minutes=30, follow_up=Duration.parse("4h"), final=Duration.parse("120h"))
ALWAYS = WorkCalendar.round_the_clock("Asia/Shanghai")


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_a_rung_is_over_after_its_minutes():
    due = NOW + _minutes(5)
    assert not rung_over(NOW, due, NOW + _minutes(4.9))
    assert rung_over(NOW, due, due)


def test_two_clocks_that_differ_a_little_are_no_reason():
    assert not rung_over(NOW, NOW + _minutes(5), NOW - SKEW)
    assert rung_over(NOW, NOW + _minutes(5), NOW - SKEW - timedelta(seconds=1))


@pytest.mark.parametrize("minutes", [1, 2, 5, 10, 120])
def test_nobody_keeps_an_emergency_longer_than_the_minutes_and_a_round(minutes):
    """The clock on the wall jumps at up to three rounds; true time passes a minute a round.

    However it jumps, the call is followed by the next one after at most its minutes, the skew and
    one more round of true time since the clock last jumped.
    """
    edges = (0.0, 1.0, 1.5, 2.0, 2.5, minutes - 1.0, minutes, minutes + 1.0, 3000.0)
    jumps = {sign * edge for edge in edges for sign in (1, -1)}
    for course in product(jumps, repeat=3):
        wall, rounds = NOW, [*course, *[0.0] * (minutes + 2)]
        for jump in rounds:
            wall += _minutes(1 + jump)
            if rung_over(NOW, NOW + _minutes(minutes), wall):
                break
        else:
            raise AssertionError((minutes, course, wall))


def _due(sent=(), *, ended=None, now=NOW):
    found = reports_due(
        TIMES,
        raised_at=NOW,
        ended_at=ended,
        sent=sent,
        now=now,
        after=lambda begin, span: deadline(begin, span, ALWAYS),
    )
    return [(one.kind, (one.due_at - NOW) / _minutes(1), one.late) for one in found]


def test_the_first_report_is_due_within_half_an_hour():
    assert _due() == [(FIRST, 30, False)]
    assert _due(now=NOW + _minutes(31)) == [(FIRST, 30, True)]


def test_follow_ups_come_one_after_the_other_until_it_is_over():
    sent = [Sent(FIRST, NOW + _minutes(20)), Sent(FOLLOW_UP, NOW + _minutes(300))]
    assert _due(sent, now=NOW + _minutes(301)) == [
        (FIRST, 30, False), (FOLLOW_UP, 260, True), (FOLLOW_UP, 540, False),
    ]  # fmt: skip


def test_the_final_report_is_due_days_after_the_end_and_nothing_after_it():
    ended = NOW + _minutes(100)
    sent = [Sent(FIRST, NOW + _minutes(20))]
    assert _due(sent, ended=ended)[1:] == [(FINAL, 100 + 5 * 1440, False)]
    sent.append(Sent(FINAL, NOW + _minutes(200)))
    assert len(_due(sent, ended=ended, now=NOW + timedelta(days=30))) == 2


def test_an_emergency_that_was_over_at_once_still_owes_its_first_report():
    assert _due(ended=NOW + _minutes(5)) == [(FIRST, 30, False)]
