"""Every page of the editor opens, and a form that is sent as it is changes nothing."""

import pytest

from linli.processes import Definition
from linli.processes.comparing import compare

from .conftest import AT, document, problems

SHOWN = [
    "picture", "states", "transitions", "clocks", "ladders", "routing", "emergency", "told",
    "general",
]  # fmt: skip
PARTS = [
    "states/handling", "states/closed", "transitions/accept", "transitions/verify_pass",
    "transitions/report", "transitions/evaluate", "transitions/return_again", "clocks/handle",
    "clocks/review", "stop_clocks/weather", "ladders/unit", "routing/own_trade",
    "routing/holding_centre", "emergency/all", "whole/all", "extensions/all", "general/all",
]  # fmt: skip
NEW = ["states", "transitions", "clocks", "stop_clocks", "ladders", "routing"]


@pytest.mark.parametrize("section", SHOWN)
def test_every_part_of_the_published_process_is_shown(leader, section):
    page = leader.text(f"{AT}/" if section == "picture" else f"{AT}/versions/1/{section}/")
    assert "<style" not in page
    assert 'class="process-table"' in page or section in {"picture", "told"}


def test_boxes_and_steps_of_the_picture_lead_to_their_parts(leader, operator, draft):
    published = leader.text(f"{AT}/")
    assert f'href="{AT}/versions/1/states/#states-handling"' in published
    assert f'href="{AT}/versions/1/transitions/#transitions-accept"' in published
    assert 'id="states-handling"' in leader.text(f"{AT}/versions/1/states/")
    drawn = operator.text(draft)
    assert f'href="{draft}states/handling/"' in drawn
    assert f'href="{draft}transitions/accept/"' in drawn
    assert f'href="{draft}states/#states-handling"' in leader.text(draft)  # who does not write


@pytest.mark.parametrize("section", SHOWN)
def test_every_part_of_a_draft_is_shown(operator, draft, section):
    page = operator.get(draft if section == "picture" else f"{draft}{section}/")
    assert page.status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_a_form_that_is_sent_as_it_is_changes_nothing(operator, draft, part):
    before = Definition.model_validate(document())
    answer = operator.send(f"{draft}{part}/")
    assert answer.status_code == 302, problems(answer)
    after = Definition.model_validate(document())
    assert [line.words for line in compare(before, after, "en")] == []


@pytest.mark.parametrize("section", NEW)
def test_a_new_part_has_an_empty_form(operator, draft, section):
    if section == "states":
        for step in ("archive", "return", "return_again", "rule"):
            operator.post(f"{draft}transitions/{step}/do/", {"do": "drop"})
        operator.post(f"{draft}states/archived/do/", {"do": "drop"})
    assert operator.get(f"{draft}add/{section}/").status_code == 200
    answer = operator.post(f"{draft}add/{section}/", {})
    assert answer.status_code == 422
    assert problems(answer)


@pytest.mark.parametrize(
    "path", ["edit/", "edit/new/", "versions/", "compare/?old=1&new=1", "move/", "versions/1/try/"]
)
def test_the_other_pages_open(operator, path):
    assert operator.get(f"{AT}/{path}").status_code == 200


@pytest.mark.parametrize("path", ["changes/", "text/", "propose/", "try/", "check/"])
def test_the_other_pages_of_a_draft_open(operator, draft, path):
    assert operator.get(draft + path).status_code == 200


def test_the_rail_leads_to_the_process(client, leader):
    page = leader.text(f"{AT}/")
    assert f'href="{AT.removesuffix("incident")}"' in page
    assert leader.get(AT.removesuffix("incident"))["Location"] == f"{AT}/"


def test_yaml_leaves_as_a_file(leader, operator, draft):
    for address in (f"{AT}/versions/1/export/", f"{draft}export/"):
        answer = leader.get(address)
        assert answer["Content-Type"].startswith("application/yaml")
        assert "attachment" in answer["Content-Disposition"]
        assert "上报事件" in answer.content.decode()
