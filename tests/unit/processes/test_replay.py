"""Histories checked against the definition: good ones pass, each planted fault is found."""

from datetime import timedelta

import pytest

from linli.processes import EventFacts, replay

from .support import NOW, incident

COURSE = [
    ("report", "reported", "worker", ""),
    ("accept", "accepted", "township", ""),
    ("dispatch", "dispatched", "township", ""),
    ("sign_for", "handling", "roads", "U-roads"),
    ("urge", "handling", "leader", ""),
    ("hand_in", "awaiting_verification", "roads", "U-roads"),
    ("verify_fail", "rework", "township", ""),
    ("hand_in", "awaiting_verification", "roads", "U-roads"),
    ("verify_pass", "closed", "township", ""),
    ("evaluate", "closed", "worker", ""),
    ("reopen", "accepted", "worker", ""),
    ("dispatch", "dispatched", "township", ""),
    ("sign_for", "handling", "roads", "U-roads"),
    ("hand_in", "awaiting_verification", "roads", "U-roads"),
    ("verify_pass", "closed", "township", ""),
    ("archive", "archived", "", ""),
]


def history(*, drop: int = -1, **changed: EventFacts) -> list[EventFacts]:
    events = [
        EventFacts(key, state, NOW + timedelta(hours=hour), actor, unit, "general")
        for hour, (key, state, actor, unit) in enumerate(COURSE)
    ]
    for place, event in changed.items():
        events[int(place.removeprefix("at"))] = event
    return [event for place, event in enumerate(events) if place != drop]


def codes(events: list[EventFacts]) -> list[tuple[int, str]]:
    return [(found.position, found.code) for found in replay(incident(), events)]


def test_a_good_history_has_no_violation() -> None:
    assert codes(history()) == []
    assert codes([]) == []


def test_a_step_left_out_is_found() -> None:
    assert codes(history(drop=1)) == [(1, "wrong_state")]
    assert codes(history(drop=5)) == [(5, "wrong_state")]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (EventFacts("explode", "closed", NOW), "unknown_transition"),
        (EventFacts("accept", "handling", NOW + timedelta(hours=1)), "state_mismatch"),
        (EventFacts("accept", "accepted", NOW - timedelta(hours=1)), "time_backwards"),
        (EventFacts("hand_in", "awaiting_verification", NOW + timedelta(hours=1)), "wrong_state"),
    ],
)
def test_a_wrong_event_is_found(event: EventFacts, found: str) -> None:
    assert (1, found) in codes(history(at1=event))


@pytest.mark.parametrize(
    ("actor", "unit", "good"),
    [("roads", "", False), ("other", "U-roads", False), ("other", "", True), ("", "", True)],
)
def test_a_verification_by_a_handler_is_found(actor: str, unit: str, *, good: bool) -> None:
    event = EventFacts("verify_pass", "closed", NOW + timedelta(hours=8), actor, unit)
    assert codes(history(at8=event)) == ([] if good else [(8, "handled_yourself")])


@pytest.mark.parametrize(("actor", "good"), [("anna", False), ("bo", True)])
def test_what_a_desk_settled_is_checked_by_a_colleague_there(actor: str, *, good: bool) -> None:
    """As the engine has it: only units that a case was given to may not verify it."""
    events = [
        EventFacts("report", "reported", NOW),
        EventFacts("settle", "settled_on_the_spot", NOW, "anna", "U-desk"),
        EventFacts("sample_confirm", "settled_on_the_spot", NOW, actor, "U-desk"),
    ]
    assert codes(events) == ([] if good else [(2, "handled_yourself")])


def test_a_severe_matter_settled_on_the_spot_is_found() -> None:
    events = [
        EventFacts("report", "reported", NOW, severity="major"),
        EventFacts("settle", "settled_on_the_spot", NOW, severity="major"),
    ]
    assert codes(events) == [(1, "severity_barred")]


def test_a_step_taken_too_often_or_too_early_is_found() -> None:
    start = history()[:3]
    again = EventFacts("return_again", "returned", NOW + timedelta(hours=3))
    assert codes([*start, again]) == [(3, "needs_first")]
    returned = EventFacts("return", "returned", NOW + timedelta(hours=3))
    dispatched = EventFacts("dispatch", "dispatched", NOW + timedelta(hours=4))
    twice = returned._replace(at=NOW + timedelta(hours=5))
    assert codes([*start, returned, dispatched, twice]) == [(5, "taken_already")]


def test_limits_count_anew_after_reopening() -> None:
    evaluated = EventFacts("evaluate", "closed", NOW + timedelta(hours=9), "worker")
    assert codes([*history()[:10], evaluated]) == [(10, "taken_already")]
    second = [event._replace(at=event.at + timedelta(days=1)) for event in history()[2:10]]
    assert codes([*history()[:11], *second]) == []
