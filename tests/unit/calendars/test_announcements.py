"""The notice of a year's holidays, read as it is published."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.calendars.announcements import (
    BACKWARDS,
    BOTH,
    KNOWN,
    NO_DATE,
    NO_VERB,
    NO_YEAR,
    OTHER_COUNT,
    OTHER_WEEKDAY,
    PROSE,
    read_announcement,
)
from linli.calendars.statutory import statutory_days
from tests.unit.calendars.notices import ITEMS, notice

WEEKDAYS = "一二三四五六日"


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize("year", sorted(ITEMS))
def test_every_day_of_a_published_year_is_read_and_nothing_of_it_is_left(year) -> None:
    found, known = read_announcement(notice(year)), statutory_days("CN", [year - 1, year])
    assert found.year == year
    assert not [one for one in found.leftovers if one.attention]
    off = {day for day in found.holidays if day.weekday() < 5}
    assert off == {day for day in _own(known.holidays, year) if day.weekday() < 5}
    assert set(_own(found.workdays, year)) == set(_own(known.workdays, year))


def _own(days: Iterable[date], year: int) -> list[date]:
    """Without December, which the next notice may claim for New Year."""
    return [day for day in days if day.year == year and day.month < 12]


@pytest.mark.parametrize("year", [2018, 2025, 2026])
def test_the_seed_names_the_same_days_by_the_same_holidays(year) -> None:
    found, seed = read_announcement(notice(year)), statutory_days("CN", [year], language="zh_CN")
    assert {day for day in seed.holidays if day.year == year} >= set(found.holidays)
    for day, name in found.holidays.items():
        assert set(seed.holidays[day].split("、")) <= set(name.split("、")), day
    for day, name in found.workdays.items():
        assert set(seed.workdays[day].split("、")) <= set(name.split("、")), day


@pytest.mark.parametrize(
    ("text", "off", "work"),
    [
        (  # half-width signs, blanks, another dash, no numbering
            "元旦: 1 月 1 日 (星期四) - 1 月 3 日 放假调休, 共 3 天. 1月4日(星期日)上班",
            days("2026-01-01", "2026-01-02", "2026-01-03"),
            days("2026-01-04"),
        ),
        ("三、清明节4月4日至6日放假，共3天；", days("2026-04-04", "2026-04-05", "2026-04-06"), []),
        ("元旦：12月31日至1月2日放假，共3天。", days("2025-12-31", "2026-01-01", "2026-01-02"), []),
        ("火把节：８月６日至７日放假２天。", days("2026-08-06", "2026-08-07"), []),
        ("国庆节：10月1日、5日放假。", days("2026-10-01", "2026-10-05"), []),
        ("元旦：2027年1月1日放假，1月3日（周日）上班。", days("2027-01-01"), days("2027-01-03")),
    ],
)
def test_it_is_read_in_whatever_signs_it_is_written(text, off, work) -> None:
    found = read_announcement(text, year=2026)
    assert list(found.holidays) == off
    assert list(found.workdays) == work
    assert not found.leftovers


@pytest.mark.parametrize(
    ("text", "why", "attention"),
    [
        ("元旦：1月1日（周五）放假。", OTHER_WEEKDAY, True),
        ("元旦：1月1日至3日放假，共4天。", OTHER_COUNT, True),
        ("国庆节：0月1日至8日放假。", NO_DATE, True),
        ("国庆节：10月7日至1日放假。", BACKWARDS, True),
        ("春节：2月3日（周二）起正常上班。", NO_VERB, True),
        ("火把节：8月6日。", NO_VERB, True),
        ("元旦：1月1日放假。1月1日上班。", BOTH, True),
        ("各单位要安排好值班。", PROSE, False),
        ("2025年11月4日", PROSE, False),
        ("元旦：1月1日放假，1月2日补休。1月4日公休日调至1月2日。", NO_VERB, True),
    ],
)
def test_what_is_not_understood_is_handed_back_with_its_reason(text, why, attention) -> None:
    left = read_announcement(text, year=2026).leftovers
    assert [(one.why.message, one.attention) for one in left] == [(why, attention)]


def test_what_repeats_known_days_in_other_words_is_no_question() -> None:
    text = "元旦：1月1日至3日放假。1月4日（周日）公休日调至1月2日（周五）。1月4日（周日）上班。"
    found = read_announcement(text, year=2026)
    assert [one.why.message for one in found.leftovers] == [KNOWN]
    assert list(found.workdays) == days("2026-01-04")


def test_without_a_year_no_day_is_guessed() -> None:
    found = read_announcement("元旦：1月1日放假。")
    assert [one.why.message for one in found.leftovers] == [NO_YEAR]
    assert not found.holidays


@given(
    st.dictionaries(
        st.sampled_from(["元旦", "春节", "清明节", "劳动节", "火把节"]),
        st.tuples(st.dates(date(2026, 1, 10), date(2026, 11, 20)), st.integers(1, 9)),
        min_size=1,
    ),
    st.sampled_from(["至", "到", "-", "—", "～"]),
    st.sampled_from(["：", ":", ""]),
    st.sampled_from(["\n", " ", ""]),
    st.booleans(),
)
def test_whatever_is_written_in_the_form_of_a_notice_is_read_back(
    holidays, dash, colon, between, weekdays
) -> None:
    off = {name: _span(first, length) for name, (first, length) in holidays.items()}
    text = between.join(_item(name, span, dash, colon, weekdays) for name, span in off.items())
    found = read_announcement(text, year=2026)
    assert not [one for one in found.leftovers if one.attention]
    assert set(found.holidays) == {day for span in off.values() for day in span}


def _span(first: date, length: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(length)]


def _item(name: str, span: list[date], dash: str, colon: str, weekdays: bool) -> str:
    first, last = (_written(day, weekdays) for day in (span[0], span[-1]))
    range_ = first if len(span) == 1 else f"{first}{dash}{last}"
    return f"{name}{colon}{range_}放假调休，共{len(span)}天。"


def _written(day: date, weekday: bool) -> str:
    return f"{day.month}月{day.day}日" + (f"（周{WEEKDAYS[day.weekday()]}）" if weekday else "")
