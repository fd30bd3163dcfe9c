"""Hostile and broken YAML is refused by name, before anything is built from it."""

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.processes import load
from linli.processes.loading import examine
from linli.processes.reading import UnreadableError, numbered, read, write

from .support import TEXT, incident

LAUGHS = "a: &a [x]\n" + "\n".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def refusal(text: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "line 1: anchors and aliases"),
        ("a: *b", "line 1: anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]", "line 1: tags"),
        ("a: !local x", "line 1: tags"),
        ("a:\n  b: !!binary aGVsbG8=", "line 2: tags"),
        ("x: " + "[" * 4_000, "nested deeper than 12 levels"),
        ("[" * 4_000 + "]" * 4_000, "nested deeper than 12 levels"),
        ("a" * 5_000_000, "larger than 200 KB"),
        ("汉" * 100_000, "larger than 200 KB"),
        ("a: 1\nb: x\0y", "line 2: a character that cannot be shown"),
        ('a: "x\\0y"', "line 1: a character that cannot be shown"),
        ('a: "x\\ud800y"', "line 1: a character that cannot be shown"),
        ('a: "\u202etxt"', "line 1: a character that cannot be shown"),
        ("a: 1\nb: 2\na: 3", "line 3: “a” is written twice"),
        ("steps:\n  x: {to: a, to: b}", "line 2: “to” is written twice"),
        ("a: [", "no YAML: line 1, column 5"),
        ("a: 1\n---\nb: 2", "no YAML: line 2"),
        ("a: 2026-13-45", "no YAML"),
        ("? [a, b]\n: c", "no YAML"),
        ("- a list", "a definition is a mapping"),
        ("", "a definition is a mapping"),
        ("just words", "a definition is a mapping"),
    ],
    ids=lambda value: value[:24],
)
def test_a_hostile_text_is_refused_by_line(text: str, words: str) -> None:
    started = time.process_time()
    assert words in refusal(text)
    assert time.process_time() - started < 5


def test_a_document_survives_being_written_with_its_order_and_both_languages() -> None:
    document = read(TEXT)
    text = write(document)
    again = read(text)
    assert again == document
    assert list(again["transitions"]) == list(document["transitions"])
    assert write(again) == text
    assert "撤回派遣" in text
    assert load(text) == incident()


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=12,
    )
)
def test_whatever_is_read_is_written_and_read_again_the_same(value: object) -> None:
    text = yaml.safe_dump({"value": value}, allow_unicode=True, sort_keys=False)
    try:
        document = read(text)
    except UnreadableError:
        return  # unprintable characters, anchors of repeated lists
    assert read(write(document)) == document


def test_another_number_keeps_the_comments() -> None:
    text = numbered(TEXT, 7)
    assert load(text).version == 7
    assert text.count("#") == TEXT.count("#")
    assert numbered(text, 7) is text
    inline = "{" + TEXT.split("\n", 4)[3] + ", version: 1}"
    assert read(numbered(inline, 2))["version"] == 2
    assert read(numbered("key: x", 3)) == {"key": "x", "version": 3}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{zh: 受理, en: Accept}", "{zh: 受理, en: '  '}", "transitions.accept.label.en: is empty"),
        ("{zh: 受理, en: Accept}", f"{{zh: 受理, en: {'x' * 201}}}", "may have 200 characters"),
        ("version: 1", "version: 0", "version: is at least 1"),
        ("to: accepted", "to: Accepted", "“Accepted” is no key"),
        ("minutes: 10", "minutes: 900", "rungs.2.minutes: is at most 240"),
        ("tell: [holder]}", "tell: [everybody]}", "“everybody” is not one of"),
        ("after: 1 working day", "before: 1 working day", "in hours or working hours"),
        ("{after: 1 working day,", "{after: 1 hour, before: 2 hours,", "not both"),
        ("lead: {centre: true}", "lead: {centre: true, unit: x}", "one of the three"),
        ("tell: [county]", "tell: []", "tell: needs at least one entry"),
        ("kind: final, at: [1, 5]", "kind: final, at: [1, 5], colour: red", "is not known here"),
        ("key: incident\n", "", "key: is missing"),
    ],
    ids=lambda value: value[:20],
)  # fmt: skip
def test_a_shape_that_is_wrong_is_named_with_its_place(old: str, new: str, words: str) -> None:
    assert old in TEXT
    found = examine(TEXT.replace(old, new, 1))
    assert found.definition is None
    assert words in "\n".join(map(str, found.faults))
