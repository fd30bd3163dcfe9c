"""From a gap to the form that mends it: one click, and saving what it proposes closes the gap."""

import re
from html import unescape

import pytest
from django.utils import timezone

from linli.accounts.models import DutyShift
from linli.casework.models import ProcessDraft
from linli.database.context import county_context
from linli.incidents import references
from linli.jobs import upkeep
from linli.organisations.models import Unit
from tests.conftest import A
from tests.factories.processes import published, routing_rule, shipped
from tests.web.administration.processes.conftest import AT, document, row
from tests.web.forms import filled

CHECK = f"/{A}/process/check/"
NO_UNIT = "no_unit:routing:water"

pytestmark = pytest.mark.usefixtures("own_versions")


@pytest.fixture
def uncovered(covered):
    """Published: one rule, so that nearly no category has a unit; and no net."""
    with county_context(A):
        only = routing_rule("roads", when={"categories": ["01"]}, lead={"unit": "roads"})
        published(shipped() | {"routing": [only]})
    return covered


def _gaps(page: str) -> list[str]:
    """The gaps that a click of the page would begin a draft for."""
    return [unescape(one) for one in re.findall(r'name="gap" value="([^"]*)"', page)]


def test_a_click_on_a_missing_rule_begins_a_draft_and_opens_the_form_filled(uncovered, operator):
    assert NO_UNIT in _gaps(operator.text(CHECK))
    answer = operator.post(f"{AT}/mend/", {"gap": NO_UNIT})
    assert answer.status_code == 302
    address = answer["Location"]
    page = operator.text(address)
    form = filled(page, "part-form")
    with county_context(A):
        codes = {one.code for one in references.categories().values() if one.function == "water"}
    assert set(form["categories"]) <= codes
    assert "0303" in form["categories"]
    assert (form["lead"], form["zh"], form["en"]) == (["centre"], ["水务"], ["water affairs"])
    assert "areas" not in form  # nowhere is there a unit: the rule holds everywhere
    assert "表单已按建议填好" in page

    saved = operator.post(address, {**form, "lead": "unit:water"})
    assert saved["Location"] == f"{AT}/drafts/{row().pk}/check/"
    assert document()["routing"][-1]["lead"] == {"unit": "water"}
    assert NO_UNIT not in operator.text(saved["Location"])
    assert "已经解决" in operator.text(address)


def test_what_only_a_person_can_choose_is_not_called_filled(covered, operator):
    with county_context(A):
        odd = routing_rule("odd", when={"areas": ["539999"]}, lead={"unit": "water"})
        document_ = shipped()
        published(document_ | {"routing": [odd, *document_["routing"]]})
    page = operator.text(
        operator.post(f"{AT}/mend/", {"gap": "unknown_area:rule:odd:539999"})["Location"]
    )
    assert "539999" in page
    assert "请在下方改选" in page
    assert "表单已按建议填好" not in page


def test_a_second_click_goes_on_in_ones_own_draft_and_not_in_anothers(
    uncovered, operator, dispatcher
):
    first = operator.post(f"{AT}/mend/", {"gap": NO_UNIT})["Location"]
    other = next(gap for gap in _gaps(operator.text(CHECK)) if gap != NO_UNIT)
    second = operator.post(f"{AT}/mend/", {"gap": other})["Location"]
    drafted = first.split("/drafts/")[1][:36]
    assert drafted in second
    assert drafted not in dispatcher.post(f"{AT}/mend/", {"gap": NO_UNIT})["Location"]


def test_a_gap_that_is_gone_begins_no_draft(uncovered, operator):
    answer = operator.post(f"{AT}/mend/", {"gap": "no_unit:routing:dragons"})
    assert answer["Location"] == CHECK
    with county_context(A):
        assert not ProcessDraft.objects.exists()


def test_who_may_not_write_is_shown_the_process_and_begins_nothing(uncovered, leader):
    page = leader.text(CHECK)
    assert _gaps(page) == []
    assert f"{AT}/versions/" in page
    assert leader.post(f"{AT}/mend/", {"gap": NO_UNIT}).status_code == 403


def test_an_hour_without_anybody_leads_to_a_shift_of_those_hours(covered, operator):
    with county_context(A):
        DutyShift.objects.update(starts="08:00", ends="18:00")
    page = operator.text(CHECK)
    (address,) = set(re.findall(r'href="([^"]*/duty/units/[^"]*/new/\?[^"]*)"', page))
    form = filled(operator.text(unescape(address)), "short-form")
    assert (form["starts"], form["ends"]) == (["18:00"], ["08:00"])
    assert form["weekdays"] == [str(day) for day in range(7)]


def test_a_shift_whose_leader_is_missing_leads_to_that_shift(covered, operator):
    with county_context(A):
        DutyShift.objects.update(leader=None)
        shift = DutyShift.objects.get()
    assert f"/duty/shifts/{shift.pk}/" in operator.text(CHECK)


def test_a_county_without_deputy_units_is_told_so_and_can_publish(covered, operator, leader):
    with county_context(A):
        Unit.objects.update(deputy=None)
        references.forget()
    page = operator.text(CHECK)
    assert "不妨碍发布" in page
    assert "没有发现" not in page
    assert "target_missing:ladder:unit:3:deputy" in _gaps(page)
    draft = operator.begin()
    operator.send(f"{draft}propose/", "short-form")
    done = leader.post(f"{draft}approve/", {"version": row().version})
    assert done["Location"] == f"{AT}/"


def test_what_stands_open_is_on_the_centres_home_until_it_is_mended(covered, operator, leader):
    with county_context(A):
        leading = DutyShift.objects.get().leader
        DutyShift.objects.update(leader=None)
    line = "流程在本县有1处未覆盖"
    assert line not in operator.text(f"/{A}/")
    assert operator.post(CHECK).status_code == 302  # as the night does
    assert line in operator.text(f"/{A}/")
    assert CHECK in leader.text(f"/{A}/")
    with county_context(A):
        DutyShift.objects.update(leader=leading)
        upkeep.watch_gaps(timezone.now())
    assert line not in operator.text(f"/{A}/")
