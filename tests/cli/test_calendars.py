"""The command contract of the calendar, run beside the suite's own server."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linli.casework import definitions
from linli.casework.publishing import newest_edition
from linli.cli.calendars import app
from linli.database.context import county_context
from linli.incidents.models import Incident, IncidentEvent
from linli.organisations.models import Unit, UnitKind
from tests.conftest import HOME, A
from tests.factories.county import small_county
from tests.factories.steps import dispatched, step
from tests.unit.calendars.notices import notice

COUNTY = ("--county", A)
NOTICE = """元旦：2031年1月1日（周三）放假1天，不调休。
国庆节：10月1日（周三）至7日（周二）放假调休，共7天。9月28日（周日）、10月11日（周六）上班。
劳动节：5月1日（周五）放假。
"""


@pytest.fixture(autouse=True)
def home_of_the_suite(settings) -> None:
    settings.ENV = settings.ENV.model_copy(update={"home": HOME, "database_url": ""})


def run(*arguments, code=0, text=None):
    answer = CliRunner().invoke(app, [str(one) for one in arguments], input=text)
    assert answer.exit_code == code, answer.stderr + answer.stdout
    return answer


def told(*arguments, text=None) -> dict:
    return json.loads(run(*arguments, "--json", text=text).stdout)


def test_the_calendar_is_shown_with_its_special_days(committed):
    facts = told("show", *COUNTY, "--year", 2026)
    assert (facts["of"], facts["version"], facts["units"]) == ("county", 1, 0)
    assert facts["week"][0] == ["08:30-12:00", "14:00-17:30"]
    october = {"first": "2026-10-01", "last": "2026-10-07", "kind": "holiday", "name": "国庆节"}
    assert october in facts["special"]
    assert "国庆节" in run("show", *COUNTY, "--year", 2026).stdout


def test_a_notice_is_shown_first_and_published_on_demand(committed, tmp_path: Path):
    shown = told("paste", *COUNTY, "--year", 2031, text=NOTICE)
    assert shown["applied"] is False
    assert [one["text"] for one in shown["left"]] == ["劳动节:5月1日(周五)放假"]
    assert {
        "first": "2031-09-28",
        "last": "2031-09-28",
        "before": "rest",
        "after": "makeup 国庆节",
    } in (shown["days"])
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")
    done = told("paste", *COUNTY, file, "--year", 2031, "--note", "国办", "--apply")
    assert (done["applied"], done["version"]) == (True, 2)
    again = told("paste", *COUNTY, file, "--year", 2031, "--apply")
    assert (again["applied"], again["days"]) == (False, [])
    with county_context(A):
        assert newest_edition().note == "国办"


def test_the_words_for_people_say_what_is_left_and_that_nothing_is_published(committed):
    answer = run("paste", *COUNTY, "--year", 2031, text=NOTICE)
    assert "line 3" in answer.stderr
    assert "--apply does it" in answer.stderr


def test_a_text_without_any_official_day_is_refused(committed):
    for text in ("", "编码,名称\n1,x\n"):
        assert "No official day" in run("paste", *COUNTY, text=text, code=1).stderr


def test_a_table_and_an_announced_year_are_imported(committed, tmp_path: Path):
    table = tmp_path / "days.csv"
    table.write_text("date,kind,name\n2031-01-01,holiday,New Year's Day\n", encoding="utf-8")
    assert told("import", *COUNTY, table)["days"][0]["after"] == "holiday 元旦"
    assert told("import", *COUNTY, "--year", 2026)["days"] == []
    assert "2040" in run("import", *COUNTY, "--year", 2040, code=1).stderr
    assert "Give a FILE" in run("import", *COUNTY, code=1).stderr
    assert "cannot be read" in run("import", *COUNTY, tmp_path / "none.csv", code=1).stderr


def test_a_units_calendar_is_named_by_its_code(committed):
    with county_context(A):
        Unit.objects.create(code="water", kind=UnitKind.DEPARTMENT, name="县水务局")
    done = told("paste", *COUNTY, "--unit", "water", "--year", 2031, "--apply", text=NOTICE)
    assert done["applied"] is True
    facts = told("show", *COUNTY, "--unit", "water", "--year", 2031)
    assert facts["of"] == "县水务局"
    assert told("show", *COUNTY)["units"] == 1
    assert "no unit" in run("show", *COUNTY, "--unit", "none", code=1).stderr


def test_open_deadlines_follow_what_is_published(committed):
    definitions.forget()
    with county_context(A):
        small = small_county()
        case = step(dispatched(small, small.water), "sign_for", small.handler())
    due = case.due_at.astimezone(_zone()).date()
    text = f"县庆：{due.year}年{due.month}月{due.day}日放假。"
    done = told("paste", *COUNTY, "--apply", text=text)
    assert done["deadlines"]["moved"] == 1
    with county_context(A):
        moved = Incident.objects.get(pk=case.pk)
        assert moved.due_at > case.due_at
        assert IncidentEvent.objects.filter(incident=case, kind="recalculate").count() == 1


def _zone():
    with county_context(A):
        return newest_edition().county.zone


def test_a_whole_notice_that_is_known_changes_nothing(committed):
    assert told("paste", *COUNTY, "--apply", text=notice(2026))["days"] == []
