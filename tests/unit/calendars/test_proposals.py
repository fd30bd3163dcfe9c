"""New official days put into a county's or a unit's calendar, and what then differs."""

from datetime import date

import pytest

from linli.calendars import CalendarDocument, UnitDocument
from linli.calendars.announcements import read_announcement
from linli.calendars.days import DayKind, Days, compare, first_difference
from linli.calendars.default import default_document
from linli.calendars.lists import announced, read_list
from linli.calendars.proposals import edited, with_announced
from linli.lib.errors import InputError
from tests.unit.calendars.notices import notice
from tests.unit.calendars.test_working_time import OFFICE

COUNTY = default_document("Asia/Shanghai")
TORCHES = {
    "name": "火把节",
    "on": {"kind": "lunar", "month": 6, "day": 24},
    "days": 3,
    "since": 2026,
}
OWN = {"2026-04-20": "县庆", "2026-10-09": ""}
BEFORE = edited(COUNTY, holidays={"2026-10-05": "国庆节", "2026-09-30": "国庆节"} | OWN)


def test_the_days_of_a_notice_replace_those_of_its_holidays_and_leave_the_countys_own() -> None:
    after = with_announced(BEFORE, read_announcement(notice(2026)))
    assert after.holidays[date(2026, 4, 20)] == "县庆"
    assert date(2026, 9, 30) not in after.holidays
    assert date(2026, 10, 9) not in after.holidays  # seeded without a name
    assert after.holidays[date(2026, 10, 7)] == "国庆节"
    assert after.workdays[date(2026, 9, 20)] == "国庆节"


def test_the_days_of_other_years_stay() -> None:
    after = with_announced(COUNTY, read_announcement(notice(2026)))
    assert {day: name for day, name in after.holidays.items() if day.year != 2026} == {
        day: name for day, name in COUNTY.holidays.items() if day.year != 2026
    }


def test_a_notice_that_is_known_already_changes_nothing() -> None:
    assert not compare(COUNTY, with_announced(COUNTY, read_announcement(notice(2026))))


def test_differences_are_told_in_stretches_of_days() -> None:
    found = compare(BEFORE, with_announced(BEFORE, read_announcement(notice(2026))))
    october = [one for one in found.days if one.first.month == 10]
    assert [(one.first.day, one.last.day, one.after.kind) for one in october] == [
        (1, 4, DayKind.HOLIDAY),
        (6, 7, DayKind.HOLIDAY),
        (9, 9, DayKind.WORK),
    ]
    assert october[2].before.kind is DayKind.HOLIDAY
    assert not found.hours


def test_hours_and_festivals_are_compared_by_their_rules() -> None:
    summer = {"since": "2027-05-06", "week": [["09:00-12:00"]] * 5 + [[], []], "makeup": OFFICE}
    after = edited(COUNTY, festivals=[TORCHES], changes=[summer])
    found = compare(COUNTY, after)
    assert found.hours
    assert [one.name for one in found.festivals_new] == ["火把节"]
    assert [one.name for one in compare(after, COUNTY).festivals_gone] == ["火把节"]
    assert not compare(after, after)


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, None),
        ({"holidays": {}}, date(2004, 1, 1)),
        ({"festivals": [TORCHES]}, date(2026, 1, 1)),
        ({"workdays": {}}, date(2004, 1, 17)),
        ({"week": [["08:00-12:00"]] * 7}, date.min),
        (
            {"changes": [{"since": "2027-05-06", "week": [OFFICE] * 7, "makeup": OFFICE}]},
            date(2027, 5, 6),
        ),
    ],
)
def test_nothing_before_the_first_difference_is_another_one(changes, first) -> None:
    after = edited(COUNTY, **changes)
    assert first_difference(COUNTY.calendar(), after.calendar()) == first


def test_a_unit_works_by_its_own_hours_on_the_countys_working_days() -> None:
    market = UnitDocument(key="market", week=[OFFICE] * 5 + [["08:00-14:00"], []])
    whole = Days(market.over(COUNTY))
    assert whole.on(date(2026, 10, 1)).kind is DayKind.HOLIDAY
    assert whole.on(date(2026, 10, 24)).kind is DayKind.WORK  # a Saturday
    assert whole.on(date(2026, 10, 10)).shifts == Days(COUNTY).on(date(2026, 10, 10)).shifts


def test_a_unit_that_does_not_observe_holidays_is_there_on_all_of_them() -> None:
    week = [["00:00-24:00"]] * 7
    duty = UnitDocument(key="fire", week=week, observes=False).over(COUNTY)
    assert all(day.kind is DayKind.WORK for day in Days(duty).year(2026))


def test_a_day_that_a_unit_names_itself_outranks_the_countys() -> None:
    unit = UnitDocument(
        key="hall",
        workdays={"2026-10-02": "便民"},
        holidays={"2026-10-10": "盘点", "2026-10-12": "盘点"},
    )
    days = Days(unit.over(COUNTY))
    kinds = {day: days.on(date(2026, 10, day)).kind for day in (1, 2, 10, 12, 13)}
    assert kinds == {
        1: DayKind.HOLIDAY,
        2: DayKind.MAKEUP,
        10: DayKind.HOLIDAY,
        12: DayKind.HOLIDAY,
        13: DayKind.WORK,
    }


def test_a_unit_that_writes_nothing_follows_the_county() -> None:
    follower = UnitDocument(key="roads")
    assert follower.follows
    whole = follower.over(edited(COUNTY, festivals=[TORCHES]))
    assert whole.calendar() == edited(COUNTY, festivals=[TORCHES]).calendar()
    assert not UnitDocument(key="fire", observes=False).follows


def test_a_unit_that_does_not_fit_its_county_is_refused() -> None:
    nights = UnitDocument(key="nights", week=[["22:00-09:00"]] * 7)
    with pytest.raises(ValueError, match="make-up workday"):
        nights.over(COUNTY)


def test_a_document_of_an_earlier_release_still_loads() -> None:
    stored = {
        "key": "county",
        "version": 1,
        "timezone": "Asia/Shanghai",
        "week": [OFFICE] * 5 + [[], []],
        "makeup": OFFICE,
        "holidays": ["2026-10-01", "2026-10-02"],
        "workdays": ["2026-10-10"],
    }
    document = CalendarDocument.model_validate(stored)
    assert document.holidays == {date(2026, 10, 1): "", date(2026, 10, 2): ""}
    assert not document.calendar().is_working_day(date(2026, 10, 1))
    assert CalendarDocument.model_validate(document.model_dump(mode="json")) == document


def test_the_special_days_of_a_year_are_told_in_stretches() -> None:
    spans = Days(edited(COUNTY, festivals=[TORCHES])).special(2026)
    told = [(one.first, one.days, one.after.kind, one.after.name) for one in spans]
    assert (date(2026, 8, 6), 3, DayKind.FESTIVAL, "火把节") in told
    assert (date(2026, 10, 1), 7, DayKind.HOLIDAY, "国庆节") in told
    assert sum(one.days for one in spans if one.after.kind is DayKind.MAKEUP) == 6


def test_a_table_of_days_is_read_and_a_bad_row_is_handed_back() -> None:
    rows = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-09,makeup_workday,New Year's Day\n"
    found = read_list((rows + "2027-13-01,放假,x\n2027-02-01,半天,y\n").encode())
    assert found.holidays == {date(2027, 1, 1): "元旦"}
    assert found.workdays == {date(2027, 1, 9): "元旦"}
    assert [one.line for one in found.leftovers] == [4, 5]
    assert all(one.attention for one in found.leftovers)


def test_the_library_gives_announced_years_only() -> None:
    assert announced(2026).workdays == read_announcement(notice(2026)).workdays
    with pytest.raises(InputError, match="2040"):
        announced(2040)
