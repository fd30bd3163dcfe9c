"""Local festivals by the sun, the moon and the weekday."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from lunardate import LunarDate

from linli.calendars import Festival
from tests.unit.calendars.test_working_time import office

TORCHES = {"name": "火把节", "on": {"kind": "lunar", "month": 6, "day": 24}, "days": 3}
EVE = {"name": "除夕", "on": {"kind": "lunar", "month": 12, "day": 30}}


def festival(since: int = 2000, **values: object) -> Festival:
    return Festival.model_validate({"name": "节", "since": since, **values})


@pytest.mark.parametrize(
    ("on", "year", "days"),
    [
        ({"kind": "solar", "month": 4, "day": 5}, 2026, [date(2026, 4, 5)]),
        ({"kind": "solar", "month": 2, "day": 29}, 2026, []),
        ({"kind": "solar", "month": 2, "day": 29}, 2028, [date(2028, 2, 29)]),
        ({"kind": "lunar", "month": 6, "day": 24}, 2026, [date(2026, 8, 6)]),
        # 2025 has a sixth month twice: the festival is in the first one.
        ({"kind": "lunar", "month": 6, "day": 24}, 2025, [date(2025, 7, 18)]),
        ({"kind": "lunar", "month": 12, "day": 30}, 2026, [date(2026, 2, 16)]),
        ({"kind": "lunar", "month": 12, "day": 30}, 2200, []),
        ({"kind": "weekday", "month": 10, "nth": 2, "weekday": 6}, 2026, [date(2026, 10, 10)]),
        ({"kind": "weekday", "month": 10, "nth": -1, "weekday": 7}, 2026, [date(2026, 10, 25)]),
        ({"kind": "weekday", "month": 10, "nth": 5, "weekday": 6}, 2026, [date(2026, 10, 31)]),
        ({"kind": "weekday", "month": 11, "nth": 5, "weekday": 6}, 2026, []),
    ],
)
def test_a_rule_names_its_day(on, year, days) -> None:
    assert festival(on=on).days_off(year) == days


def test_a_festival_has_as_many_days_off_as_it_says_in_its_years() -> None:
    torches = festival(**TORCHES | {"since": 2026, "until": 2027})
    assert torches.days_off(2026) == [date(2026, 8, day) for day in (6, 7, 8)]
    assert torches.days_off(2025) == torches.days_off(2028) == []


def test_a_festival_over_new_year_is_off_in_both_years() -> None:
    calendar = office(festivals=[festival(on={"kind": "solar", "month": 12, "day": 31}, days=2)])
    assert not calendar.is_working_day(date(2026, 12, 31))
    assert not calendar.is_working_day(date(2027, 1, 1))


def test_the_last_day_of_a_lunar_year_may_be_the_29th() -> None:
    assert festival(**EVE).days_off(2027) == [date(2027, 2, 5)]  # month of 29 days
    assert festival(**EVE).days_off(2024) == [date(2024, 2, 9)]


def test_a_make_up_workday_outranks_a_festival() -> None:
    october = festival(on={"kind": "solar", "month": 10, "day": 10})
    assert office(festivals=[october]).is_working_day(date(2026, 10, 10))
    assert not office(festivals=[october], workdays=[]).is_working_day(date(2026, 10, 10))


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": {"kind": "solar", "month": 13, "day": 1}},
        {"on": {"kind": "lunar", "month": 1, "day": 31}},
        {"on": {"kind": "weekday", "month": 1, "nth": 6, "weekday": 1}},
        {"on": {"kind": "solar", "month": 1, "day": 1}, "days": 0},
        {"on": {"kind": "solar", "month": 1, "day": 1}, "name": ""},
    ],
)
def test_a_rule_that_names_no_day_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="validation error"):
        festival(**wrong)


@pytest.mark.real_data
def test_every_lunar_day_of_2024_to_2026_agrees_with_the_observatory(shared_data: Path) -> None:
    table = shared_data / "oracles" / "calendar" / "lunar_day_labels_hko_2024_2026.csv"
    with table.open(encoding="utf-8") as file:
        rows = [
            (date.fromisoformat(row["gregorian"]), row["label"]) for row in csv.DictReader(file)
        ]
    checked = 0
    for day, label in rows:
        lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
        assert (lunar.day == 1) is ("月" in label), day
        if lunar.day > 1:
            assert label.split()[0] == _words(lunar.day), day
        if not lunar.is_leap_month:
            rule = {"kind": "lunar", "month": lunar.month, "day": lunar.day}
            assert festival(on=rule).days_off(day.year).count(day) == 1, day
        checked += 1
    assert checked == 1096
    assert rows[-1][0] - rows[0][0] == timedelta(days=1095)


def _words(day: int) -> str:
    digits = "十一二三四五六七八九"
    heads = {0: "初", 1: "十", 2: "廿", 3: "三"}
    if day in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return heads[day // 10] + digits[day % 10]
