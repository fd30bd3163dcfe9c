"""Changes of a document: pure, in order, both languages kept, faults found afterwards."""

from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.incidents.vocabulary import INCIDENT
from linli.processes.comparing import compare
from linli.processes.editing import (
    Copy,
    Drop,
    NoPlaceError,
    Revise,
    Shift,
    edit,
    gone,
    key_for,
    part_at,
    siblings,
)
from linli.processes.fixed import fixed_in
from linli.processes.reading import read, write
from tests.examples import examples

from .support import TEXT, incident

PLAIN = read(TEXT)
LABEL = {"zh": "山火", "en": "Forest fire"}


def words(edited) -> list[str]:
    assert edited.examined.definition is not None
    return [line.words for line in compare(incident(), edited.examined.definition, "en")]


def test_a_change_leaves_the_document_it_was_given_alone():
    before = deepcopy(PLAIN)
    edited = edit(
        PLAIN, [Revise(("clocks", "handle"), {"label": LABEL}), Drop(("routing", "own_trade"))]
    )
    assert before == PLAIN
    assert edited.document != PLAIN


def test_attributes_are_revised_and_the_others_stay():
    edited = edit(PLAIN, [Revise(("transitions", "accept"), {"primary": False, "effects": []})])
    part = part_at(edited.document, ("transitions", "accept"))
    assert "primary" not in part
    assert "effects" not in part
    assert part["by"] == PLAIN["transitions"]["accept"]["by"]
    assert list(edited.document["transitions"]) == list(PLAIN["transitions"])
    assert edited.examined.sound


def test_the_document_itself_has_attributes_too():
    edited = edit(PLAIN, [Revise((), {"sampling_rate": 0.1, "title": LABEL})])
    assert words(edited) == [
        "The process, Chinese name: 事件办理流程 → 山火",
        "The process, English name: The course of an incident → Forest fire",
        "The process, share drawn for sampled checks: 0.05 → 0.1",
    ]


def test_a_part_that_is_not_there_is_made_at_the_end():
    rule = {"label": LABEL, "lead": {"function": "forestry"}}
    edited = edit(PLAIN, [Revise(("routing", "fire"), rule), Shift(("routing", "fire"), -9)])
    assert siblings(edited.document, "routing") == ["fire", "own_trade", "holding_centre"]
    assert edited.document["routing"][0] == {"key": "fire", **rule}
    without = {key: value for key, value in PLAIN.items() if key != "routing"}
    assert edit(without, [Revise(("routing", "fire"), rule)]).document["routing"]


def test_parts_move_among_their_siblings_and_stop_at_the_ends():
    edited = edit(PLAIN, [Shift(("transitions", "accept"), -1)])
    assert siblings(edited.document, "transitions")[:3] == ["report", "accept", "check_facts"]
    assert words(edited) == ["Step “Accept” now comes before “Check before acceptance”"]
    again = edit(PLAIN, [Shift(("transitions", "report"), -1)])
    assert write(again.document) == write(PLAIN)


def test_a_copy_stands_right_after_its_original():
    edited = edit(PLAIN, [Copy(("routing", "own_trade"), "fire", {"label": LABEL})])
    assert siblings(edited.document, "routing") == ["own_trade", "fire", "holding_centre"]
    step = edit(PLAIN, [Copy(("transitions", "recall"), "recall_2", {"label": LABEL})])
    assert siblings(step.document, "transitions")[12:14] == ["recall", "recall_2"]
    assert step.document["transitions"]["recall_2"]["to"] == "accepted"
    assert step.examined.sound


def test_lists_forget_what_is_dropped_and_what_stands_alone_is_a_fault():
    edited = edit(PLAIN, [Drop(("states", "returned"))])
    assert "returned" not in edited.document["transitions"]["dispatch"]["from"]
    assert "returned" not in edited.document["clocks"]["dispatch"]["runs_in"]
    faults = {(one.place, one.code) for one in edited.examined.faults}
    assert faults == {
        (("transitions", "return", "to"), "unknown_name"),
        (("transitions", "return_again", "to"), "unknown_name"),
    }
    steps = [Drop(("transitions", key)) for key in ("return", "return_again", "rule")]
    assert edit(edited.document, steps, INCIDENT).examined.faults == ()
    clock = edit(PLAIN, [Drop(("clocks", "sign"))])
    assert clock.document["whole"]["along"] == PLAIN["whole"]["along"]
    assert [str(one) for one in clock.examined.faults] == [
        "state dispatched: there is no clock 'sign'"
    ]


def test_what_cannot_be_without_a_dropped_part_goes_with_it():
    """The deadline of one state alone, the reason that stops one deadline alone."""
    edited = edit(PLAIN, [Drop(("states", "pending"))])
    assert gone(PLAIN, edited.document) == [("states", "pending"), ("clocks", "review")]
    assert edited.examined.definition is not None, "so it can be kept"
    alone = edit(PLAIN, [Revise(("stop_clocks", "weather"), {"clocks": ["rework"]})]).document
    edited = edit(alone, [Drop(("states", "rework"))])
    assert gone(alone, edited.document) == [
        ("states", "rework"), ("clocks", "rework"), ("stop_clocks", "weather"),
    ]  # fmt: skip
    assert edited.document["stop_clocks"]["appraisal"]["clocks"] == ["handle"]
    assert edited.examined.definition is not None


def test_a_step_that_others_count_is_forgotten_by_them():
    edited = edit(PLAIN, [Drop(("transitions", "rule"))])
    assert edited.document["transitions"]["return"]["limits"] == {
        "times": 1, "within": "8 working hours",
    }  # fmt: skip
    assert (
        "limits"
        not in edit(PLAIN, [Drop(("transitions", "return_again"))]).document["transitions"][
            "dispatch"
        ]
    )


@pytest.mark.parametrize(
    "change",
    [
        Drop(("states", "nowhere")), Drop(("routing", "none")), Drop(("nothing", "x")),
        Shift(("clocks", "none"), 1), Copy(("transitions", "none"), "x"),
        Drop(("title", "zh", "x")), Shift(("routing", "none"), 1), Copy(("routing", "none"), "x"),
    ],
    ids=str,
)  # fmt: skip
def test_a_change_of_what_is_not_there_is_refused(change):
    with pytest.raises(NoPlaceError):
        edit(PLAIN, [change])


def test_nobody_can_let_a_handler_verify():
    by = [{"permission": "incident.verify", "relation": ["platform"]}]
    edited = edit(PLAIN, [Revise(("transitions", "verify_pass"), {"by": by})])
    assert edited.document["transitions"]["verify_pass"]["by"] == [
        {"permission": "incident.verify", "relation": ["platform", "not_handler"]}
    ]
    assert "by.not_handler" in fixed_in(PLAIN, ("transitions", "verify_pass"), INCIDENT)
    new = {"kind": "verification", "label": LABEL, "by": by, "from": ["rework"], "to": "closed"}
    made = edit(PLAIN, [Revise(("transitions", "quick"), new)])
    assert made.examined.sound


def test_what_is_fixed_is_said_with_its_reason():
    assert set(fixed_in(PLAIN, ("states", "closed"), INCIDENT)) == {
        "kind", "owner", "clock", "ladder",
    }  # fmt: skip
    assert set(fixed_in(PLAIN, ("states", "handling"), INCIDENT)) == {"kind"}
    assert fixed_in(PLAIN, ("transitions", "report"), INCIDENT)["self"].zh.startswith("平台")
    assert "fields.text" in fixed_in(PLAIN, ("transitions", "report"), INCIDENT)
    assert set(fixed_in(PLAIN, ("clocks", "review"), INCIDENT)) == {"until", "by_severity"}
    assert fixed_in(PLAIN, ("routing", "own_trade"), INCIDENT) == {}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (Drop(("transitions", "report")), "transition report: is needed by the platform"),
        (Drop(("clocks", "handle")), "clock handle: is needed by the platform"),
        (Drop(("severities", "major")), "severities: the severities are fixed"),
        (Revise((), {"key": "mediation"}), "key: the key of this process is 'incident'"),
        (Revise(("states", "merged"), {"kind": "paused", "owner": "platform", "clock": "review"}),
         "state merged: whether it is final is fixed"),
        (Revise(("transitions", "x" * 31), {"label": LABEL, "from": ["handling"], "to": "rework",
         "by": [{"permission": "incident.handle"}]}), "may have 30 characters"),
        (Revise(("transitions", "attach"), {"label": LABEL, "from": ["handling"], "to": "rework",
         "by": [{"permission": "incident.handle"}]}), "that the platform writes itself"),
        (Revise(("transitions", "accept"), {"by": [{"permission": "incident.fly"}]}),
         "transition accept: there is no right 'incident.fly'"),
        (Revise(("transitions", "accept"), {"by": [{"permission": "audit.view"}]}),
         "there is no right 'audit.view'"),
        (Revise(("transitions", "verify_pass"), {"choices": {"outcome": ["solved", "magic"]}}),
         "'magic' is no answer to outcome"),
        (Revise(("transitions", "report"), {"fields": {"text": True, "source": True}}),
         "transition report: has to require category"),
        (Revise(("transitions", "settle"), {"fields": {"result": True, "reason": True}}),
         "transition settle: cannot require reason"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_the_platform_relies_on_is_a_fault_when_it_is_gone(change, fault):
    edited = edit(PLAIN, [change], INCIDENT)
    assert fault in "\n".join(map(str, edited.examined.faults))


def test_the_default_fits_what_the_platform_relies_on():
    assert edit(PLAIN, [], INCIDENT).examined.sound
    assert not edit(PLAIN, [], replace(INCIDENT, permissions=frozenset())).examined.sound


@pytest.mark.parametrize(
    ("english", "taken", "key"),
    [
        ("Recall the matter!", [], "recall_the_matter"),
        ("Recall", ["recall"], "recall_2"),
        ("Recall", ["recall", "recall_2"], "recall_3"),
        ("撤回", [], "step"),
        ("12 hours", [], "step"),
        ("A very long name that nobody would ever read", [], "a_very_long_name_that_nobody_w"),
    ],
)
def test_a_key_is_made_of_the_english_name(english, taken, key):
    assert key_for(english, taken, "step") == key


PLACES = [(section, key) for section in ("states", "transitions", "clocks", "routing", "ladders")
          for key in siblings(PLAIN, section)]  # fmt: skip


@settings(max_examples=examples(40), deadline=None)
@given(st.data())
def test_whatever_is_edited_can_be_written_and_read_again(data):
    document = PLAIN
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.sampled_from(PLACES))
        change = data.draw(
            st.sampled_from(
                [
                    Drop(place),
                    Shift(place, data.draw(st.integers(-40, 40))),
                    Copy(place, f"copy_{place[1]}"[:30], {"label": LABEL}),
                    Revise(place, {"label": LABEL}),
                ]
            )
        )
        try:
            document = edit(document, [change], INCIDENT).document
        except NoPlaceError:
            continue
    text = write(document)
    assert read(text) == document
    assert write(read(text)) == text
