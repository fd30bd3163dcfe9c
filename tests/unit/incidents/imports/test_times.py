"""Local times, offsets, and the two odd hours of the year."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.incidents.imports.times import AmbiguousHour, AmbiguousTimeError, clock, localize

NEW_YORK = ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_time_with_an_offset_is_what_it_says() -> None:
    read = clock("iso", ZoneInfo("Asia/Shanghai"), "earlier")
    assert read("2020-01-17T19:03:41-05:00", None) == utc("2020-01-18T00:03:41")
    assert read("2020-01-17T19:03:41Z", None) == utc("2020-01-17T19:03:41")


def test_a_time_without_an_offset_is_local_in_summer_and_in_winter() -> None:
    read = clock("%m/%d/%Y %I:%M:%S %p", NEW_YORK, "earlier")
    assert read("07/01/2019 02:30:00 PM", None) == utc("2019-07-01T18:30:00")
    assert read("12/01/2019 02:30:00 PM", None) == utc("2019-12-01T19:30:00")


@pytest.mark.parametrize(
    ("policy", "expected"), [("earlier", "2019-11-03T05:30"), ("later", "2019-11-03T06:30")]
)
def test_the_hour_that_happens_twice_is_read_as_the_profile_says(
    policy: AmbiguousHour, expected: str
) -> None:
    assert localize(local("2019-11-03T01:30"), NEW_YORK, policy) == utc(expected)


def test_the_hour_that_happens_twice_can_be_refused() -> None:
    with pytest.raises(AmbiguousTimeError):
        localize(local("2019-11-03T01:30"), NEW_YORK, "reject")
    assert localize(local("2019-11-03T03:30"), NEW_YORK, "reject") == utc("2019-11-03T08:30")


def test_a_closing_in_the_repeated_hour_is_the_later_one_when_the_earlier_precedes_opening() -> (
    None
):
    opened = localize(local("2019-11-03T01:50"), NEW_YORK, "earlier")
    closed = localize(local("2019-11-03T01:10"), NEW_YORK, "earlier", opened)
    assert closed - opened == timedelta(minutes=20)


def test_a_closing_that_neither_reading_saves_stays_before_the_opening() -> None:
    opened = localize(local("2019-11-03T09:00"), NEW_YORK, "earlier")
    assert localize(local("2019-11-03T01:10"), NEW_YORK, "earlier", opened) < opened


def test_a_time_in_the_missing_hour_is_read_with_the_offset_before_the_change() -> None:
    assert localize(local("2019-03-10T02:30"), NEW_YORK, "reject") == utc("2019-03-10T07:30")


@given(st.datetimes(local("2008-01-01"), local("2026-01-01"), timezones=st.just(UTC)))
def test_a_moment_written_as_local_time_is_read_back_or_is_an_hour_off_when_ambiguous(
    moment: datetime,
) -> None:
    local = moment.astimezone(NEW_YORK)
    readings = {localize(local.replace(tzinfo=None, fold=0), NEW_YORK, policy)
                for policy in ("earlier", "later")}  # fmt: skip
    assert moment in readings
    assert len(readings) == (2 if local.fold or moment + timedelta(hours=1) in readings else 1)
