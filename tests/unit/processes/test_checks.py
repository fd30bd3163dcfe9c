"""What no county can write into a definition: each fault planted, each found."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from linli.incidents.enums import (
    FINAL_STATES,
    EventKind,
    Outcome,
    Satisfied,
    Severity,
    Solved,
    State,
    VerificationKind,
)
from linli.incidents.vocabulary import INCIDENT
from linli.processes import DefinitionError, load
from linli.processes.loading import examine_document
from linli.processes.reading import read
from linli.processes.vocabulary import StateKind

from .support import TEXT, incident

Document = dict[str, Any]
PLAIN: Document = read(TEXT)


def faults_after(change: Callable[[Document], None]) -> str:
    document = deepcopy(PLAIN)
    change(document)
    return "\n".join(map(str, examine_document(document).faults))


def step(document: Document, key: str) -> Document:
    found: Document = document["transitions"][key]
    return found


def _verify_by_handler(document: Document) -> None:
    step(document, "verify_fail")["by"].append({"permission": "incident.verify"})


def _close_by_unit(document: Document) -> None:
    step(document, "hand_in")["to"] = "closed"


def _handle_and_verify(document: Document) -> None:
    step(document, "verify_pass")["handles"] = True


def _leave_final(document: Document) -> None:
    step(document, "dispatch")["from"].append("closed")


def _reopen_open(document: Document) -> None:
    step(document, "reopen")["from"].append("handling")


def _reopen_to_final(document: Document) -> None:
    step(document, "reopen")["to"] = "withdrawn"


def _archive_to_open(document: Document) -> None:
    step(document, "archive")["to"] = "accepted"


def _no_owner(document: Document) -> None:
    del document["states"]["handling"]["owner"]


def _no_deadline(document: Document) -> None:
    del document["states"]["rework"]["clock"]


def _clock_elsewhere(document: Document) -> None:
    document["states"]["rework"]["clock"] = "verify"


def _deadline_of_final(document: Document) -> None:
    document["states"]["merged"]["clock"] = "review"


def _no_duration(document: Document) -> None:
    del document["clocks"]["accept"]["by_severity"]["critical"]


def _no_review_date(document: Document) -> None:
    step(document, "set_pending")["fields"]["review_date"] = False


def _runs_and_stands(document: Document) -> None:
    document["clocks"]["handle"]["paused_in"].append("handling")


def _assign_nobody(document: Document) -> None:
    step(document, "dispatch")["fields"] = {}


def _extend_without_rules(document: Document) -> None:
    del document["extensions"]


def _spot_for_severe(document: Document) -> None:
    step(document, "settle")["barred_severities"] = []


def _dead_end(document: Document) -> None:
    for key in ("hand_in", "return", "return_again", "recall", "merge"):
        step(document, key)["from"] = ["dispatched"]
    step(document, "hand_in")["from"] = ["rework"]


def _island(document: Document) -> None:
    step(document, "withdraw")["to"] = "merged"


def _unknown_state(document: Document) -> None:
    step(document, "accept")["to"] = "excepted"


def _unknown_clock(document: Document) -> None:
    step(document, "report_up")["resets"] = ["acept"]


def _unknown_relation(document: Document) -> None:
    step(document, "accept")["by"][0]["relation"] = ["friend"]


def _unknown_field(document: Document) -> None:
    step(document, "accept")["fields"]["colour"] = True


def _unknown_effect(document: Document) -> None:
    step(document, "accept")["effects"] = ["send_flowers"]


def _nobody_may(document: Document) -> None:
    step(document, "accept")["by"] = []


def _moving_note(document: Document) -> None:
    step(document, "urge")["to"] = "handling"


def _move_to_nowhere(document: Document) -> None:
    del step(document, "accept")["to"]


def _nobody_handles(document: Document) -> None:
    step(document, "recall")["to"] = "handling"


def _stop_for_ever(document: Document) -> None:
    del document["transitions"]["start_clock"]


def _stop_a_date(document: Document) -> None:
    document["stop_clocks"]["weather"]["clocks"].append("review")


def _stop_without_reason(document: Document) -> None:
    document["stop_clocks"] = {}


def _run_when_done(document: Document) -> None:
    document["clocks"]["rework"]["runs_in"].append("closed")


def _rule_twice(document: Document) -> None:
    document["routing"].append(deepcopy(document["routing"][0]))


def _start_in_the_middle(document: Document) -> None:
    step(document, "report")["from"] = ["accepted"]


def _never_starts(document: Document) -> None:
    del document["transitions"]["report"]


def _bad_duration(document: Document) -> None:
    document["clocks"]["accept"]["by_severity"]["general"] = "soon"


def _extra_key(document: Document) -> None:
    step(document, "accept")["note"] = "typo"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_verify_by_handler, "verify_fail: a verification is never taken by a handler"),
        (_close_by_unit, "hand_in: only a verification leads to 'closed'"),
        (_handle_and_verify, "verify_pass: handling and verifying are two steps"),
        (_leave_final, "dispatch: closed is final"),
        (_reopen_open, "reopen: handling is not final"),
        (_reopen_to_final, "reopen: reopening leads to an open state"),
        (_archive_to_open, "archive: archiving leads to a final state"),
        (_no_owner, "state handling: an open state needs an owner"),
        (_no_deadline, "state rework: an open state needs a deadline"),
        (_clock_elsewhere, "state rework: its clock verify does not run there"),
        (_deadline_of_final, "state merged: a final state has neither"),
        (_no_duration, "clock accept: no duration for critical"),
        (_no_review_date, "set_pending: has to ask for review_date"),
        (_runs_and_stands, "clock handle: cannot both run and stand still in handling"),
        (_assign_nobody, "dispatch: assign needs the required field unit"),
        (_extend_without_rules, "grant_extension: extends, but there are no rules"),
        (_spot_for_severe, "settle: a matter of severity critical is never settled"),
        (_dead_end, "no way leads"),
        (_island, "state withdrawn: no way leads there"),
        (_unknown_state, "accept: there is no state 'excepted'"),
        (_unknown_clock, "report_up: there is no clock 'acept'"),
        (_unknown_relation, "transitions.accept.by.0.relation.0"),
        (_unknown_field, "transitions.accept.fields.colour"),
        (_unknown_effect, "transitions.accept.effects.0"),
        (_nobody_may, "transitions.accept.by"),
        (_moving_note, "urge: a note leaves the state as it is"),
        (_move_to_nowhere, "accept: leads to no state"),
        (_nobody_handles, "state handling: the lead unit must act there"),
        (_stop_for_ever, "no transition starts them again"),
        (_stop_a_date, "condition weather: the clock review is a date"),
        (_stop_without_reason, "no condition is named"),
        (_run_when_done, "clock rework: nothing is due any more in closed"),
        (_rule_twice, "the key is used twice"),
        (_start_in_the_middle, "report: only a start has no state to come from"),
        (_never_starts, "no transition starts a case"),
        (_bad_duration, "'soon' is no duration"),
        (_extra_key, "transitions.accept.note"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_planted_fault_is_found_and_named(
    change: Callable[[Document], None], message: str
) -> None:
    assert message in faults_after(change)


@pytest.mark.parametrize("text", ["a: [", "- a list", "", "key: x"])
def test_a_text_that_is_no_definition_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError):
        load(text)


def test_a_definition_adds_no_state_to_the_fixed_vocabulary() -> None:
    assert load(TEXT, fixed=INCIDENT) == incident()
    without = {name: final for name, final in INCIDENT.states.items() if name != "archived"}
    with pytest.raises(DefinitionError, match="archived: not in the fixed vocabulary"):
        load(TEXT, fixed=replace(INCIDENT, states=without))


def test_the_default_process_uses_the_words_of_the_domain() -> None:
    definition = incident()
    assert set(definition.states) == set(State.values)
    assert set(definition.severities) == set(Severity.values)
    assert set(definition.transitions) <= set(EventKind.values)
    final = {key for key, state in definition.states.items() if state.kind is StateKind.FINAL}
    assert final == FINAL_STATES
    known = {
        "solved": Solved,
        "satisfied": Satisfied,
        "outcome": Outcome,
        "verification_kind": VerificationKind,
    }
    for transition in definition.transitions.values():
        for field, choices in transition.choices.items():
            assert set(choices) <= set(known[field].values)


def test_the_default_process_asks_for_rights_that_exist() -> None:
    from linli.access.permissions import Permission

    asked = {by.permission for one in incident().transitions.values() for by in one.by}
    assert asked <= {right.value for right in Permission}
