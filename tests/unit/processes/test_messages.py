"""Every refusal has words in both languages, and they can be filled in."""

import ast
from datetime import UTC, datetime
from importlib.resources import files
from string import Formatter

import pytest

from linli.calendars import Duration
from linli.processes import MESSAGES, Platform, Refused, explain
from linli.processes.labels import FIELDS, OWNERS, PLATFORMS, RELATIONS
from linli.processes.vocabulary import Field, Owner, Relation

from .support import incident


def codes_in_the_code() -> set[str]:
    """First arguments of Refused(...) and of Violation(..., code, ...) in the engine's modules."""
    found: set[str] = set()
    for file in files("linli.processes").iterdir():
        if file.name.endswith(".py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                    "Refused",
                    "Violation",
                }:
                    found |= {
                        arg.value
                        for arg in node.args[:2]
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    }
    return found | {f"not_{one}" for one in Relation if one is not Relation.NOT_HANDLER}


def test_every_code_has_a_message_and_every_message_a_code() -> None:
    assert codes_in_the_code() | {"handled_yourself"} == set(MESSAGES)


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_use_the_same_parameters(code: str) -> None:
    message = MESSAGES[code]
    english, chinese = (
        {name for _, name, _, _ in Formatter().parse(text) if name}
        for text in (message.en, message.zh)
    )
    assert english == chinese


def test_every_word_of_the_vocabulary_has_a_name() -> None:
    assert set(FIELDS) == set(Field)
    assert set(RELATIONS) == set(Relation)
    assert set(OWNERS) == set(Owner)
    assert set(PLATFORMS) == set(Platform)


@pytest.mark.parametrize(
    ("refused", "chinese", "english"),
    [
        (
            Refused("wrong_state", transition="dispatch", state="closed"),
            "事件处于“已结案”状态，不能“派遣”。",
            "“Dispatch” is not possible while the matter is “Closed”.",
        ),
        (
            Refused("field_required", field="duty_reference"),
            "请填写“职责清单依据”。",
            "Please fill in “Item of the duty list”.",
        ),
        (
            Refused("extension_too_long", field="extra_time", at_most=Duration.parse("5wd")),
            "一次延期最长5个工作日。",
            "An extension is 5 working days at most.",
        ),
        (
            Refused("wrong_platform", platform=Platform.COUNTY),
            "只有事件在县级中心办理时才能这样做。",
            "This is possible only while the county centre holds the matter.",
        ),
        (
            Refused("too_late", until=datetime(2026, 9, 22, 10, tzinfo=UTC)),
            "办理时限已于2026-09-22 10:00截止。",
            "This was possible until 2026-09-22 10:00.",
        ),
        (
            Refused("overdue", clock="handle"),
            "“处置”期限已过，不能再办理。",
            "The deadline “Handling” has already passed.",
        ),
        (
            Refused("severity_barred", severity="major"),
            "“重大”事件不能这样办理。",
            "Not for a matter of severity “major”.",
        ),
        (
            Refused("choice_invalid", field="colour", choices=("a", "b")),
            "“colour”只能选择：a、b。",
            "“colour” must be one of: a, b.",
        ),
        (
            Refused("unknown_transition", transition="explode"),
            "本流程没有“explode”这一步。",
            "This process has no step “explode”.",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Refused) else "",
)
def test_a_refusal_reads_as_a_sentence(refused: Refused, chinese: str, english: str) -> None:
    assert explain(refused, incident(), "zh-Hans") == chinese
    assert explain(refused, incident(), "en") == english
