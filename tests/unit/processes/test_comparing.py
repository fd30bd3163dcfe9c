"""A comparison is complete: there is a line exactly where two documents differ."""

import random
from collections.abc import Iterator
from copy import copy, deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from linli.processes.attributes import ATTRIBUTES, LABELS_OF_WHOLE, SAID_WHOLE
from linli.processes.comparing import SECTIONS, SINGLE, Kind, compare, steps_apart
from linli.processes.definition import Definition
from linli.processes.parts import Part, Text
from linli.processes.reading import read
from tests.examples import some

from .support import TEXT, incident

LANGUAGES = ("zh-Hans", "en")
Path = tuple[str | int, ...]
ENGLISH_ALERT = (
    "Path of emergencies, who is alerted: “the officer on duty, 5 minutes to acknowledge” → "
    "“the officer on duty, 3 minutes to acknowledge”"
)


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from leaves(inner, (*path, key))
    elif path != ("version",):
        yield path


def at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def with_value(document: Any, path: Path, value: object) -> Any:
    """The document with another value there. What lies beside the path is shared, not copied."""
    key, *rest = path
    changed = copy(document)
    changed[key] = with_value(document[key], tuple(rest), value) if rest else value
    return changed


def without(document: Any, path: Path) -> Any:
    inner = copy(at(document, path[:-1]))
    del inner[path[-1]]
    return with_value(document, path[:-1], inner) if path[1:] else inner


def name_of(path: Path) -> str:
    return next(str(key) for key in reversed(path) if isinstance(key, str))


PLAIN = read(TEXT)
ANYWHERE = {"9 hours", "reason", "county", "note"}  # of some kind each
VALUES: dict[str, set[str]] = {}
for leaf in leaves(PLAIN):
    VALUES.setdefault(name_of(leaf), set()).add(str(at(PLAIN, leaf)))


def others(path: Path) -> Iterator[object]:
    """Values that a leaf might have instead, the likeliest first."""
    value = at(PLAIN, path)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value / 2)
    else:
        yield f"{value}x"
        yield from sorted(VALUES[name_of(path)] | ANYWHERE)


def mutated(path: Path) -> Definition | None:
    """The document with another value there, the first that its shape allows."""
    for value in others(path):
        try:
            found = Definition.model_validate(with_value(PLAIN, path, value))
        except ValidationError:
            continue
        if found != incident():
            return found
    return None


def test_every_leaf_of_the_default_makes_a_line_in_both_languages() -> None:
    paths = list(leaves(PLAIN))
    assert len(paths) > 800
    for path in some(paths):
        changed = mutated(path)
        if changed is None:
            assert path == ("routing", 1, "lead", "centre")  # no other way is named
            continue
        for language in LANGUAGES:
            lines = compare(incident(), changed, language)
            assert lines, path
            assert all(line.words and line.place for line in lines)
            assert compare(changed, incident(), language)


def test_every_leaf_that_is_gone_makes_a_line() -> None:
    for path in leaves(PLAIN):
        try:
            changed = Definition.model_validate(without(PLAIN, path))
        except ValidationError:
            continue
        same = changed == incident()  # what it said is the default anyway
        assert bool(compare(incident(), changed, "en")) is not same, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_document_makes_no_line(language: str) -> None:
    renumbered = incident().model_copy(update={"version": 9})
    assert compare(incident(), renumbered, language) == ()


def written(definition: Definition) -> str:
    return definition.model_copy(update={"version": 1}).model_dump_json(by_alias=True)


def shuffled(value: Any, rng: random.Random, chance: float) -> Any:
    """The document with parts left out, repeated or in another order here and there."""
    if isinstance(value, dict):
        items = [(k, shuffled(v, rng, chance)) for k, v in value.items()]
        if rng.random() < chance:
            rng.shuffle(items)
        return {k: v for k, v in items if rng.random() > chance / 4}
    if isinstance(value, list):
        items = [shuffled(one, rng, chance) for one in value]
        if rng.random() < chance:
            rng.shuffle(items)
        return [one for one in items if rng.random() > chance / 4]
    return value


@settings(max_examples=150, deadline=None)
@given(st.integers(), st.sampled_from([0.0, 0.002, 0.01, 0.05]))
def test_two_documents_differ_exactly_where_there_is_a_line(seed: int, chance: float) -> None:
    rng = random.Random(seed)
    document = shuffled(PLAIN, rng, chance)
    try:
        other = Definition.model_validate(document)
    except ValidationError:
        return
    differ = written(other) != written(incident())
    assert bool(compare(incident(), other, "en")) is differ
    assert bool(compare(other, incident(), "zh-hans")) is differ


def _parts(kind: type[Part]) -> Iterator[type[Part]]:
    for one in kind.__subclasses__():
        yield one
        yield from _parts(one)


def test_every_attribute_of_every_part_has_a_name() -> None:
    parts = {one for one in _parts(Part) if one.__module__.startswith("linli.processes.")}
    for part in parts - {Definition, *SAID_WHOLE}:
        assert set(ATTRIBUTES[part]) == set(part.model_fields), part
    whole = {*LABELS_OF_WHOLE, *SECTIONS, *SINGLE, "key", "version"}
    assert whole == set(Definition.model_fields)


@pytest.mark.parametrize(
    ("path", "value", "chinese", "english"),
    [
        (
            ("clocks", "handle", "by_severity", "general"), "5 working days",
            "“处置”期限（一般事件）：7个工作日 → 5个工作日",
            "Deadline “Handling” for ordinary matters: 7 working days → 5 working days",
        ),
        (
            ("transitions", "accept", "effects"), ["tell_reporter", "tell_county"],
            "步骤“受理”，办理后：新增“通知县级中心”",
            "Step “Accept”, what it causes: new “tells the county centre”",
        ),
        (
            ("transitions", "hand_in", "fields", "evidence"), False,
            "步骤“反馈结果”，填写内容（佐证材料）：必填 → 选填",
            "Step “Hand in the result”, asks for, Evidence: required → optional",
        ),
        (
            ("transitions", "recall", "label", "zh"), "召回",
            "步骤“召回”，中文名称：撤回派遣 → 召回",
            "Step “Recall”, Chinese name: 撤回派遣 → 召回",
        ),
        (
            ("emergency", "rungs", 0, "minutes"), 3,
            "突发事件处置，通知顺序：“值班员（5分钟内确认）” → “值班员（3分钟内确认）”",
            ENGLISH_ALERT,
        ),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_change_reads_as_a_sentence(path: Path, value: Any, chinese: str, english: str) -> None:
    changed = Definition.model_validate(with_value(PLAIN, path, value))
    for language, words in zip(LANGUAGES, (chinese, english), strict=True):
        assert [line.words for line in compare(incident(), changed, language)] == [words]


def test_new_gone_and_moved_parts_are_said() -> None:
    document = deepcopy(PLAIN)
    recall = document["transitions"].pop("recall")
    document["routing"].reverse()
    document["routing"].insert(
        0, {"key": "fire", "label": {"zh": "山火", "en": "Fire"}, "lead": {"function": "forestry"}}
    )
    changed = Definition.model_validate(document)
    lines = {line.words: line.kind for line in compare(incident(), changed, "en")}
    assert lines == {
        "Rule “Fire” is new, before “The centre that holds the matter”": Kind.ADDED,
        "Rule “The centre that holds the matter” now comes before “The unit of the category's "
        "trade”": Kind.MOVED,
        "Step “Recall” is gone": Kind.REMOVED,
    }
    back = compare(changed, incident(), "en")
    assert (
        "Step “Recall” is new: incident.dispatch (the holding centre), from Dispatched, Being \
handled to Accepted"
        in [line.words for line in back]
    )
    assert recall["to"] == "accepted"


def test_two_units_of_the_same_name_are_told_apart_by_their_codes() -> None:
    document = deepcopy(PLAIN)
    for code in ("a", "b"):
        document["routing"][1]["lead"] = {"unit": code}
        changed = Definition.model_validate(document)
        if code == "a":
            old = changed
    names = {("unit", "a"): "水务局", ("unit", "b"): "水务局"}
    (line,) = compare(old, changed, "zh", names)
    assert line.words.endswith("水务局（a） → 水务局（b）")


@settings(max_examples=200, deadline=None)
@given(st.permutations(list("abcdefgh")))
def test_what_moved_is_as_little_as_possible_and_enough(now: list[str]) -> None:
    moved = steps_apart(now, list("abcdefgh"))
    stayed = [key for key in now if key not in moved]
    assert stayed == sorted(stayed)
    assert (moved == []) is (now == sorted(now))


def test_an_unnamed_severity_keeps_its_key() -> None:
    gone = incident().model_copy(update={"severities": {"general": Text(zh="一般", en="ordinary")}})
    assert any("major" in line.words for line in compare(incident(), gone, "en"))
