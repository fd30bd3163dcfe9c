"""Deadlines of an ordinary Chinese county office, by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.calendars import (
    CalendarDocument,
    Duration,
    WorkCalendar,
    add_working_days,
    add_working_time,
    close_of_day,
    deadline,
    working_time_between,
)
from linli.calendars.hours import Shift

CHINA = ZoneInfo("Asia/Shanghai")
OFFICE = ["08:30-12:00", "14:00-17:30"]
NATIONAL_DAY = [date(2026, 10, day) for day in range(1, 8)]


def office(**changes: object) -> WorkCalendar:
    document = {
        "key": "office",
        "timezone": "Asia/Shanghai",
        "week": [OFFICE] * 5 + [[], []],
        "makeup": OFFICE,
        "holidays": NATIONAL_DAY,
        "workdays": [date(2026, 10, 10)],
    } | changes
    return CalendarDocument.model_validate(document).calendar()


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHINA)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        (china(2026, 9, 29, 9, 0), "1 working hour", china(2026, 9, 29, 10, 0)),
        (china(2026, 9, 29, 11, 30), "2 working hours", china(2026, 9, 29, 15, 30)),
        (china(2026, 9, 29, 16, 30), "1 working hour", china(2026, 9, 29, 17, 30)),
        (china(2026, 9, 29, 20, 0), "1 working hour", china(2026, 9, 30, 9, 30)),
        # Seven days of holiday, then Thursday and Friday, then a make-up Saturday.
        (china(2026, 9, 30, 17, 0), "1 working hour", china(2026, 10, 8, 9, 0)),
        # Half an hour on Friday, three and a half on Saturday morning, one after lunch.
        (china(2026, 10, 9, 17, 0), "5 working hours", china(2026, 10, 10, 15, 0)),
        (china(2026, 9, 30, 10, 0), "1 working day", china(2026, 10, 8, 10, 0)),
        (china(2026, 9, 30, 10, 0), "3 working days", china(2026, 10, 10, 10, 0)),
        (china(2026, 9, 30, 10, 0), "4 working days", china(2026, 10, 12, 10, 0)),
        # Lunch and night count from the next opening.
        (china(2026, 9, 29, 13, 0), "1 working day", china(2026, 9, 30, 14, 0)),
        (china(2026, 9, 26, 22, 0), "1 working day", china(2026, 9, 29, 8, 30)),
        # At the very close one still counts from there, as an extended deadline does.
        (china(2026, 9, 28, 17, 30), "1 working day", china(2026, 9, 29, 17, 30)),
        (china(2026, 9, 30, 12, 0), "1 working day", china(2026, 10, 8, 12, 0)),
        (china(2026, 10, 3, 3, 0), "24 hours", china(2026, 10, 4, 3, 0)),
    ],
)
def test_a_deadline_falls_where_the_office_would_say(
    start: datetime, duration: str, due: datetime
) -> None:
    assert deadline(start, Duration.parse(duration), office()) == due


def test_instants_come_back_in_utc() -> None:
    due = deadline(china(2026, 9, 29, 9, 0), Duration.parse("1 working hour"), office())
    assert due.tzinfo is UTC


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises((ValueError, TypeError)):
        add_working_time(datetime(2026, 9, 29, 9, 0), timedelta(hours=1), office())  # noqa: DTZ001 - the fault under test


def test_time_and_days_are_added_forward_only() -> None:
    with pytest.raises(ValueError, match="forward"):
        add_working_time(china(2026, 9, 29, 9, 0), timedelta(hours=-1), office())
    with pytest.raises(ValueError, match="forward"):
        add_working_days(china(2026, 9, 29, 9, 0), -1, office())


def test_working_time_skips_lunch_nights_and_holidays() -> None:
    calendar = office()
    assert working_time_between(
        china(2026, 9, 30, 11, 0), china(2026, 10, 8, 9, 0), calendar
    ) == timedelta(hours=5)
    assert working_time_between(
        china(2026, 10, 8, 9, 0), china(2026, 9, 30, 11, 0), calendar
    ) == timedelta(hours=-5)


def test_a_shorter_day_draws_the_deadline_into_its_shifts() -> None:
    calendar = office(week=[OFFICE] * 5 + [["09:00-11:00"], []])
    assert add_working_days(china(2026, 9, 25, 16, 0), 1, calendar) == china(2026, 9, 26, 11, 0)
    assert add_working_days(china(2026, 9, 25, 8, 40), 1, calendar) == china(2026, 9, 26, 9, 0)


def test_a_time_in_the_break_of_another_day_becomes_the_close_before_it() -> None:
    calendar = office(week=[["08:00-16:00"], OFFICE, OFFICE, OFFICE, OFFICE, [], []])
    assert add_working_days(china(2026, 9, 28, 13, 0), 1, calendar) == china(2026, 9, 29, 12, 0)


def test_the_close_of_a_holiday_is_that_of_the_next_working_day() -> None:
    assert close_of_day(date(2026, 10, 2), office()) == china(2026, 10, 8, 17, 30)


def test_round_the_clock_never_closes() -> None:
    duty = WorkCalendar.round_the_clock("Asia/Shanghai")
    start = china(2026, 10, 3, 23, 30)
    assert deadline(start, Duration.parse("1 working hour"), duty) == china(2026, 10, 4, 0, 30)
    assert deadline(start, Duration.parse("2 working days"), duty) == china(2026, 10, 5, 23, 30)


def test_an_hour_skipped_or_repeated_by_daylight_saving_is_counted_as_it_passed() -> None:
    boston = ZoneInfo("America/New_York")
    duty = WorkCalendar.round_the_clock("America/New_York")
    spring = datetime(2026, 3, 8, 0, 0, tzinfo=boston)
    assert add_working_time(spring, timedelta(hours=3), duty) == datetime(
        2026, 3, 8, 4, 0, tzinfo=boston
    ).astimezone(UTC)
    autumn = datetime(2026, 11, 1, 0, 0, tzinfo=boston)
    assert add_working_time(autumn, timedelta(hours=3), duty) == datetime(
        2026, 11, 1, 2, 0, tzinfo=boston
    ).astimezone(UTC)


def test_an_office_keeps_its_wall_clock_across_daylight_saving() -> None:
    boston = ZoneInfo("America/New_York")
    calendar = office(timezone="America/New_York", holidays=[], workdays=[])
    friday = datetime(2026, 3, 6, 9, 0, tzinfo=boston)
    assert add_working_days(friday, 1, calendar) == datetime(
        2026, 3, 9, 9, 0, tzinfo=boston
    ).astimezone(UTC)
    assert working_time_between(
        friday, datetime(2026, 3, 9, 9, 0, tzinfo=boston), calendar
    ) == timedelta(hours=7)


def test_shifts_inside_the_hour_that_is_skipped_never_turn_around() -> None:
    night = ["01:30-02:15", "02:30-02:45", "02:50-03:30"]
    calendar = office(timezone="America/New_York", week=[night] * 7, holidays=[], workdays=[])
    start = datetime(2026, 3, 8, 0, 0, tzinfo=ZoneInfo("America/New_York"))
    line = calendar.line(2026, 2026)
    assert all(a < b for a, b in zip(line.opens, line.closes, strict=True))
    assert all(a <= b for a, b in zip(line.closes, line.opens[1:], strict=False))
    assert add_working_time(start, timedelta(minutes=30), calendar) == datetime(
        2026, 3, 8, 7, 0, tzinfo=UTC
    )


def test_a_deadline_beyond_the_years_laid_out_is_found() -> None:
    calendar = office()
    calendar.line(2026, 2026)
    far = deadline(china(2026, 9, 30, 10, 0), Duration.parse("5000 working days"), calendar)
    assert far.year == 2045
    assert deadline(far, Duration.parse("1 working hour"), calendar) > far
    early = datetime(1999, 1, 4, 9, 0, tzinfo=CHINA)
    assert deadline(early, Duration.parse("1 working hour"), calendar) == early.replace(hour=10)


def test_a_span_beyond_every_calendar_is_refused() -> None:
    with pytest.raises(OverflowError):
        WorkCalendar.round_the_clock("UTC").line(8999, 9001)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"week": [[]] * 7}, "without working time"),
        ({"week": [["14:00-17:30", "08:30-12:00"]] * 7}, "in order"),
        ({"week": [["22:00-06:00"]] + [["05:00-12:00"]] * 6}, "next day"),
        ({"makeup": ["22:00-09:00"]}, "next day"),
        ({"week": [["08:00-12:00", "20:00-09:00"]] * 7}, "within 24 hours"),
        ({"week": [["08:30-12:00", "11:00-13:00"]] * 7}, "overlap"),
        ({"week": [["08:30-24:30"]] * 7}, "24:00"),
        ({"week": [["24:00-06:00"]] * 7}, "24:00"),
        ({"week": [["8-12"]] * 7}, "no shift"),
        ({"week": [["08:75-12:00"]] * 7}, "beyond 59"),
        ({"timezone": "Asia/Kunming"}, "Unknown time zone"),
        ({"makeup": []}, "Make-up workdays need"),
    ],
)
def test_a_calendar_that_cannot_work_is_refused_with_its_reason(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        office(**changes)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven"):
        WorkCalendar(timezone="UTC", week=((Shift(0, 60),),))


def test_a_document_is_written_as_it_was_read() -> None:
    document = CalendarDocument.model_validate(
        {"key": "a", "timezone": "UTC", "week": [OFFICE] * 7}
    )
    written = document.model_dump(mode="json")
    assert written["week"][0] == OFFICE
    assert CalendarDocument.model_validate(written) == document


@pytest.mark.parametrize(
    ("text", "read"),
    [("5wh", "5 working hours"), ("1 working day", "1 working day"), ("24h", "24 hours")],
)
def test_a_duration_reads_long_and_short(text: str, read: str) -> None:
    assert str(Duration.parse(text)) == read


@pytest.mark.parametrize("text", ["0 hours", "five days", "3 days", "-1 hours", "1.5 hours", ""])
def test_a_duration_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration"):
        Duration.parse(text)


def test_a_year_in_which_nobody_works_has_no_interval_and_the_next_one_is_asked() -> None:
    everyday = [date.fromordinal(number) for number in range(739_617, 739_982)]
    assert (everyday[0], everyday[-1]) == (date(2026, 1, 1), date(2026, 12, 31))
    calendar = office(holidays=everyday, workdays=[])
    assert len(calendar.line(2026, 2026).before) == 0
    due = add_working_time(china(2026, 6, 1, 9, 0), timedelta(hours=1), calendar)
    assert due == china(2027, 1, 1, 9, 30)
