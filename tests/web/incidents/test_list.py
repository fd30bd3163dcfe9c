"""The list: filters in the address, pages, counts, saved views, export, and what they cost."""

import io
import re
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from linli.audit.models import AuditEvent
from linli.casework import definitions
from linli.casework.views import views_of
from linli.counties import queries as counties
from linli.database.context import county_context
from linli.incidents import export, references
from linli.incidents.contacts import Contact
from linli.incidents.filters import Filter
from linli.incidents.models import Category, IncidentTask
from linli.incidents.work import my_work
from linli.organisations.models import Unit
from linli.territory import snapshots
from linli.territory.models import Area, Level
from tests.conftest import A
from tests.factories.county import BEGINNING
from tests.web.incidents.conftest import url

# Statements of one page, session and actor included. More is a change for the worse.
# List and map ask once more where a township also sees matters of several places.
MOST_STATEMENTS = {"home": 10, "list": 15, "map": 14, "points": 9, "figures": 10}


@pytest.fixture
def operator(site):
    return site.staff("township_operator")


@pytest.fixture
def three(site, operator):
    return [site.report(by=operator, text=f"第{n}盏路灯不亮") for n in range(3)]


def _text(answer) -> str:
    return answer.content.decode()


def test_filters_narrow_the_list_and_are_told_as_chips(site, operator, three):
    site.step(three[0], "accept", operator)
    browser = site.client(operator)
    page = _text(
        browser.get(url("list"), {"state": "accepted", "township": site.small.township.pk})
    )
    assert three[0].number in page
    assert three[1].number not in page
    assert "State: Accepted" in page
    assert "Township: 茂山镇" in page
    assert f'href="?township={site.small.township.pk}"' in page
    assert "1 cases" in page


def test_units_come_after_the_list_and_are_kept_by_the_browser(site, operator, three):
    """Hundreds of units would be a third of every list."""
    browser, water, roads = site.client(operator), site.small.water, site.small.roads
    page = _text(browser.get(url("list"), {"unit": water.pk}))
    assert f'hx-get="{url("units")}?language=en"' in page
    assert f'<option value="{water.pk}" selected>{water.name}</option>' in page
    assert str(roads.pk) not in page
    link = f'<noscript><a href="?unit={water.pk}&amp;units=all">Offer all units</a></noscript>'
    assert link in page
    without_scripts = _text(browser.get(url("list"), {"unit": water.pk, "units": "all"}))
    assert f'<option value="{water.pk}" selected>{water.name}</option>' in without_scripts
    assert f'<option value="{roads.pk}">{roads.name}</option>' in without_scripts
    options = browser.get(url("units"), {"unit": water.pk})
    assert f'<option value="{water.pk}" selected>' in _text(options)
    assert f'<option value="{roads.pk}">{roads.name}</option>' in _text(options)
    assert _text(options).startswith('<option value="">')
    assert options["Cache-Control"] == "private, max-age=600"


def test_the_map_reads_of_its_2000_cases_only_what_it_shows(site, operator, three):
    browser = site.client(operator)
    with CaptureQueriesContext(connection) as asked:
        shown = browser.get(url("points")).json()["features"]
    read = [one["sql"] for one in asked if '"incidents_incident"."title"' in one["sql"]]
    assert len(shown) == 3
    assert read
    assert not [sql for sql in read if "progress" in sql]


def test_words_are_searched(site, operator, three):
    site.report(by=operator, text="井盖丢失")
    page = _text(site.client(operator).get(url("list"), {"q": "井盖"}))
    assert "井盖丢失" in page
    assert three[0].number not in page


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"township": "x"}, "township"),
        ({"state": "flying"}, "state"),
        ({"from": "2026-02-30"}, "from"),
        ({"q": "x" * 101}, "q"),
        ({"q": "a\x00b"}, "q"),
    ],
)
def test_a_condition_that_cannot_be_read_is_said_at_its_field(site, operator, three, query, field):
    answer = site.client(operator).get(url("list"), query)
    assert answer.status_code == 422
    assert f"#id_{field}" in _text(answer)
    assert not any(one.number in _text(answer) for one in three)


def test_a_broken_address_of_a_page_is_explained(site, operator, three):
    answer = site.client(operator).get(url("list"), {"after": "xyz"})
    assert answer.status_code == 422
    assert "start from the first page" in _text(answer)


def test_an_empty_list_says_why(site, operator):
    browser = site.client(operator)
    assert "No cases yet" in _text(browser.get(url("list")))
    assert "No case fits this filter" in _text(browser.get(url("list"), {"overdue": "1"}))


def test_pages_follow_each_other(site, operator, monkeypatch):
    numbers = [site.report(by=operator, text=f"路灯{n}").number for n in range(52)]
    browser = site.client(operator)
    first = _text(browser.get(url("list")))
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = _text(browser.get(url("list") + following.replace("&amp;", "&")))
    assert numbers[51] in first
    assert numbers[0] in second
    assert numbers[51] not in second


@pytest.mark.parametrize("name", MOST_STATEMENTS)
def test_a_page_asks_the_same_however_many_rows_it_has(site, operator, name, monkeypatch):
    for module in (references, definitions, snapshots, counties):
        monkeypatch.setattr(module, "FRESH_FOR", 600.0)  # memory does not age within the test

    def statements() -> int:
        browser = site.client(operator)
        browser.get(url(name))  # what a process keeps in memory is read here
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url(name)).status_code == 200
        return len([one for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    site.report(by=operator)
    few = statements()
    for n in range(9):
        site.report(by=operator, text=f"第{n}盏路灯不亮")
    many = statements()
    assert many <= few <= MOST_STATEMENTS[name], (few, many)


def test_an_export_says_what_the_list_says_without_persons_and_formulas(site, operator):
    site.report(
        by=operator,
        text="=HYPERLINK(张三 13800000000)",
        contact=Contact(name="李四", phone="13900000000", address="甲甸村12号"),
    )
    site.report(by=operator, text="别的", category_id=uuid.UUID(site.category("0201")))
    answer = site.client(operator).get(url("export"), {"category": site.category()})
    content = b"".join(answer.streaming_content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert len(rows) == 2
    written = "\n".join(str(cell) for row in rows for cell in row)
    assert "茂山镇" in written
    for hidden in ("张三", "13800000000", "李四", "13900000000", "12号", "=HYPER", operator.label):
        assert hidden not in written
    assert b"<f>" not in content
    with county_context(A):
        assert AuditEvent.objects.filter(
            county_id=A, action="incident.exported", actor_id=operator.id
        ).exists()


def test_an_export_that_leaves_rows_out_says_so(site, operator, three, monkeypatch):
    def exported():
        with county_context(A):
            return [row[0] for row in export.rows(operator, Filter())]

    monkeypatch.setattr(export, "MOST", 3)
    assert exported() == [one.number for one in reversed(three)]
    monkeypatch.setattr(export, "MOST", 2)
    *rows, last = exported()
    assert rows == [three[2].number, three[1].number]
    assert last == "There are more: these are the newest 2. Narrow the list."


@pytest.mark.parametrize("query", [{"from": "soon"}, {"state": "gone"}, {"q": "a\x00"}])
def test_what_is_no_filter_exports_nothing_and_is_told_at_its_field(site, operator, three, query):
    answer = site.client(operator).get(url("export"), query, follow=True)
    assert answer.redirect_chain[0][0].startswith(url("list"))
    assert answer.status_code == 422
    with county_context(A):
        mine = AuditEvent.objects.filter(county_id=A, action="incident.exported")
        assert not mine.exists()


def test_only_who_may_export_does(site):
    assert site.browser("handler").get(url("export")).status_code == 403


def test_the_list_the_map_and_the_export_agree(site, operator, three):
    handler = site.staff("handler")
    site.step(three[1], "accept", operator)
    site.step(three[1], "dispatch", operator, unit=str(site.small.water.pk))
    browser = site.client(handler)
    for name in ("list", "map", "points"):
        text = _text(browser.get(url(name)))
        assert three[1].number in text
        assert three[0].number not in text


def test_a_view_is_kept_renamed_and_forgotten(site, operator):
    browser = site.client(operator)

    def change(query="", **given):
        return browser.post(f"{url('list')}?{query}", given, follow=True)

    kept = change(do="save", name="超期的", query="overdue=1")
    assert 'href="?overdue=1"' in _text(kept)
    assert "超期的" in _text(kept)
    assert "急件" in _text(change(do="rename", old="超期的", name="急件"))
    assert "needs a name" in _text(change(do="save", name=" ", query="overdue=1"))
    assert "急件" in _text(site.client(operator).get(url("list")))
    assert "急件" not in _text(site.browser("dispatcher").get(url("list")))
    change(do="save", name="我的", query="group=open")
    refused = change(do="rename", old="急件", name="我的", query="overdue=1")
    assert refused.status_code == 422
    assert refused.request["PATH_INFO"] == url("list")  # whose links begin with "?"
    assert (refused.context["refused"].why, refused.context["query"]) == (
        "Another view has this name already.",
        "overdue=1",
    )
    change(do="save", name="我的", query="group=closed")  # the same name again replaces it
    assert [one.query for one in _views(operator)] == ["overdue=1", "group=closed"]
    assert "no longer there" in _text(change(do="rename", old="没有", name="新的"))
    assert {"急件", "我的"} == {one.name for one in _views(operator)}
    change(do="delete", old="急件")
    assert "急件" not in _text(browser.get(url("list")))


def _views(actor):
    with county_context(A):
        return views_of(actor, page="incidents")


def test_all_of_a_group_that_waits_is_shown_where_my_work_shows_the_first(
    site, operator, three, monkeypatch
):
    some = site.step(site.report(by=operator), "accept", operator)
    site.step(some, "dispatch", operator, unit=str(site.small.water.pk))
    browser = site.client(operator)
    monkeypatch.setattr("linli.web.incidents.home.my_work", partial(my_work, most=2))
    groups = browser.get(url("home")).context["groups"]
    (cut,) = [one for one in groups if one["more"]]
    monkeypatch.undo()
    shown = browser.get(url("home") + cut["all"])
    (whole,) = shown.context["groups"]
    assert (whole["key"], whole["count"], whole["more"]) == (cut["key"], 3, False)
    assert all(one.number in _text(shown) for one in three)
    assert browser.get(url("home"), {"all": "own_reports"}).context["waiting"] == 3


def test_a_closed_unit_keeps_its_name_wherever_its_matters_are(site, operator):
    done = site.step(site.report(by=operator), "accept", operator)
    site.step(done, "dispatch", operator, unit=str(site.small.water.pk))
    with county_context(A):
        Unit.objects.filter(pk=site.small.water.pk).update(active=False)
        references.forget()
    name, browser = site.small.water.name, site.client(operator)
    listed = _text(browser.get(url("list"), {"unit": site.small.water.pk}))
    assert f"Lead unit: {name}" in listed
    assert listed.count(name) >= 3  # the chip, the choice, the row
    assert name in _text(browser.get(url("units")))
    assert name in _text(browser.get(url("case", done.number)))
    by_unit = site.browser("dispatcher").get(url("figures"), {"by": "unit"})
    assert name in _text(by_unit)


def _accepted(site, operator, count):
    return [site.step(site.report(by=operator), "accept", operator) for _ in range(count)]


def test_several_cases_are_dispatched_together(site, operator):
    cases = _accepted(site, operator, 3)
    browser, ids = site.client(operator), [str(one.pk) for one in cases]
    asked = browser.post(url("bulk"), {"case": ids, "do": "choose"})
    assert all(one.title in _text(asked) for one in cases)
    given = {"case": ids, "do": "send", "unit": str(site.small.water.pk), "text": "一并处理"}
    answer = browser.post(url("bulk"), given)
    assert answer.status_code == 302
    assert {site.now(one).state for one in cases} == {"dispatched"}


def test_each_of_a_bulk_has_its_own_answer(site, operator):
    good, (other,) = _accepted(site, operator, 2), [site.report(by=operator)]
    stale = {f"version-{good[1].pk}": "1"}
    given = {"case": [str(one.pk) for one in (*good, other)], "do": "send"}
    unit = str(site.small.water.pk)
    browser = site.client(operator)
    page = browser.post(url("bulk"), {**given, **stale, "unit": unit, "text": "快去"})
    text = _text(page)
    assert site.now(good[0]).state == "dispatched"
    assert (site.now(good[1]).state, site.now(other).state) == ("accepted", "reported")
    assert "Somebody changed it meanwhile" in text
    assert "is not possible while" in text
    # What was not dispatched stands first; what was changed can be looked at and sent again.
    assert [bool(words) for _incident, words in page.context["told"]] == [True, True, False]
    assert page.context["again"] == [good[1].pk]
    again = {"case": str(good[1].pk), "do": "choose", "unit": unit, "text": "快去"}
    form = browser.post(url("bulk"), again).context["form"]
    assert (form["unit"].value(), form["text"].value()) == (unit, "快去")


def test_a_bulk_without_unit_or_cases_is_explained(site, operator):
    browser, (one,) = site.client(operator), _accepted(site, operator, 1)
    empty = browser.post(url("bulk"), {"do": "send"}, follow=True)
    assert "Choose the cases first" in _text(empty)
    unitless = browser.post(url("bulk"), {"case": str(one.pk), "do": "send", "text": "快去"})
    assert unitless.status_code == 422
    assert "快去" in _text(unitless)
    assert "id_unit_error" in _text(unitless)
    nobody = site.browser("worker").post(url("bulk"), {"case": str(one.pk)})
    assert nobody.status_code == 403


def test_what_is_out_of_sight_cannot_be_chosen(site, operator):
    (one,) = _accepted(site, operator, 1)
    with county_context(A):
        stranger = site.small.staff("township_operator", unit=site.small.roads)
    unit = str(site.small.water.pk)
    site.client(stranger).post(url("bulk"), {"case": str(one.pk), "do": "send", "unit": unit})
    assert site.now(one).state == "accepted"


def test_counts_are_told_once_and_renew_no_session(site, operator, three):
    browser = site.client(operator)
    first = browser.get(url("counts"))
    assert first.json()["counts"]["work"] == 3
    for tag in (first["ETag"], f"W/{first['ETag']}"):  # a proxy that packed the answer says W/
        again = browser.get(url("counts"), headers={"If-None-Match": tag})
        assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    assert reverse("incidents:counts", args=[A]) in _text(browser.get(url("home")))


def test_the_row_of_a_co_handler_tells_the_deadline_of_its_own_task(site, operator):
    done = site.step(site.report(by=operator), "accept", operator)
    units = {"unit": str(site.small.water.pk), "co_units": [str(site.small.roads.pk)]}
    site.step(done, "dispatch", operator, **units)
    due_at = timezone.now() + timedelta(days=40)
    with county_context(A):
        IncidentTask.objects.filter(incident_id=done.pk, lead=False).update(due_at=due_at)
    (group,) = site.browser("handler", site.small.roads).get(url("home")).context["groups"]
    assert (group["key"], group["count"]) == ("to_help", 1)
    assert due_at.isoformat() in group["rows"]
    assert site.now(done).due_at.isoformat() not in group["rows"]


def test_a_filter_by_what_is_gone_says_so_and_stays_chosen(site, operator, three):
    """A view may be older than the division, the categories and the units that it names."""
    with county_context(A):
        small = site.small
        old = Area.objects.create(
            layer=small.layer,
            level=Level.VILLAGE,
            code="530128101299",
            name="旧村",
            parent=small.township,
            valid_from=BEGINNING,
            valid_to=timezone.localdate() - timedelta(days=1),
            township_id=small.township.pk,
        )
        Category.objects.filter(code="0401").update(hidden=True)
        Unit.objects.filter(pk=small.water.pk).update(active=False)
        references.forget()
        snapshots.forget()
    wanted = {"township": small.township.pk, "village": old.pk, "category": site.category()}
    browser = site.client(operator)
    text = _text(browser.get(url("list"), wanted | {"unit": small.water.pk}))
    for words in ("旧村 (no longer on the map)", "(no longer offered)", "县水务局 (closed)"):
        assert re.search(rf" selected>[^<]*{re.escape(words)}<", text), words
        assert text.count(words) >= 2, words  # the chip as well
    unknown = {"category": uuid.uuid4(), "unit": uuid.uuid4(), "township": uuid.uuid4()}
    assert _text(browser.get(url("list"), unknown)).count(": no longer there<") == 3
    listed = _text(browser.get(url("list"), {"category": site.category()}))
    assert all(one.number in listed for one in three)
    exported = browser.get(url("export"), {"category": site.category()})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(exported.streaming_content)))
    assert len(sheet.get_sheet_by_index(0).to_python()) == 1 + len(three)
