"""What the editor shows but does not let anybody change, and why."""

from collections.abc import Mapping
from typing import Any

from linli.processes.faults import Place
from linli.processes.parts import Text
from linli.processes.reading import Document
from linli.processes.vocabularies import Vocabulary
from linli.processes.vocabulary import Field, Relation, StateKind, TransitionKind

REASONS: Mapping[str, Text] = {
    "kind_of_state": Text(
        en="Whether a state is final is fixed: figures and queues rely on it.",
        zh="是否办结由系统固定：统计和待办依此计算。",
    ),
    "final": Text(
        en="A final state has neither owner nor deadline.", zh="办结状态既没有责任方也没有期限。"
    ),
    "kind_of_step": Text(
        en="What kind of step it is, is chosen once.", zh="步骤的性质在新建时确定，不能更改。"
    ),
    "not_handler": Text(
        en="Whoever handled a matter never verifies it: this cannot be taken away.",
        zh="处置人员不得核查自己处置的事件：此限制不能取消。",
    ),
    "no_handling": Text(
        en="Handling and verifying are two steps.", zh="处置和核查必须是两个步骤。"
    ),
    "note": Text(en="A note leaves the state as it is.", zh="记录类步骤不改变状态。"),
    "start": Text(en="A start comes from no state.", zh="上报类步骤没有起始状态。"),
    "needed": Text(
        en="The platform works with this and needs it.", zh="平台要用到此项，不能删除或更改。"
    ),
    "dated": Text(
        en="This deadline is a date that somebody sets in the step.",
        zh="该期限是办理步骤时填写的日期。",
    ),
    "other_answers": Text(
        en="The answers to this are fixed; here they can only be narrowed.",
        zh="答案范围由系统固定，这里只能缩小。",
    ),
    "severities": Text(
        en="The severities themselves are fixed; their names are yours.",
        zh="事件等级由系统固定，名称可以更改。",
    ),
}
VERIFYING = frozenset({TransitionKind.VERIFICATION.value, TransitionKind.SAMPLE.value})


def fixed_in(document: Document, place: Place, vocabulary: Vocabulary) -> dict[str, Text]:
    """Attributes of the part at `place` that cannot be changed, with the reason.

    `fields.result` stands for a field that has to be asked for, `self` for the part: it stays.
    """
    if len(place) != 2:
        return {}
    section, key = place
    part = _part(document, section, key)
    codes: dict[str, str] = {}
    if section == "states":
        codes = {"kind": "kind_of_state"}
        if part.get("kind") == StateKind.FINAL.value or vocabulary.states.get(key):
            codes |= dict.fromkeys(("owner", "clock", "ladder"), "final")
    elif section == "transitions":
        codes = _step(key, part, vocabulary)
    elif section == "clocks":
        codes = {"until": "dated", "by_severity": "dated"} if part.get("until") else {}
        codes |= {"self": "needed"} if key in vocabulary.clocks else {}
    return {name: REASONS[code] for name, code in codes.items()}


def kept(place: Place, values: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """`values` for the part at `place`, with what is fixed put right."""
    found = dict(values)
    if len(place) == 2 and place[0] == "transitions":
        kind = found.get("kind") or _part(document, *place).get("kind")
        if kind in VERIFYING and isinstance(found.get("by"), list):
            found["by"] = [_by_others(by) for by in found["by"]]
    return found


def _by_others(by: Any) -> Any:
    if not isinstance(by, dict):
        return by
    relations = list(by.get("relation") or [])
    if Relation.NOT_HANDLER.value not in relations:
        relations.append(Relation.NOT_HANDLER.value)
    return {**by, "relation": relations}


def _step(key: str, part: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, str]:
    kind = part.get("kind", TransitionKind.MOVE.value)
    codes = {"kind": "kind_of_step"}
    if kind in VERIFYING:
        codes |= {"by.not_handler": "not_handler", "handles": "no_handling"}
    if kind == TransitionKind.NOTE.value:
        codes["to"] = "note"
    if kind == TransitionKind.START.value:
        codes["from"] = "start"
    for field in vocabulary.must_ask.get(key, ()):
        codes[f"fields.{field}"] = "needed"
    if key in vocabulary.may_ask:
        others = set(Field) - vocabulary.may_ask[key]
        codes |= {f"fields.{field}": "needed" for field in others}
    return codes | ({"self": "needed"} if key in vocabulary.steps else {})


def _part(document: Document, section: str, key: str) -> Mapping[str, Any]:
    parts = document.get(section)
    found = parts.get(key) if isinstance(parts, dict) else None
    return found if isinstance(found, dict) else {}
