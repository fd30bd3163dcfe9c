"""The dispatch form says which rule suggests a unit, why, and what later rules would say."""

import pytest

from linli.database.context import county_context
from tests.conftest import A
from tests.factories.processes import published_rules, routing_rule
from tests.web.incidents.conftest import Site, url

pytestmark = pytest.mark.usefixtures("own_versions")

RULE = {
    "when": {"categories": ["04"], "sources": ["call"]},
    "lead": {"unit": "roads"},
    "co_units": [{"unit": "water"}],
    "handle": "3 hours",
}


def _form(site: Site, language: str) -> str:
    with county_context(A):
        published_rules(routing_rule("a", **RULE))
    operator = site.staff("township_operator")
    incident = site.step(site.report(), "accept", operator)
    answer = site.client(operator, language).get(url("step", incident.number, "dispatch"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_form_explains_the_suggestion_and_the_rules_after_it(site):
    page = _form(site, "en")
    assert "Suggested: 县交通运输局, by the rule “rule a” (named by the rule)." in page
    assert "Holds for: Environment, Telephone call" in page
    assert "Time to handle: 3 hours" in page
    assert "The centre that holds the matter</strong> → 茂山镇综治中心" in page
    with county_context(A):
        water = f'value="{site.small.water.pk}"'
    assert any(
        "checked" in box for box in page.split("<input") if water in box and "co_units" in box
    )


def test_it_does_so_in_chinese(site):
    page = _form(site, "zh-hans")
    assert "建议派给县交通运输局，依据分派规则“规则a”（规则指定）。" in page
    assert "符合条件：环境卫生、来电" in page


def test_the_timeline_says_by_which_rule(site):
    with county_context(A):
        published_rules(routing_rule("a", **RULE))
    operator = site.staff("township_operator")
    incident = site.step(site.report(), "accept", operator)
    browser = site.client(operator)
    data = {"version": incident.version, "unit": str(site.small.roads.pk)}
    assert browser.post(url("step", incident.number, "dispatch"), data).status_code == 302
    page = browser.get(url("case", incident.number)).content.decode()
    assert "By the rule" in page
    assert "rule a" in page


def test_other_steps_explain_no_rule(site):
    operator = site.staff("township_operator")
    incident = site.report()
    page = site.client(operator).get(url("step", incident.number, "not_accept")).content.decode()
    assert "Why this unit" not in page
