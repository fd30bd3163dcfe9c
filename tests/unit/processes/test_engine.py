"""The course of an incident as the office would tell it."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.calendars import Duration
from linli.processes import (
    CaseFacts,
    ClockAction,
    Effect,
    Owner,
    Platform,
    Progress,
    Refused,
    available,
    decide,
    impartial_platform,
)

from .support import (
    CENTRE,
    COUNTY,
    LEADER,
    NOW,
    ROADS,
    SYSTEM,
    TOWN,
    TOWNSHIP,
    WATER,
    WORKER,
    Story,
    actor,
    calendar,
    incident,
)


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=calendar().zone).astimezone(UTC)  # type: ignore[misc,arg-type]


def refusal(story: Story, who: object, step: str, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        story.take(who, step, **fields)  # type: ignore[arg-type]
    return caught.value


def test_an_incident_travels_from_report_to_evaluation() -> None:
    story = Story().upto("evaluate")
    assert [step.state for step in story.steps] == [
        "reported",
        "accepted",
        "dispatched",
        "handling",
        "awaiting_verification",
        "closed",
        "closed",
    ]
    assert [step.owner for step in story.steps][:6] == [
        Owner.PLATFORM,
        Owner.PLATFORM,
        Owner.LEAD_UNIT,
        Owner.LEAD_UNIT,
        Owner.VERIFIER,
        Owner.NOBODY,
    ]
    assert story.case.progress.clocks == {}


def test_a_step_carries_what_the_caller_must_do() -> None:
    story = Story().upto("accept")
    dispatched = story.take(TOWNSHIP, "dispatch", co_units=["U-water"], text="Before the rain")
    assert dispatched.effects == (Effect.ASSIGN, Effect.TELL_UNIT)
    assert dispatched.fields["co_units"] == ("U-water",)
    assert dispatched.case.lead_unit == "U-roads"
    assert dispatched.case.co_units == {"U-water"}
    actions = {(change.clock, change.action) for change in dispatched.clocks}
    assert actions == {
        ("dispatch", ClockAction.STOP),
        ("sign", ClockAction.START),
        ("handle", ClockAction.START),
    }


def test_the_units_clock_starts_at_dispatch_not_at_signing() -> None:
    story = Story().upto("dispatch")
    assert story.steps[-1].due_at == china(2026, 9, 21, 15, 0)  # four hours to sign for
    signed = story.take(ROADS, "sign_for", hours=3)
    assert signed.due_at == china(2026, 9, 30, 9, 0)  # seven working days from the dispatch


def test_a_category_may_set_its_own_deadline() -> None:
    story = Story()
    story.case = CaseFacts(severity="general", durations={"handle": Duration.parse("5wh")})
    story.upto("dispatch")
    assert story.steps[-1].dues["handle"] == china(2026, 9, 21, 16, 0)


def test_a_severer_matter_has_a_shorter_deadline() -> None:
    story = Story(severity="critical").upto("dispatch")
    assert story.steps[-1].dues["handle"] == NOW + timedelta(hours=24)


def test_a_handler_cannot_verify_own_work() -> None:
    story = Story().upto("hand_in")
    handler = actor("roads", "verify", platforms=TOWN)
    colleague = actor("other", "verify", units=frozenset({"U-roads"}), platforms=COUNTY)
    assert refusal(story, handler, "verify_pass").code == "handled_yourself"
    assert refusal(story, colleague, "verify_fail").code == "handled_yourself"


def test_a_former_handler_cannot_verify_after_the_unit_changed() -> None:
    story = Story().upto("verify_pass")
    story.take(WORKER, "reopen", hours=1)
    story.take(TOWNSHIP, "dispatch", unit="U-water")
    story.take(WATER, "sign_for")
    story.take(WATER, "hand_in")
    former = actor("other", "verify", units=frozenset({"U-roads"}), platforms=TOWN)
    assert refusal(story, former, "verify_pass").code == "handled_yourself"


def test_a_co_handler_who_answered_cannot_verify() -> None:
    story = Story().upto("accept")
    story.take(TOWNSHIP, "dispatch", co_units=["U-water"])
    story.take(WATER, "co_result", result="Drained")
    story.take(ROADS, "sign_for")
    story.take(ROADS, "hand_in")
    helper = actor("water", "verify", platforms=TOWN)
    assert refusal(story, helper, "verify_pass").code == "handled_yourself"


def test_verification_goes_to_the_county_where_the_township_has_nobody_else() -> None:
    case = Story().upto("hand_in").case
    handler = actor("roads", "verify", platforms=TOWN)
    assert impartial_platform(incident(), case, [handler, TOWNSHIP]) is Platform.TOWNSHIP
    assert impartial_platform(incident(), case, [handler]) is Platform.COUNTY


def test_an_incident_is_reported_up_once_and_not_again_after_it_was_sent_down() -> None:
    story = Story().upto("report")
    up = story.take(TOWNSHIP, "report_up", reason="Beyond the township", hours=1)
    assert (up.case.platform, up.state) == (Platform.COUNTY, "reported")
    assert up.due_at == china(2026, 9, 21, 16, 0)
    assert refusal(story, TOWNSHIP, "accept").code == "not_platform"
    down = story.take(CENTRE, "send_down", reason="A township road")
    assert down.case.platform is Platform.TOWNSHIP
    assert refusal(story, TOWNSHIP, "report_up", reason="Still").code == "taken_already"


def test_the_second_return_goes_to_the_county_whose_ruling_binds() -> None:
    story = Story().upto("dispatch")
    first = story.take(ROADS, "return")
    assert (first.case.platform, first.case.lead_unit) == (Platform.TOWNSHIP, None)
    story.take(TOWNSHIP, "dispatch", unit="U-water")
    assert refusal(story, WATER, "return").code == "taken_already"
    second = story.take(WATER, "return_again")
    assert second.case.platform is Platform.COUNTY
    assert refusal(story, CENTRE, "dispatch").code == "barred_after"
    assert refusal(story, CENTRE, "rule", duty_reference=" ").field == "duty_reference"
    story.take(CENTRE, "rule")
    assert refusal(story, ROADS, "return_again").code in {"taken_already", "barred_after"}
    assert refusal(story, ROADS, "return").code in {"taken_already", "barred_after"}


def test_a_case_is_returned_within_the_limit_or_not_at_all() -> None:
    story = Story().upto("dispatch")
    offers = available(incident(), story.case, ROADS, now=story.now, calendar=calendar())
    until = {one.transition.key: one.until for one in offers if one.allowed}
    assert until["return"] == china(2026, 9, 22, 10, 0)  # said before it is too late
    assert until["sign_for"] is None
    late = refusal(story, ROADS, "return", hours=48)
    assert late.code == "too_late"
    assert late.params["until"] == until["return"]


def test_an_extension_lengthens_the_handling_clock_where_it_ended() -> None:
    story = Story().upto("sign_for")
    story.take(ROADS, "ask_extension")
    granted = story.take(TOWNSHIP, "grant_extension", extra_time="2 working days")
    assert granted.state == "handling"
    assert granted.due_at == china(2026, 10, 2, 9, 0)
    assert granted.clocks[-1].action is ClockAction.EXTEND


def test_an_extension_has_its_limits() -> None:
    story = Story().upto("sign_for")
    for asked, code in [
        ("9 working days", "extension_too_long"),
        ("9 hours", "extension_too_long"),
        ("long", "field_invalid"),
    ]:
        assert refusal(story, ROADS, "ask_extension", extra_time=asked).code == code
    for _ in range(2):
        story.take(ROADS, "ask_extension")
        story.take(TOWNSHIP, "refuse_extension")
    assert refusal(story, ROADS, "ask_extension").code == "taken_already"


def test_an_extension_is_not_asked_after_the_deadline() -> None:
    story = Story().upto("sign_for")
    assert refusal(story, ROADS, "ask_extension", hours=24 * 20).code == "overdue"


def test_the_asking_unit_does_not_grant_its_own_extension() -> None:
    story = Story().upto("sign_for")
    story.take(ROADS, "ask_extension")
    both = actor("roads", "extend", units=frozenset({"U-roads"}), platforms=TOWN)
    assert refusal(story, both, "grant_extension").code == "handled_yourself"


def test_the_clock_stands_still_on_the_pending_list() -> None:
    story = Story().upto("sign_for")
    pending = story.take(TOWNSHIP, "set_pending", hours=24)
    assert pending.due_at == china(2026, 11, 30, 17, 30)
    assert "handle" not in pending.dues
    back = story.take(TOWNSHIP, "take_back", hours=24 * 7)
    assert back.due_at == china(2026, 10, 7, 9, 0)  # six of seven working days were left


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("2026-09-21", "date_not_ahead"),
        ("2027-09-21", "date_too_far"),
        ("soon", "field_invalid"),
        (None, "field_required"),
    ],
)
def test_the_pending_list_needs_a_review_date_that_makes_sense(date: object, code: str) -> None:
    story = Story().upto("sign_for")
    refused = refusal(story, TOWNSHIP, "set_pending", review_date=date)
    assert (refused.code, refused.field) == (code, "review_date")


def test_rework_goes_back_to_the_unit_with_a_clock_of_its_own() -> None:
    story = Story().upto("hand_in")
    failed = story.take(TOWNSHIP, "verify_fail")
    assert (failed.state, failed.owner) == ("rework", Owner.LEAD_UNIT)
    assert failed.due_at == china(2026, 9, 24, 9, 0)
    assert story.take(ROADS, "hand_in", hours=1).state == "awaiting_verification"


def test_the_kind_of_verification_is_the_one_that_the_category_asks_for() -> None:
    story = Story()
    story.case = CaseFacts(
        severity="general", allowed={"verification_kind": frozenset({"on_site"})}
    )
    story.upto("hand_in")
    refused = refusal(story, TOWNSHIP, "verify_pass", verification_kind="document")
    assert refused.code == "choice_invalid"
    assert refused.params["choices"] == ("on_site",)
    assert story.take(TOWNSHIP, "verify_pass").state == "closed"


def test_not_solved_may_reopen_within_the_window_only() -> None:
    story = Story().upto("evaluate")
    assert refusal(story, WORKER, "reopen", solved="yes").code == "choice_invalid"
    reopened = story.take(WORKER, "reopen", hours=24)
    assert (reopened.state, reopened.case.lead_unit) == ("accepted", None)
    assert reopened.case.progress.counts.round == {}
    late = Story().upto("evaluate")
    assert refusal(late, WORKER, "reopen", hours=24 * 30).code == "too_late"


def test_each_closing_may_be_evaluated_once() -> None:
    story = Story().upto("evaluate")
    assert refusal(story, WORKER, "evaluate").code == "taken_already"
    story.take(WORKER, "reopen", hours=1)
    story.take(TOWNSHIP, "dispatch")
    story.take(ROADS, "sign_for")
    story.take(ROADS, "hand_in")
    story.take(TOWNSHIP, "verify_pass")
    story.take(WORKER, "evaluate")


def test_archiving_waits_until_the_window_has_closed() -> None:
    story = Story().upto("verify_pass")
    assert refusal(story, SYSTEM, "archive", hours=24).code == "too_early"
    assert story.take(SYSTEM, "archive", hours=24 * 30).state == "archived"


@pytest.mark.parametrize(
    ("step", "words"),
    [("not_accept", {"reason": "Not ours"}), ("settle", {"result": "Swept"})],
)
def test_only_what_was_closed_is_archived(step: str, words: dict[str, str]) -> None:
    """What was settled on the spot stays in its own state, where it is counted and checked."""
    ended = Story().upto("report")
    ended.take(TOWNSHIP, step, **words)
    assert refusal(ended, SYSTEM, "archive", hours=24 * 30).code == "wrong_state"


def test_a_severe_matter_is_not_settled_on_the_spot() -> None:
    assert refusal(Story(severity="major").upto("report"), WORKER, "settle").code == (
        "severity_barred"
    )
    settled = Story().upto("report").take(WORKER, "settle")
    assert settled.state == "settled_on_the_spot"
    assert Effect.DRAW_SAMPLE in settled.effects


def test_a_category_that_is_not_for_it_is_not_settled_on_the_spot() -> None:
    story = Story().upto("report")
    story.case = story.case._replace(on_the_spot=False)
    assert refusal(story, WORKER, "settle").code == "category_barred"
    offers = available(incident(), story.case, WORKER, now=story.now, calendar=calendar())
    settle = next(one for one in offers if one.transition.key == "settle")
    assert settle.refused is not None
    assert settle.refused.code == "category_barred"
    assert settle.refused.concerns_actor


def test_a_corrected_severity_moves_the_deadlines_that_run() -> None:
    story = Story().upto("sign_for")
    before = story.steps[-1].dues["handle"]
    corrected = story.take(
        actor("township", "correct", platforms=TOWN),
        "correct_category",
        category="x",
        severity="critical",
        reason="People are cut off",
    )
    (change,) = corrected.clocks
    assert (change.clock, change.action) == ("handle", ClockAction.CORRECT)
    assert (
        corrected.due_at
        == change.due_at
        == corrected.case.progress.clocks["handle"].started_at + timedelta(hours=24)
    )
    assert change.due_at < before


def test_a_corrected_category_brings_its_own_deadline_and_keeps_extensions() -> None:
    story = Story().upto("sign_for")
    extra = "2 working days"
    story.take(ROADS, "ask_extension", reason="Rain", extra_time=extra)
    extended = story.take(TOWNSHIP, "grant_extension", extra_time=extra).dues["handle"]
    durations = {"handle": Duration.parse("6 working days")}
    story.case = story.case._replace(durations=durations)
    desk = actor("township", "correct", platforms=TOWN)
    corrected = story.take(desk, "correct_category", category="x", reason="Wrong drawer")
    clock = corrected.case.progress.clocks["handle"]
    assert [str(one) for one in clock.allowances] == ["6 working days", extra]
    assert corrected.dues["handle"] < extended
    again = story.take(desk, "correct_category", category="y", reason="The same deadline")
    assert again.clocks == ()


def test_a_review_date_that_somebody_set_is_not_corrected() -> None:
    story = Story().upto("sign_for")
    pending = story.take(TOWNSHIP, "set_pending")
    desk = actor("township", "correct", platforms=TOWN)
    corrected = story.take(
        desk, "correct_category", category="x", severity="critical", reason="Worse than it seemed"
    )
    assert corrected.dues["review"] == pending.dues["review"]
    handle = corrected.case.progress.clocks["handle"]
    assert handle.paused
    assert str(handle.allowances[0]) == "24 hours"


def test_who_settled_does_not_pass_the_sampled_check() -> None:
    story = Story().upto("report")
    story.take(TOWNSHIP, "settle")
    refused = refusal(story, TOWNSHIP, "sample_confirm", verification_kind="on_site")
    assert refused.code == "handled_yourself"
    rejected = story.take(
        CENTRE, "sample_reject", verification_kind="on_site", reason="Still there"
    )
    assert rejected.state == "accepted"


def test_a_case_closed_by_another_system_is_taken_over_as_closed() -> None:
    story = Story()
    story.take(SYSTEM, "report")
    closed = story.take(
        SYSTEM,
        "adopt_closed",
        source_reference="9F" * 16,
        verification_kind="source_record",
        outcome="at_source",
    )
    assert closed.state == "closed"
    assert closed.fields["source_reference"] == "9F" * 16  # as the other system writes it


def test_a_note_leaves_state_and_clocks_alone() -> None:
    story = Story().upto("sign_for")
    before = story.case
    noted = story.take(LEADER, "supervise", text="Every Friday", hours=2)
    assert (noted.state, noted.clocks) == ("handling", ())
    assert noted.case.progress.clocks == before.progress.clocks
    assert noted.case.progress.entered_at == before.progress.entered_at


def test_a_correction_changes_the_severity_too() -> None:
    story = Story().upto("report")
    worker = actor("worker", "correct")
    fixed = story.take(
        worker, "correct_category", category="fire", severity="major", reason="It burns"
    )
    assert fixed.case.severity == "major"
    refused = refusal(
        story, worker, "correct_category", category="fire", severity="mild", reason="x"
    )
    assert refused.field == "severity"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"unit": ""}, "field_required", "unit"),
        ({"unit": None}, "field_required", "unit"),
        ({"unit": "x" * 99}, "field_invalid", "unit"),
        ({"co_units": "U-roads"}, "field_invalid", "co_units"),
        ({"co_units": ["U-water", "U-roads"]}, "lead_is_co_handler", "co_units"),
        ({"text": "x" * 4001}, "field_too_long", "text"),
        ({"text": 7}, "field_invalid", "text"),
        ({"colour": "red"}, "field_unknown", "colour"),
    ],
)
def test_a_wrong_field_is_refused_where_it_stands(
    fields: dict[str, object], code: str, field: str
) -> None:
    story = Story().upto("accept")
    refused = refusal(story, TOWNSHIP, "dispatch", **fields)
    assert (refused.code, refused.field) == (code, field)
    assert story.case.state == "accepted"


def test_an_event_cannot_lie_before_the_last_one() -> None:
    assert refusal(Story().upto("accept"), TOWNSHIP, "dispatch", hours=-1).code == (
        "time_backwards"
    )


def test_a_step_that_the_process_does_not_have_is_refused() -> None:
    assert refusal(Story(), WORKER, "explode").code == "unknown_transition"


def test_facts_outside_the_vocabulary_are_the_callers_mistake() -> None:
    for case in (CaseFacts(severity="mild"), CaseFacts(severity="general", state="lost")):
        with pytest.raises(ValueError, match="unknown"):
            decide(incident(), case, WORKER, "report", {}, now=NOW, calendar=calendar())


def test_offers_show_what_may_be_done_and_why_not_the_rest() -> None:
    case = Story().upto("dispatch").case
    offers = available(incident(), case, ROADS, now=NOW, calendar=calendar())
    assert offers[0].transition.key == "sign_for"
    assert offers[0].allowed
    by_key = {offer.transition.key: offer.refused for offer in offers}
    assert by_key["return"] is None
    recall, again = by_key["recall"], by_key["return_again"]
    assert recall is not None
    assert (recall.code, recall.concerns_actor) == ("no_permission", False)
    assert again is not None
    assert (again.code, again.concerns_actor) == ("needs_first", True)


def test_what_the_engine_remembers_survives_storage() -> None:
    story = Story().upto("sign_for")
    story.take(TOWNSHIP, "set_pending")
    stored = story.case.progress.to_json()
    assert Progress.from_json(stored) == story.case.progress
    assert Progress.from_json({}) == Progress()
