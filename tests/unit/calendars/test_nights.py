"""Shifts over midnight, duty round the clock, and hours that change from a day on."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.calendars import (
    CalendarDocument,
    Duration,
    add_working_days,
    add_working_time,
    close_of_day,
    deadline,
    remaining,
    working_time_between,
)
from tests.unit.calendars.test_working_time import OFFICE, china, office

NIGHT = ["22:00-06:00"]


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        (china(2026, 9, 21, 23, 0), "3 working hours", china(2026, 9, 22, 2, 0)),
        (china(2026, 9, 22, 3, 0), "5 working hours", china(2026, 9, 23, 0, 0)),
        (china(2026, 9, 22, 12, 0), "1 working hour", china(2026, 9, 22, 23, 0)),
        # Two in the morning belongs to the shift, and so to the day, of the evening before.
        (china(2026, 9, 22, 2, 0), "1 working day", china(2026, 9, 23, 2, 0)),
        (china(2026, 9, 22, 12, 0), "1 working day", china(2026, 9, 23, 22, 0)),
        # Friday's night ends on Saturday morning; the next one begins on Monday evening.
        (china(2026, 9, 26, 5, 0), "2 working hours", china(2026, 9, 28, 23, 0)),
        (china(2026, 9, 26, 5, 0), "1 working day", china(2026, 9, 29, 5, 0)),
    ],
)
def test_a_night_shift_goes_on_after_midnight(start, duration, due) -> None:
    nights = office(week=[NIGHT] * 5 + [[], []], holidays=[], workdays=[])
    assert deadline(start, Duration.parse(duration), nights) == due


def test_a_shift_that_began_before_a_holiday_is_worked_to_its_end() -> None:
    nights = office(week=[NIGHT] * 7, holidays=[date(2026, 10, 1)], workdays=[])
    start = china(2026, 9, 30, 23, 0)
    assert working_time_between(start, china(2026, 10, 2, 22, 0), nights) == timedelta(hours=7)
    assert add_working_time(start, timedelta(hours=8), nights) == china(2026, 10, 2, 23, 0)


def test_the_night_before_the_first_day_laid_out_is_not_lost() -> None:
    nights = office(week=[NIGHT] * 7, holidays=[], workdays=[])
    begin = china(2026, 1, 1, 0, 0)
    assert working_time_between(begin, begin + timedelta(hours=6), nights) == timedelta(hours=6)


def test_a_night_in_which_the_clock_is_set_has_an_hour_less_or_more() -> None:
    nights = office(timezone="America/New_York", week=[NIGHT] * 7, holidays=[], workdays=[])
    zone = ZoneInfo("America/New_York")
    for day, hours in ((date(2026, 3, 7), 7), (date(2026, 10, 31), 9), (date(2026, 6, 1), 8)):
        evening = datetime(day.year, day.month, day.day, 20, tzinfo=zone).astimezone(UTC)
        noon = evening + timedelta(hours=16)
        assert working_time_between(evening, noon, nights) == timedelta(hours=hours)
    late = datetime(2026, 3, 7, 5, 30, tzinfo=zone)  # in the night of the sixth
    assert add_working_days(late, 1, nights) == datetime(2026, 3, 8, 5, 30, tzinfo=zone)


def test_a_day_ends_at_midnight_even_where_the_shift_goes_on() -> None:
    nights = office(week=[NIGHT] * 7, holidays=[], workdays=[])
    assert close_of_day(date(2026, 9, 21), nights) == china(2026, 9, 22, 0, 0)


def test_what_is_left_of_a_night_is_told_from_the_day_of_its_shift() -> None:
    nights = office(week=[NIGHT] * 7, holidays=[], workdays=[])
    left = remaining(china(2026, 9, 22, 2, 0), china(2026, 9, 23, 3, 0), nights)
    assert (left.days, left.hours, left.minutes) == (1, 1, 0)


def test_duty_from_eight_to_eight_never_closes() -> None:
    duty = office(week=[["08:00-08:00"]] * 7, makeup=["08:00-08:00"], holidays=[], workdays=[])
    start = china(2026, 9, 22, 3, 0)
    assert add_working_time(start, timedelta(hours=30), duty) == start + timedelta(hours=30)


def test_other_hours_hold_from_their_day_on_and_leave_the_days_before_as_they_were() -> None:
    summer = {"since": "2026-05-06", "week": [["09:00-12:00", "15:00-18:00"]] * 5 + [[], []]}
    winter = {"since": "2026-10-09", "week": [OFFICE] * 5 + [[], []], "makeup": OFFICE}
    calendar = office(changes=[summer, winter])
    hour = timedelta(hours=1)
    assert add_working_time(china(2026, 5, 5, 17, 0), hour, calendar) == china(2026, 5, 6, 9, 30)
    assert add_working_time(china(2026, 5, 6, 8, 0), hour, calendar) == china(2026, 5, 6, 10, 0)
    # The make-up day of October works the shifts that hold then.
    assert add_working_time(china(2026, 10, 9, 17, 0), hour, calendar) == china(2026, 10, 10, 9, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([{"since": "2026-10-01", "week": [OFFICE] * 5 + [[], []]}], "Make-up workdays need"),
        (
            [{"since": day, "week": [OFFICE] * 7, "makeup": OFFICE} for day in ("2026-05-06",) * 2],
            "later day",
        ),
        (
            [{"since": "2026-05-06", "week": [["22:00-09:00"]] + [[]] * 6, "makeup": OFFICE}],
            "next day",
        ),
    ],
)
def test_changes_that_do_not_fit_are_refused(changes, message) -> None:
    with pytest.raises(ValueError, match=message):
        office(changes=changes)


def test_a_night_is_written_as_it_was_read() -> None:
    week = [NIGHT, ["08:00-08:00"], ["18:00-24:00"], [], ["9:00-12:00"], [], []]
    document = CalendarDocument.model_validate({"key": "a", "timezone": "UTC", "week": week})
    written = document.model_dump(mode="json")["week"]
    assert written == [*week[:4], ["09:00-12:00"], [], []]
