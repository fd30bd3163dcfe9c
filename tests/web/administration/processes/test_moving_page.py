"""Moving open cases in the browser: chosen, looked at, asked for with a reason."""

import pytest
from django.urls import reverse

from linli.casework.models import ProcessMove
from linli.database.context import county_context
from linli.flows import moving
from linli.incidents import references
from linli.incidents.models import Category, Incident
from tests.conftest import A
from tests.factories.steps import dispatched, reported, step
from tests.web.forms import filled

from .conftest import AT, row

MOVE = f"{AT}/move/"


@pytest.fixture
def version_2(covered, operator, leader, draft) -> None:
    """A shorter time of handling, published; two cases under version 1."""
    small = covered.small
    with county_context(A):
        Category.objects.filter(pk=small.category().pk).update(deadlines={})
        references.forget()
        reported(small)
        step(dispatched(small, small.water), "sign_for", small.handler())
    operator.send(f"{draft}clocks/handle/", time_general_0="5")
    operator.post(f"{draft}transitions/recall/do/", {"do": "drop"})
    operator.send(f"{draft}propose/", "short-form")
    answer = leader.post(f"{draft}approve/", {"version": row().version})
    assert answer.status_code == 302


def test_the_report_comes_before_the_move(leader, version_2):
    page = leader.text(f"{MOVE}?to=2")
    assert "取消撤回派遣" in page
    assert "第1版，处置中" in page
    with county_context(A):
        assert not ProcessMove.objects.exists()
        handled = Incident.objects.get(state="handling")
    assert f"{handled.number}" in page
    rows = page[page.index("<tbody>") :]
    assert rows.index(handled.number) < rows.index("不变")  # whose deadline changes comes first


def test_a_job_moves_them_and_their_timeline_says_why(leader, version_2):
    answer = leader.send(f"{MOVE}?to=2", "move-form", reason="统一时限")
    assert answer["Location"] == f"{AT}/versions/"
    assert "进行中" in leader.text(f"{AT}/versions/")
    with county_context(A):
        job = ProcessMove.objects.get()
        moving.run(A, job.pk)
        handled = Incident.objects.get(state="handling")
    page = leader.text(f"{AT}/versions/")
    assert "统一时限" in page
    assert "进行中" not in page
    timeline = leader.text(reverse("incidents:case", args=[A, handled.number]))
    assert "流程改版" in timeline
    assert "统一时限" in timeline
    assert "1 → 2" in timeline
    again = leader.text(f"{MOVE}?to=2")
    assert "没有可改版的事件" in again


def test_cases_that_came_since_the_report_are_shown_before_anything_is_asked(
    covered, leader, version_2
):
    seen = filled(leader.text(f"{MOVE}?to=2"), "move-form")
    assert seen["seen"] == ["1,0,0"]
    with county_context(A):
        small, platform = covered.small, covered.small.township_operator()
        case = reported(small)
        Incident.objects.update(process_version=1)  # reported before the new one was published
        step(case, "accept", platform)
        step(case, "dispatch", platform, unit=str(small.water.pk))
        step(case, "sign_for", small.handler())
    answer = leader.post(MOVE, seen | {"reason": "统一时限"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "在办事件有变化" in page
    assert "统一时限" in page
    with county_context(A):
        assert not ProcessMove.objects.exists()
    again = filled(page, "move-form")
    assert again["seen"] == ["2,0,0"]
    assert leader.post(MOVE, again).status_code == 302


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"to": 2, "reason": " "}, "必填"),
        ({"to": 9, "reason": "x"}, "9"),
        ({"to": 2, "states": ["nowhere"], "reason": "x"}, "nowhere"),
        ({"to": 2, "unit": "1", "reason": "x"}, "1"),
        ({"to": 2, "reason": "x" * 401}, "400"),
    ],
    ids=str,
)
def test_a_wrong_choice_moves_nothing(leader, version_2, data, words):
    answer = leader.post(MOVE, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with county_context(A):
        assert not ProcessMove.objects.exists()


def test_only_the_chosen_cases_are_looked_at(covered, leader, version_2):
    page = leader.text(f"{MOVE}?to=2&states=handling&unit={covered.small.water.pk}")
    with county_context(A):
        reported_, handled = Incident.objects.order_by("number")
    assert handled.number in page
    assert reported_.number not in page
