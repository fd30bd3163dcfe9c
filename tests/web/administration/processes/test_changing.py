"""A change on its way through the browser: forms, faults, two people, the next version."""

import pytest

from linli.accounts.models import DutyShift
from linli.casework import definitions
from linli.casework.models import DraftState, ProcessDraft, ProcessVersion
from linli.database.context import county_context
from linli.processes.reading import read
from tests.conftest import A
from tests.factories.steps import reported
from tests.web.forms import filled

from .conftest import AT, document, problems, row

FASTER = {
    "time_general_0": "5", "time_considerable_0": "4", "time_major_0": "2",
}  # fmt: skip
XSS = "<script>alert(1)</script>"


def publish(draft: str, writer, approver) -> int:
    assert writer.send(f"{draft}propose/", "short-form").status_code == 302
    version = row().version
    answer = approver.post(f"{draft}approve/", {"version": version})
    assert answer["Location"] == f"{AT}/", answer["Location"]
    with county_context(A):
        definitions.forget()
        return definitions.newest_process("incident").version


def test_a_deadline_is_changed_without_writing_yaml(operator, draft):
    answer = operator.send(f"{draft}clocks/handle/", **FASTER)
    assert answer["Location"] == f"{draft}clocks/"
    assert document()["clocks"]["handle"]["by_severity"] == {
        "general": "5 working days", "considerable": "4 working days", "major": "2 working days",
        "critical": "24 hours",
    }  # fmt: skip
    assert "“处置”期限（一般事件）：7个工作日 → 5个工作日" in operator.text(f"{draft}changes/")


def test_a_change_is_published_by_a_second_person(covered, operator, leader, draft):
    operator.send(f"{draft}clocks/handle/", **FASTER)
    assert "同意并发布" not in operator.text(draft)
    assert publish(draft, operator, leader) == 2
    page = leader.text(f"{AT}/")
    assert "5个工作日" in page
    assert "群众反映太慢" in page
    with county_context(A):
        version = ProcessVersion.objects.get(version=2)
    assert (version.proposer, version.approver) == (
        covered.operator.name, covered.leader.name,
    )  # fmt: skip
    assert version.proposed_by != version.approved_by


def test_the_second_person_reads_what_it_changes_and_does(covered, operator, leader, draft):
    operator.send(f"{draft}clocks/handle/", time_general_0="5")
    operator.send(f"{draft}propose/", "short-form")
    assert f'href="{draft}approve/"' in leader.text(draft)
    page = leader.text(f"{draft}approve/")
    assert "7个工作日 → 5个工作日" in page
    assert "均已覆盖" in page
    assert "尚未用历史事件推演" in page


def test_its_writer_cannot_approve_it(covered, operator, draft):
    operator.send(f"{draft}propose/", "short-form")
    page = operator.text(draft)
    assert "须由其他人审批" in page
    assert f"{draft}approve/" not in page
    answer = operator.client.post(f"{draft}approve/", {"version": row().version}, follow=True)
    assert "须由未参与的人审批" in answer.content.decode()
    assert row().state == DraftState.PROPOSED


def test_gaps_are_shown_when_publishing_is_refused(covered, operator, leader, draft):
    operator.send(f"{draft}propose/", "short-form")
    with county_context(A):
        DutyShift.objects.all().delete()
    answer = leader.client.post(f"{draft}approve/", {"version": row().version}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{draft}check/"
    assert "存在空缺" in answer.content.decode()
    assert row().state == DraftState.PROPOSED


def test_what_was_sent_back_says_why(operator, leader, draft):
    operator.send(f"{draft}propose/", "short-form")
    assert leader.send(f"{draft}send-back/", "short-form", reason=" ").status_code == 422
    assert leader.send(f"{draft}send-back/", "short-form", reason="周末谁值班").status_code == 302
    page = operator.text(draft)
    assert "周末谁值班" in page
    assert "提交审批" in page


def test_a_writer_takes_a_proposed_draft_back_and_discards_it(operator, draft):
    operator.send(f"{draft}propose/", "short-form")
    assert operator.get(f"{draft}states/handling/").status_code == 404  # nobody changes it now
    operator.post(f"{draft}take-back/", {"version": row().version})
    assert operator.get(f"{draft}states/handling/").status_code == 200
    answer = operator.post(f"{draft}discard/", {"version": row().version})
    assert answer["Location"] == f"{AT}/edit/"
    assert row().state == DraftState.DISCARDED
    assert "作废" in operator.text(draft)


def test_a_new_step_gets_its_place_and_its_button(operator, draft):
    answer = operator.send(
        f"{draft}add/transitions/",
        zh="现场查看", en="Look at it", kind="note", sources=["handling"],
        **{"by-0-permission": "incident.handle", "by-0-relation": ["lead_unit"]},
        ask_text="required",
    )  # fmt: skip
    assert answer.status_code == 302, problems(answer)
    assert document()["transitions"]["look_at_it"] == {
        "label": {"zh": "现场查看", "en": "Look at it"}, "kind": "note", "from": ["handling"],
        "by": [{"permission": "incident.handle", "relation": ["lead_unit"]}],
        "fields": {"text": True},
    }  # fmt: skip
    words = operator.text(f"{draft}changes/")
    assert "新增步骤“现场查看”：办理本单位事件（主办单位），适用于处置中" in words


def test_a_verification_keeps_its_handlers_out_whatever_is_sent(operator, draft):
    page = operator.text(f"{draft}transitions/verify_pass/")
    assert "处置人员不得核查自己处置的事件" in page
    operator.send(
        f"{draft}transitions/verify_pass/", handles="on", **{"by-0-relation": ["platform"]}
    )
    step = document()["transitions"]["verify_pass"]
    assert step["by"][0]["relation"] == ["platform", "not_handler"]
    assert "handles" not in step


def test_what_is_fixed_stays_whatever_is_sent(operator, draft):
    operator.send(f"{draft}states/closed/", owner="platform", clock="verify")
    operator.send(f"{draft}transitions/report/", ask_text="", kind="note")
    assert "owner" not in document()["states"]["closed"]
    assert document()["transitions"]["report"]["kind"] == "start"
    assert document()["transitions"]["report"]["fields"]["text"] is True


def test_a_rule_picks_units_places_and_hours_by_name(covered, operator, draft):
    small = covered.small
    answer = operator.send(
        f"{draft}add/routing/",
        zh="夜间水管", en="Pipes at night", lead=f"unit:{small.water.code}", handle_0="4",
        handle_1="working hours", categories=["0401"], severities=["major"], sources=["call"],
        areas=[small.township.code], grids=small.grid.name,
        **{
            "co_units-0-unit": "trade:transport:county", "hours-0-days": ["sat", "sun"],
            "hours-0-start": "18", "hours-0-end": "8",
        },
    )  # fmt: skip
    assert answer.status_code == 302, problems(answer)
    *_before, new, net = document()["routing"]
    assert net["key"] == "holding_centre"  # behind a net the new rule would never decide
    assert new == {
        "key": "pipes_at_night", "label": {"zh": "夜间水管", "en": "Pipes at night"},
        "when": {
            "areas": [small.township.code, small.grid.code], "categories": ["0401"],
            "severities": ["major"], "sources": ["call"],
            "hours": [{"days": ["sat", "sun"], "start": 18, "end": 8}],
        },
        "lead": {"unit": "water"}, "co_units": [{"function": "transport", "reach": "county"}],
        "handle": "4 working hours",
    }  # fmt: skip
    page = operator.text(f"{draft}routing/")
    assert "茂山镇、茂山镇甲甸村甲甸第一网格" in page
    assert "县水务局" in page
    answer = operator.send(f"{draft}add/routing/", zh="x", en="x", lead="centre", grids="无此村")
    assert "有0" in problems(answer)[0] or "对应0个区域" in problems(answer)[0]


def test_rules_move_are_doubled_and_removed_by_buttons(operator, draft):
    def keys() -> list[str]:
        return [rule["key"] for rule in document()["routing"]]

    do = f"{draft}routing/own_trade/do/"
    operator.post(do, {"do": "down"})
    assert keys() == ["holding_centre", "own_trade"]
    operator.post(do, {"do": "up"})
    assert keys() == ["own_trade", "holding_centre"]
    answer = operator.post(do, {"do": "copy"})
    assert answer["Location"] == f"{draft}routing/own_trade_copy/"
    assert keys() == ["own_trade", "own_trade_copy", "holding_centre"]
    assert document()["routing"][1]["label"]["zh"].endswith("（副本）")
    operator.post(f"{draft}routing/own_trade_copy/do/", {"do": "drop"})
    assert keys() == ["own_trade", "holding_centre"]


def test_nobody_removes_what_was_changed_since_it_was_read(operator, dispatcher, draft):
    do = f"{draft}routing/own_trade/do/"
    seen = row().version
    dispatcher.send(f"{draft}routing/own_trade/", zh="各管各的")
    answer = operator.client.post(do, {"do": "drop", "version": seen}, follow=True)
    assert "刚刚改动了这里" in answer.content.decode()
    assert document()["routing"][0]["label"]["zh"] == "各管各的"
    operator.post(do, {"do": "down", "version": seen})
    operator.post(do, {"do": "drop", "version": row().version})
    assert [rule["key"] for rule in document()["routing"]] == ["holding_centre"]


def test_a_fault_is_kept_shown_and_bars_the_way(operator, draft):
    answer = operator.client.post(f"{draft}clocks/sign/do/", {"do": "drop"}, follow=True)
    assert "没有名为“sign”的期限" in answer.content.decode()
    assert "sign" not in document()["clocks"]
    page = operator.text(draft)
    assert (
        f'<a href="{draft}states/dispatched/">状态“已派遣”、期限：没有名为“sign”的期限</a>' in page
    )
    assert "没有名为“sign”的期限" in operator.text(f"{draft}states/dispatched/")
    answer = operator.send(f"{draft}propose/", "short-form")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有名为“sign”的期限" in page
    sent_again = filled(page, "short-form")  # nothing was kept, so nothing is overtaken
    assert operator.post(f"{draft}propose/", sent_again).status_code == 422
    operator.send(f"{draft}states/dispatched/", clock="handle")
    assert operator.send(f"{draft}propose/", "short-form").status_code == 302


def test_rungs_say_what_is_missing_and_keep_what_was_typed(operator, draft):
    answer = operator.send(
        f"{draft}ladders/unit/",
        **{"rungs-4-when": "after", "rungs-4-span_0": "", "rungs-4-tell": ["leader"], "zh": "晚了"},
    )
    assert answer.status_code == 422
    assert problems(answer) == ["提前或超过多久：请填写提前或超过多久。"]
    assert 'value="晚了"' in answer.content.decode()
    answer = operator.send(
        f"{draft}ladders/unit/",
        **{
            "rungs-4-when": "after", "rungs-4-span_0": "3", "rungs-4-span_1": "working days",
            "rungs-4-tell": ["leader"], "rungs-4-takes_over": "on", "rungs-0-when": "",
            "rungs-0-tell": [],
        },
    )  # fmt: skip
    assert answer.status_code == 302, problems(answer)
    rungs = document()["ladders"]["unit"]["rungs"]
    assert len(rungs) == 4
    assert rungs[-1] == {"after": "3 working days", "tell": ["leader"], "takes_over": True}


def test_a_working_day_before_a_deadline_is_refused_at_the_form(operator, draft):
    answer = operator.send(f"{draft}ladders/unit/", **{"rungs-0-span_1": "working days"})
    assert answer.status_code == 422
    assert "提前量请用小时或工作时" in problems(answer)[0]


def test_who_is_told_is_one_table(operator, draft):
    page = operator.text(f"{draft}told/")
    assert 'value="accept:tell_reporter" checked' in page
    sent = filled(page, "told-form")
    sent["tell"] = [one for one in sent["tell"] if one != "accept:tell_reporter"]
    sent["tell"] += ["accept:tell_county"]
    assert operator.post(f"{draft}told/save/", sent).status_code == 302
    steps = document()["transitions"]
    assert steps["accept"]["effects"] == ["tell_county"]
    assert steps["dispatch"]["effects"] == ["assign", "tell_unit"]


def test_a_stale_form_keeps_its_text_and_says_what_the_other_one_did(operator, dispatcher, draft):
    mine = filled(operator.text(f"{draft}clocks/handle/"), "part-form")
    dispatcher.send(f"{draft}clocks/handle/", **FASTER)
    answer = operator.post(f"{draft}clocks/handle/", {**mine, "zh": "办理"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "“处置”期限（一般事件）：7个工作日 → 5个工作日" in page
    assert 'value="办理"' in page
    again = filled(page, "part-form")
    assert again["zh"] == ["办理"]
    assert operator.post(f"{draft}clocks/handle/", again).status_code == 302
    assert document()["clocks"]["handle"]["label"]["zh"] == "办理"


def test_two_people_on_two_parts_do_not_meet(operator, dispatcher, draft):
    mine = filled(operator.text(f"{draft}clocks/sign/"), "part-form")
    dispatcher.send(f"{draft}clocks/handle/", **FASTER)
    assert operator.post(f"{draft}clocks/sign/", {**mine, "zh": "接单"}).status_code == 302
    clocks = document()["clocks"]
    assert clocks["sign"]["label"]["zh"] == "接单"
    assert clocks["handle"]["by_severity"]["general"] == "5 working days"


def test_an_approver_who_read_an_older_text_publishes_nothing(covered, operator, leader, draft):
    operator.send(f"{draft}propose/", "short-form")
    seen = filled(leader.text(f"{draft}approve/"), "approve-form")
    operator.post(f"{draft}take-back/", {"version": row().version})
    operator.send(f"{draft}clocks/handle/", **FASTER)
    operator.send(f"{draft}propose/", "short-form")
    answer = leader.client.post(f"{draft}approve/", seen, follow=True)
    assert answer.redirect_chain[-1][0] == f"{draft}approve/"
    page = answer.content.decode()
    assert "又修改了这份草稿" in page
    assert "7个工作日 → 5个工作日" in page
    assert row().state == DraftState.PROPOSED


def test_an_overtaken_draft_says_so_and_follows(covered, operator, dispatcher, leader, draft):
    other = dispatcher.begin(title="另一份")
    operator.send(f"{draft}clocks/handle/", **FASTER)
    assert dispatcher.send(f"{other}propose/", "short-form").status_code == 302
    with county_context(A):
        version = ProcessDraft.objects.get(title="另一份").version
    leader.post(f"{other}approve/", {"version": version})
    page = operator.text(draft)
    assert "第2版已发布，这份草稿以第1版为基础" in page
    assert operator.send(f"{draft}propose/", "short-form").status_code == 422
    with county_context(A):
        version = ProcessDraft.objects.get(title="提速").version
    operator.post(f"{draft}follow/", {"version": version})
    assert operator.send(f"{draft}propose/", "short-form").status_code == 302


def test_an_earlier_version_is_proposed_again(covered, operator, leader, draft):
    operator.send(f"{draft}clocks/handle/", **FASTER)
    publish(draft, operator, leader)
    page = operator.text(f"{AT}/versions/1/back/")
    assert "5个工作日 → 7个工作日" in page
    assert operator.send(f"{AT}/versions/1/back/", "short-form", reason="").status_code == 422
    answer = operator.send(f"{AT}/versions/1/back/", "short-form", reason="办不过来")
    back = answer["Location"]
    leader.post(f"{back}approve/", {"version": row().version})
    with county_context(A):
        version = ProcessVersion.objects.get(version=3)
    assert (version.rolled_back_from, version.title) == (1, "恢复第1版")
    assert "取自第1版" in leader.text(f"{AT}/versions/")
    assert "没有差异" in leader.text(f"{AT}/compare/?old=1&new=3")


def test_words_of_a_county_are_never_markup(operator, leader, draft):
    operator.send(f"{draft}states/handling/", zh=XSS, en=XSS)
    operator.send(f"{draft}routing/own_trade/", zh=XSS, en=XSS)
    operator.send(f"{draft}transitions/accept/", zh=XSS, en=f'"{XSS}')
    operator.send(f"{draft}propose/", "short-form", title=XSS, summary=XSS)
    assert document()["states"]["handling"]["label"]["zh"] == XSS
    for path in ("", "states/", "transitions/", "routing/", "told/", "changes/"):
        page = leader.text(draft + path)
        assert XSS not in page
        assert "&lt;script&gt;" in page
    tried = "try/?category=0401&severity=general&source=call&day=mon&hour=9"
    for address in (draft + tried, f"{draft}check/", f"{AT}/edit/"):
        assert XSS not in leader.text(address)


def test_the_routing_can_be_tried(covered, operator, draft):
    small = covered.small
    asked = "?area={area}&category=0401&severity=general&source=call&day=mon&hour=9"
    page = operator.text(f"{draft}try/" + asked.format(area=small.grid.code))
    assert "茂山镇综治中心" in page
    assert "受理中心" in page
    operator.send(f"{draft}add/routing/", zh="水", en="Water", lead="unit:water")
    for _ in range(2):
        operator.post(f"{draft}routing/water/do/", {"do": "up"})
    page = operator.text(f"{draft}try/" + asked.format(area=small.grid.code))
    first, then = page.index("县水务局"), page.index("茂山镇综治中心")
    assert first < then
    assert operator.get(f"{draft}try/?area=nowhere&category=x").status_code == 200


def test_a_county_of_old_takes_the_shipped_definition_over(operator):
    draft = operator.begin(begin="shipped")
    assert read(row().document)["routing"]
    assert "没有差异" in operator.text(f"{draft}changes/")
    assert "没有差异" in operator.text(f"{AT}/edit/new/")


@pytest.mark.parametrize("title", ["", "x" * 121])
def test_a_draft_needs_a_name(operator, title):
    answer = operator.post(f"{AT}/edit/new/", {"title": title, "begin": "published"})
    assert answer.status_code == 422
    assert problems(answer)


def test_a_state_that_the_county_calls_otherwise_is_called_so_everywhere(
    covered, operator, leader, draft
):
    with county_context(A):
        incident = reported(covered.small)
    operator.send(f"{draft}states/reported/", zh="待受理", en="Waiting")
    operator.send(f"{draft}general/all/", zh_general="普通")
    before = operator.text(f"/{A}/incidents?state=reported")
    assert "待受理" not in before
    publish(draft, operator, leader)
    page = operator.text(f"/{A}/incidents?state=reported")
    assert incident.number in page
    assert "待受理" in page
    case = operator.text(f"/{A}/incidents/{incident.number}")
    assert "待受理" in case
    assert "普通" in case


def test_a_notice_leads_to_the_draft(operator, leader, draft):
    operator.send(f"{draft}propose/", "short-form")
    page = leader.text(f"/{A}/notices")
    assert "有流程改动等待审批" in page
    assert f'<a href="{draft}">' in page


def test_a_state_is_taken_out_and_in_again_by_forms_alone(covered, operator, leader, draft):
    """With its deadline by a date and every step, so that but for keys nothing has changed."""
    before = document()
    told = operator.client.post(
        f"{draft}states/pending/do/", {"do": "drop", "version": row().version}, follow=True
    )
    page = told.content.decode()
    assert "已移除，一并移除：“挂账复查”期限" in page
    assert "没有名为“挂账”的状态" in page, "as people call it"
    assert page.count("没有名为“挂账”的状态") == 1, "said once"
    operator.send(
        f"{draft}add/states/", which="pending", kind="paused", owner="platform", ladder="desk",
        column="1", row="4",
    )  # fmt: skip
    answer = operator.send(f"{draft}add/clocks/", zh="挂账复查", runs_in=["pending"])
    assert len(problems(answer)) == 4, "a time for each severity, or a date"
    operator.send(f"{draft}add/clocks/", zh="挂账复查", until="review_date", runs_in=["pending"])
    operator.send(f"{draft}states/pending/", clock="clock")
    for step in ("take_back", "co_result"):
        sources = document()["transitions"][step]["from"]
        operator.send(f"{draft}transitions/{step}/", sources=[*sources, "pending"])
    operator.send(f"{draft}clocks/handle/", paused_in=["pending"])
    after = document()
    clock = after["clocks"].pop("clock")
    assert clock["label"] == {"zh": "挂账复查", "en": "挂账复查"}
    review = before["clocks"].pop("review")
    assert {**clock, "label": review["label"]} == review
    assert after["states"]["pending"] == before["states"]["pending"] | {"clock": "clock"}
    for key, step in before["transitions"].items():
        assert set(step["from"]) == set(after["transitions"][key]["from"]), key
    assert publish(draft, operator, leader) == 2
