"""Official holidays and make-up workdays of China, day by day."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from linli.calendars import CalendarDocument
from linli.calendars.default import default_document
from linli.calendars.statutory import statutory_days

MISSING_THERE = date(2005, 12, 31)
"""A Saturday at work by 国办发明电〔2005〕35号; the comparison table leaves it out."""


@pytest.mark.real_data
def test_every_day_from_2004_to_2026_agrees_with_the_official_notices(shared_data: Path) -> None:
    table = shared_data / "oracles" / "calendar" / "cn_public_holidays_and_makeup_workdays.csv"
    with table.open(encoding="utf-8") as file:
        kinds = {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}
    stored = default_document("Asia/Shanghai").model_dump_json()
    calendar = CalendarDocument.model_validate_json(stored).calendar()
    day, checked = date(2004, 1, 1), 0
    while day <= date(2026, 12, 31):
        kind = kinds.get(day)
        expected = kind == "makeup_workday" or (kind is None and day.weekday() < 5)
        expected = expected or day == MISSING_THERE
        assert calendar.is_working_day(day) is expected, day
        day, checked = day + timedelta(days=1), checked + 1
    assert checked == 8401


def test_a_make_up_day_before_new_year_belongs_to_its_own_year() -> None:
    days = statutory_days("CN", [2005])
    assert MISSING_THERE in days.workdays
    assert all(day.year == 2005 for day in (*days.workdays, *days.holidays))


def test_a_year_without_notice_is_said_to_be_unannounced() -> None:
    assert statutory_days("CN", [2026, 2040]).unannounced == (2040,)
    assert statutory_days("US", [2026], subdivision="MA").unannounced == ()


def test_names_come_in_the_language_asked_for() -> None:
    assert statutory_days("CN", [2026], language="zh_CN").holidays[date(2026, 10, 1)] == "国庆节"
