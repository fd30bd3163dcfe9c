"""A fault in words for whoever edits: where it is and what is wrong, labels instead of keys."""

from collections.abc import Callable, Mapping
from typing import Any

from linli.processes.attributes import ATTRIBUTES, LABELS_OF_WHOLE, Inner
from linli.processes.definition import Deadline, Definition, State, StopClock, Transition
from linli.processes.faults import MESSAGES, Fault, Place
from linli.processes.labels import EFFECTS, FIELDS, NOUNS
from linli.processes.ladders import Ladder
from linli.processes.parts import Part, Text
from linli.processes.routing_table import Rule
from linli.processes.vocabulary import Effect, Field
from linli.processes.wording import Words

_PARTS: Mapping[str, type[Part]] = {
    "states": State,
    "transitions": Transition,
    "clocks": Deadline,
    "stop_clocks": StopClock,
    "ladders": Ladder,
    "routing": Rule,
}
_WRITTEN = {"from": "sources"}  # attributes that a document writes otherwise
_KINDS: Mapping[str, Text] = {
    "state": Text(en="state", zh="状态"),
    "clock": Text(en="deadline", zh="期限"),
    "transition": Text(en="step", zh="步骤"),
    "severity": Text(en="severity", zh="等级"),
    "field": Text(en="field", zh="填写项"),
    "ladder": Text(en="ladder", zh="超时升级"),
}
_SAY: Mapping[str, Callable[[Words, str], str]] = {
    "state": lambda words, key: words.state(key),
    "states": lambda words, key: words.state(key),
    "clock": lambda words, key: words.clock(key),
    "severity": lambda words, key: words.severity(key),
    "severities": lambda words, key: words.severity(key),
    "field": lambda words, key: words.say(FIELDS[Field(key)]),
    "effect": lambda words, key: words.say(EFFECTS[Effect(key)]),
    "kind": lambda words, key: words.say(_KINDS[key]),
}


def in_words(fault: Fault, words: Words | None, language: str) -> str:
    """`words` are those of the definition; None where its shape is too wrong to be read."""
    said = _message(fault, words, language)
    where = _where(fault.place, words) if words else ".".join(fault.place)
    if not where:
        return said
    return f"{where}：{said}" if language.startswith("zh") else f"{where}: {said}"


def at_field(fault: Fault, words: Words | None, language: str) -> str:
    """Without the place, for where it is shown beside the field."""
    said = _message(fault, words, language)
    return said[:1].upper() + said[1:]


def _message(fault: Fault, words: Words | None, language: str) -> str:
    params = {name: _param(name, value, words) for name, value in fault.params.items()}
    if fault.code == "unknown_name" and words is not None:
        params["name"] = words.named(str(fault.params["kind"]), str(fault.params["name"]))
    return MESSAGES[fault.code].in_language(language).format(**params)


def _param(name: str, value: Any, words: Words | None) -> Any:
    if words is None:
        return value
    say = _SAY.get(name)
    many = value if isinstance(value, tuple | list) else [value]
    said = [say(words, str(one)) if say else str(one) for one in many]
    return words.listed(said)


def _where(place: Place, words: Words) -> str:
    if not place:
        return ""
    section, *rest = place
    if section not in NOUNS:
        attribute = LABELS_OF_WHOLE.get(section)
        return words.say(attribute.label) if attribute and not isinstance(attribute, Inner) else ""
    if "{name}" not in NOUNS[section].en:
        return words.say(NOUNS[section])
    if not rest:
        return ""
    noun = words.say(NOUNS[section], name=_label(words.definition, section, rest[0], words))
    attribute = _attribute(section, rest[1]) if len(rest) > 1 else None
    if attribute is None or isinstance(attribute, Inner):
        return noun
    return words.listed([noun, words.say(attribute.label)])


def _attribute(section: str, name: str) -> Any:
    known = ATTRIBUTES.get(_PARTS.get(section, Part), {})
    return known.get(_WRITTEN.get(name, name))


def _label(definition: Definition, section: str, key: str, words: Words) -> str:
    parts: Any = getattr(definition, section)
    if section == "routing":
        parts = {rule.key: rule for rule in definition.routing}
    part = parts.get(key)
    label = part if isinstance(part, Text) else getattr(part, "label", None)
    return words.say(label) if label else key
