"""Every fault has words in both languages, with the county's labels instead of keys."""

import ast
from importlib.resources import files
from string import Formatter

import pytest

from linli.incidents.vocabulary import INCIDENT
from linli.processes.editing import Drop, Revise, edit
from linli.processes.faulting import at_field, in_words
from linli.processes.faults import MESSAGES, SHAPE, Fault
from linli.processes.loading import examine
from linli.processes.reading import read
from linli.processes.wording import Words

from .support import TEXT, incident

PLAIN = read(TEXT)


def words_of_the_code() -> set[str]:
    """Every literal of the package outside the table itself."""
    found: set[str] = set()
    for file in files("linli.processes").iterdir():
        if file.name.endswith(".py") and file.name != "faults.py":
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


PYDANTIC = {"missing", "extra_forbidden", "enum", "string_too_short", "string_too_long",
            "too_short", "greater_than_equal", "less_than_equal"}  # fmt: skip


def test_every_message_belongs_to_a_fault_that_can_be_found() -> None:
    used = words_of_the_code() | {SHAPE + kind for kind in PYDANTIC}
    custom = {SHAPE + kind for kind in used}  # PydanticCustomError("duration", ...)
    assert set(MESSAGES) - used - custom == set()


def test_every_fault_has_a_message() -> None:
    found: set[str] = set()
    for file in files("linli.processes").iterdir():
        if file.name.endswith(".py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Fault", "_at"}:
                    found |= {one.value for one in node.args[1:2] if isinstance(one, ast.Constant)}
    assert len(found) > 30
    assert found - set(MESSAGES) == set()


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_use_the_same_parameters(code: str) -> None:
    english, chinese = (
        {name for _, name, _, _ in Formatter().parse(text) if name}
        for text in (MESSAGES[code].en, MESSAGES[code].zh)
    )
    assert english == chinese


@pytest.mark.parametrize(
    ("change", "chinese", "english"),
    [
        (
            Drop(("clocks", "sign")),
            "状态“已派遣”、期限：没有名为“sign”的期限",
            "State “Dispatched”, deadline: there is no deadline 'sign'",
        ),
        (
            Revise(("transitions", "hand_in"), {"to": "closed"}),
            "步骤“反馈结果”、到达状态：只有核查才能进入“已结案”",
            "Step “Hand in the result”, leads to: only a verification leads to 'Closed'",
        ),
        (
            Revise(("transitions", "dispatch"), {"fields": None}),
            "步骤“派遣”、办理后：“派给所选单位”需要必填项“主办单位”",
            "Step “Dispatch”, what it causes: gives it to the units named needs the required \
field Lead unit",
        ),
        (
            Revise(("clocks", "accept"), {"by_severity": {"general": "1 hour"}}),
            "“受理”期限、时限：缺少较大、重大、特别重大的时限",
            "Deadline “Acceptance”, time: no duration for considerable, major, especially major",
        ),
        (Drop(("transitions", "report")), "步骤“report”：平台需要此项，不能删除",
         "Step “report”: is needed by the platform and must stay"),
        (Revise((), {"key": "other"}), "本流程的标识应为“incident”",
         "the key of this process is 'incident'"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_a_fault_reads_as_a_sentence(change, chinese: str, english: str) -> None:
    examined = edit(PLAIN, [change], INCIDENT).examined
    assert examined.definition is not None
    for language, said in (("zh-hans", chinese), ("en", english)):
        words = Words(examined.definition, language)
        told = [in_words(fault, words, language) for fault in examined.faults]
        assert said in told


def test_a_fault_beside_its_field_does_not_repeat_the_place() -> None:
    fault = Fault(("states", "handling", "owner"), "no_owner")
    assert at_field(fault, Words(incident(), "en"), "en") == "An open state needs an owner"


def test_what_cannot_be_read_is_said_by_line_and_key() -> None:
    (fault,) = examine("a: [").faults
    assert in_words(fault, None, "zh-hans").startswith("不是有效的YAML：第1行第5列")
    broken = examine(TEXT.replace("kind: start", "kind: beginning")).faults[0]
    assert in_words(broken, None, "zh-hans").startswith(
        "transitions.report.kind：“beginning”不在可选范围"
    )
