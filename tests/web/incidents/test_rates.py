"""The figures page and the API say the rates and how they are counted."""

from linli.accounts.enums import Role
from linli.database.context import county_context
from tests.api.conftest import key_for
from tests.conftest import A
from tests.factories.steps import attached, dispatched, step
from tests.web.incidents.conftest import url


def test_rates_stand_on_the_page_by_month_township_and_unit(site):
    with county_context(A):
        small = site.small
        handler, operator = small.handler(), small.township_operator()
        case = step(dispatched(small, small.water, operator), "sign_for", handler)
        case = step(case, "hand_in", handler, result="好了", evidence=attached(handler))
        kind, category = case.verification, case.category.name
        step(case, "verify_pass", operator, verification_kind=kind, outcome="solved")
        leader = small.staff(Role.LEADER, unit=small.centre)
        key = key_for(leader)
    browser = site.client(leader, "zh-hans")
    text = browser.get(url("figures")).content.decode()
    for words in ("按期办结率", "返工率", "延期率", "按月比率", "按主办单位"):
        assert words in text
    # On time in month and part; done in the part.
    assert text.count("100.0%") == 3
    for part, name in (("unit", "县水务局"), ("category", category)):
        found = browser.get(url("figures") + f"?months=12&by={part}").content.decode()
        assert name in found
        assert found.count("100.0%") == 3
    assert "1 / 1" in text
    summary = key.get("summary").json()
    names = ("on_time_percent", "rework_percent", "extension_percent")
    assert [summary[name] for name in names] == [100.0, 0.0, 0.0]


def test_without_ended_cases_there_is_no_rate(site):
    site.report()
    leader = site.staff("dispatcher")
    text = site.client(leader).get(url("figures")).content.decode()
    assert "On-time rate" in text
    assert "no data" in text
