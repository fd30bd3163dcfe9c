"""The calendar through its pages, as somebody uses them who writes no YAML."""

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from linli.accounts.enums import Role
from linli.calendars import UnitDocument
from linli.casework import definitions
from linli.casework.models import CalendarVersion
from linli.casework.publishing import newest_edition
from linli.database.context import county_context
from linli.incidents.models import IncidentEvent
from tests.conftest import A
from tests.factories.people import sign_in
from tests.factories.steps import dispatched, step
from tests.unit.calendars.notices import notice

HOURS = {f"day{number}": "08:30-12:00, 14:00-17:30" for number in range(5)} | {
    "day5": "",
    "day6": "",
    "makeup": "08:30-12:00、14:00-17:30",
}
AROUND_THE_CLOCK = {f"day{number}": "00:00-24:00" for number in range(7)} | {
    "own": "own",
    "makeup": "",
}
MADE_UP = """国务院办公厅关于2031年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
七、国庆节：10月1日（周三）至7日（周二）放假调休，共7天。9月28日（周日）、10月11日（周六）上班。
八、劳动节：5月1日（周五）放假。
九、县庆：4月20日。
"""


@pytest.fixture(autouse=True)
def fresh_calendars() -> Iterator[None]:
    definitions.forget()
    yield
    definitions.forget()


@pytest.fixture
def operator(client, office):
    sign_in(client, office.operator)
    return client


def _text(answer) -> str:
    return html.unescape(answer.content.decode())


def _hidden(answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    return html.unescape(found.group(1))


def _publish(client, preview, at: str = "calendar/", note: str = "通知", **more):
    data = {name: _hidden(preview, name) for name in ("document", "based_on", "seen")}
    return client.post(f"/{A}/{at}publish/", data | {"note": note} | more, follow=True)


def _english(client) -> None:
    client.cookies["django_language"] = "en"


def test_the_year_shows_every_special_day_with_a_word(operator):
    page = _text(operator.get(f"/{A}/calendar/?year=2026"))
    assert 'title="2026-10-01 周四, 放假, 国庆节"' in page
    assert 'title="2026-10-10 周六, 调休上班, 国庆节"' in page
    assert page.count('class="month"') == 12
    assert len(re.findall(r'<span class="day day-\w+"[^>]*title=', page)) == 365
    assert "2026-10-01 周四至2026-10-07 周三" in page
    assert "星期一至星期五" in page
    assert "按这份日历工作" in page


def test_a_year_whose_make_up_days_are_unknown_is_said_to_be_an_estimate(operator):
    assert "只是推算" in _text(operator.get(f"/{A}/calendar/?year=2027"))
    assert "只是推算" not in _text(operator.get(f"/{A}/calendar/?year=2026"))
    assert operator.get(f"/{A}/calendar/?year=nonsense").status_code == 200


def test_names_and_words_come_in_english_for_an_english_reader(operator):
    _english(operator)
    page = _text(operator.get(f"/{A}/calendar/?year=2026"))
    assert 'title="2026-10-01 Thu, day off, National Day"' in page
    assert "Monday to Friday" in page


def test_a_pasted_notice_is_previewed_with_what_was_not_understood_and_published(operator, office):
    preview = operator.post(f"/{A}/calendar/notice/", {"year": 2031, "text": MADE_UP})
    page = _text(preview)
    assert preview.status_code == 200
    assert "2031-10-01 周三至2031-10-07 周二" in page
    assert "八、劳动节:5月1日(周五)放假" in page
    assert "星期与日期对不上" in page
    assert "九、县庆:4月20日" in page
    with county_context(A):
        assert CalendarVersion.objects.count() == 1
    done = _publish(operator, preview, note="国办发明电〔2030〕1号")
    assert "日历已发布" in _text(done)
    assert 'title="2031-10-11 周六, 调休上班, 国庆节"' in _text(
        operator.get(f"/{A}/calendar/?year=2031")
    )
    history = _text(operator.get(f"/{A}/calendar/history/"))
    assert "国办发明电〔2030〕1号" in history
    assert str(office.operator) in history
    assert "第1版" in history, "a bare number says nothing on a card"


def test_a_notice_that_is_known_already_says_that_nothing_changes(operator):
    answer = operator.post(f"/{A}/calendar/notice/", {"year": 2026, "text": notice(2026)})
    assert "没有变化" in _text(answer)


def test_a_text_without_days_and_an_empty_form_are_refused_at_the_field(operator):
    nothing = operator.post(f"/{A}/calendar/notice/", {"year": 2026, "text": "各单位注意值班。"})
    assert nothing.status_code == 422
    assert "一个日期也没有读出来" in _text(nothing)
    empty = operator.post(f"/{A}/calendar/notice/", {"year": 2026})
    assert "请粘贴原文" in _text(empty)


def test_a_table_of_days_is_imported(operator):
    rows = "日期,类型,名称\n2031-01-01,放假,元旦\n2031-01-04,上班,元旦\n2031-01-05,半天,x\n"
    file = SimpleUploadedFile("days.csv", rows.encode())
    preview = operator.post(f"/{A}/calendar/notice/", {"year": 2031, "file": file})
    assert "2031-01-04 周六" in _text(preview)
    assert "请写“放假”或“上班”" in _text(preview)
    _publish(operator, preview)
    with county_context(A):
        assert date(2031, 1, 4) in newest_edition().document.workdays
    broken = SimpleUploadedFile("days.csv", b"a,b\n1,2\n")
    wrong = operator.post(f"/{A}/calendar/notice/", {"year": 2031, "file": broken})
    assert wrong.status_code == 422


def test_a_year_is_taken_from_the_library_only_once_it_is_announced(operator):
    known = operator.post(f"/{A}/calendar/library/", {"year": 2026})
    assert "没有变化" in _text(known)
    unknown = operator.post(f"/{A}/calendar/library/", {"year": 2040})
    assert unknown.status_code == 422
    assert "还没有2040年的调休安排" in _text(unknown)


def test_open_deadlines_move_and_the_case_page_shows_from_when_to_when(operator, office):
    small = office.small
    with county_context(A):
        case = step(dispatched(small, small.water), "sign_for", small.handler())
    first = timezone.localdate() + timedelta(days=1)
    data = {"first": first, "last": first + timedelta(days=8), "kind": "off", "name": "县庆"}
    preview = operator.post(f"/{A}/calendar/days/", data)
    assert case.number in _text(preview)
    _publish(operator, preview, note="县庆放假")
    with county_context(A):
        line = IncidentEvent.objects.get(incident=case, kind="recalculate")
    page = _text(operator.get(f"/{A}/incidents/{case.number}"))
    old, new = (
        timezone.localtime(at).strftime("%Y-%m-%d %H:%M") for at in (case.due_at, line.due_at)
    )
    assert f"{old} → {new}" in page
    assert "时限重新计算" in page
    assert "县庆放假" in page


def test_days_are_added_and_removed(operator):
    data = {"first": "2031-04-20", "kind": "off", "name": "县庆"}
    _publish(operator, operator.post(f"/{A}/calendar/days/", data))
    page = _text(operator.get(f"/{A}/calendar/days/?year=2031"))
    assert 'value="2031-04-20/2031-04-20"' in page
    gone = operator.post(f"/{A}/calendar/days/", {"remove": "1", "span": ["2031-04-20/2031-04-20"]})
    assert "县庆" in _text(gone)
    _publish(operator, gone)
    with county_context(A):
        assert date(2031, 4, 20) not in newest_edition().document.holidays
    back = operator.post(f"/{A}/calendar/days/", data | {"last": "2031-04-19"})
    assert back.status_code == 422


def test_hours_are_written_as_text_and_hold_from_their_day(operator):
    data = HOURS | {"since": "2031-05-06", "day0": "09:00-12:00，15:00-18:00"}
    preview = operator.post(f"/{A}/calendar/hours/", data)
    assert "自2031-05-06起" in _text(preview)
    assert "09:00-12:00, 15:00-18:00" in _text(preview)
    _publish(operator, preview)
    with county_context(A):
        (change,) = newest_edition().document.changes
    assert change.since == date(2031, 5, 6)
    again = operator.post(f"/{A}/calendar/hours/", {"remove": "2031-05-06"})
    _publish(operator, again)
    with county_context(A):
        assert newest_edition().document.changes == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day0": "8-12"}, "不是工作时段"),
        ({"day0": "22:00-09:00"}, "跨夜时段要在第二天"),
        ({"day0": "14:00-17:30 08:30-12:00"}, "按先后排列"),
        ({f"day{number}": "" for number in range(7)}, "算不出时限"),
        ({"makeup": ""}, "有调休上班日"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(operator, wrong, words):
    answer = operator.post(f"/{A}/calendar/hours/", HOURS | wrong)
    assert answer.status_code == 422
    assert words in _text(answer)
    assert all(f'value="{text}"' in _text(answer) for text in wrong.values() if text)


def test_a_festival_by_the_moon_is_added_and_removed(operator):
    data = {"name": "火把节", "kind": "lunar", "month": 6, "day": 24, "days": 2, "since": 2026}
    preview = operator.post(f"/{A}/calendar/festivals/", data)
    assert "农历六月廿四" in _text(preview)
    _publish(operator, preview)
    page = _text(operator.get(f"/{A}/calendar/?year=2026"))
    assert 'title="2026-08-06 周四, 地方节日, 火把节"' in page
    gone = operator.post(f"/{A}/calendar/festivals/", {"remove": "0"})
    assert "取消" in _text(gone)
    _publish(operator, gone)
    with county_context(A):
        assert newest_edition().document.festivals == ()


def test_a_festival_needs_what_its_rule_is_made_of(operator):
    data = {"name": "集会", "kind": "weekday", "month": 10, "days": 1, "since": 2026}
    lacking = operator.post(f"/{A}/calendar/festivals/", data)
    assert lacking.status_code == 422
    assert _text(lacking).count("这里要填写") == 4  # at the fields and in the summary
    made = operator.post(f"/{A}/calendar/festivals/", data | {"nth": "2", "weekday": "6"})
    assert "十月第二个星期六" in _text(made)


def test_a_unit_gets_hours_of_its_own_and_goes_back_to_the_countys(operator, office):
    at = f"calendar/units/{office.small.water.pk}/"
    found = operator.get(f"/{A}/calendar/units/", {"unit": office.small.water.pk})
    assert found["Location"] == f"/{A}/{at}hours/"
    assert "按县级日历工作" in _text(operator.get(f"/{A}/{at}"))
    preview = operator.post(f"/{A}/{at}hours/", AROUND_THE_CLOCK)
    _publish(operator, preview, at=at, note="防汛值班")
    page = _text(operator.get(f"/{A}/{at}?year=2026"))
    assert "不执行县级的放假安排" in page
    assert 'title="2026-10-01 周四, 工作日"' in page
    assert "县水务局" in _text(operator.get(f"/{A}/calendar/"))
    with county_context(A):
        own = newest_edition().units[office.small.water.pk]
    assert isinstance(own, UnitDocument)
    assert not own.observes
    back = operator.post(f"/{A}/{at}hours/", {"own": "", "observes": "on"})
    _publish(operator, back, at=at)
    assert "按县级日历工作" in _text(operator.get(f"/{A}/{at}"))
    assert "防汛值班" in _text(operator.get(f"/{A}/{at}history/"))


def test_a_preset_fills_the_form_and_publishes_nothing(operator, office):
    at = f"calendar/units/{office.small.water.pk}/hours/"
    page = _text(operator.get(f"/{A}/{at}?preset=round"))
    assert page.count('value="00:00-24:00"') == 8
    assert operator.get(f"/{A}/{at}?preset=nonsense").status_code == 200


def test_two_versions_are_compared_and_an_earlier_one_is_published_again(operator):
    data = {"first": "2031-04-20", "kind": "off", "name": "县庆"}
    _publish(operator, operator.post(f"/{A}/calendar/days/", data))
    compared = _text(operator.get(f"/{A}/calendar/compare/?old=1&new=2"))
    assert "2031-04-20 周日" in compared
    assert "放假（县庆）" in compared
    preview = operator.post(f"/{A}/calendar/restore/", {"version": "1"})
    assert "2031-04-20" in _text(preview)
    _publish(operator, preview)
    with county_context(A):
        edition = newest_edition()
    assert (edition.version, date(2031, 4, 20) in edition.document.holidays) == (3, False)
    for query in ("?old=0&new=1", "?old=1&new=99", "?old=x&new=1", ""):
        assert operator.get(f"/{A}/calendar/compare/{query}").status_code == 404
    assert operator.post(f"/{A}/calendar/restore/", {"version": "9"}).status_code == 404


def test_who_publishes_second_sees_the_change_again_instead_of_losing_one(operator):
    first = operator.post(
        f"/{A}/calendar/days/", {"first": "2031-04-20", "kind": "off", "name": "县庆"}
    )
    second = operator.post(
        f"/{A}/calendar/days/", {"first": "2031-04-21", "kind": "off", "name": "县庆"}
    )
    _publish(operator, first)
    data = {name: _hidden(second, name) for name in ("document", "based_on")}
    answer = operator.post(f"/{A}/calendar/publish/", data | {"note": "x"})
    assert answer.status_code == 409
    assert "刚才有人发布了新的日历" in _text(answer)


@pytest.mark.parametrize(
    "sent", [{}, {"document": "{}", "based_on": "1"}, {"document": "x", "based_on": "y"}]
)
def test_what_is_no_calendar_is_not_published(operator, sent):
    answer = operator.post(f"/{A}/calendar/publish/", sent | {"note": "x"}, follow=True)
    assert answer.status_code == 200
    with county_context(A):
        assert CalendarVersion.objects.count() == 1


def test_cases_that_came_since_the_preview_are_shown_before_it_is_published(operator, office):
    """Round the clock a unit's deadlines end earlier: of one more case than was shown."""
    at = f"calendar/units/{office.small.water.pk}/"
    preview = operator.post(f"/{A}/{at}hours/", AROUND_THE_CLOCK)
    assert _hidden(preview, "seen") == "0,0"
    with county_context(A):
        case = dispatched(office.small, office.small.water)
        step(case, "sign_for", office.small.handler())
    answer = _publish(operator, preview, at=at, note="防汛值班")
    assert answer.status_code == 409
    assert "在办事件有变化" in _text(answer)
    assert _hidden(answer, "seen").startswith("1,")
    assert "防汛值班" in _text(answer)
    done = _publish(operator, answer, at=at, note="防汛值班")
    assert done.status_code == 200
    with county_context(A):
        assert CalendarVersion.objects.filter(unit=office.small.water).exists()


def test_publishing_needs_a_reason(operator):
    preview = operator.post(
        f"/{A}/calendar/days/", {"first": "2031-04-20", "kind": "off", "name": "县庆"}
    )
    data = {name: _hidden(preview, name) for name in ("document", "based_on")}
    assert operator.post(f"/{A}/calendar/publish/", data).status_code == 422


def test_a_reader_sees_the_calendar_without_the_means_to_change_it(client, office):
    sign_in(client, office.worker)
    page = _text(client.get(f"/{A}/calendar/"))
    assert "录入年度节假日" not in page
    unit = client.get(f"/{A}/units/{office.small.water.pk}/")
    assert f"/{A}/calendar/units/{office.small.water.pk}/" in _text(unit)


def test_the_role_that_keeps_calendars_is_the_county_operators() -> None:
    from linli.access.permissions import Permission
    from linli.access.roles import ROLES

    holders = {role for role, spec in ROLES.items() if Permission.CALENDAR_EDIT in spec.permissions}
    assert holders == {Role.COUNTY_OPERATOR}
