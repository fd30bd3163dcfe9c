"""The incremental JSON reader agrees with the standard library wherever a chunk may end."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.incidents.imports import ImportFileError, json_stream
from linli.incidents.imports.json_stream import ArrayStream

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


class Trickle(io.StringIO):
    """Gives a few characters at a time, so that every value is cut somewhere."""

    def __init__(self, text: str, size: int) -> None:
        super().__init__(text)
        self._size = size

    def read(self, size: int | None = -1, /) -> str:
        return super().read(self._size)


def items(text: str, path: str = "", size: int = 7) -> list[Any]:
    return [value for _, value in ArrayStream(Trickle(text, size), path)]


@given(st.lists(values, max_size=6), st.integers(1, 9), st.sampled_from([None, 2]))
def test_any_array_comes_out_as_the_standard_library_reads_it(
    array: list[Any], size: int, indent: int | None
) -> None:
    text = json.dumps(array, indent=indent)
    assert items(text, size=size) == json.loads(text)


@given(st.lists(values, max_size=4), st.integers(1, 9))
def test_an_array_inside_objects_is_found_by_its_path(array: list[Any], size: int) -> None:
    document = {"type": "x", "meta": {"a": [1, {"items": 2}]}, "data": {"n": 1, "items": array}}
    assert items(json.dumps(document), "data.items", size) == array


def test_each_item_knows_the_line_where_it_begins() -> None:
    text = '[\n{"a": 1},\n\n{\n"a": 2\n}, {"a": 3}]'
    assert [line for line, _ in ArrayStream(Trickle(text, 3))] == [2, 4, 6]


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ('{"a": 1}', "", "an array"),
        ('[{"a": 1}\n{"a": 2}]', "", "line 2: a comma or ]"),
        ('[\n{"a": 1},\n{"a" 2}]', "", "line 3: broken JSON"),
        ('[{"a": 1}, {"a"', "", "the file ends inside a record"),
        ('[{"a": 1},', "", "the file ends inside a record"),
        ("", "", "an array"),
        ('{"b": []}', "a", "no key “a”"),
        ("[" * 100_000, "", "nested too deeply"),
    ],
)
def test_broken_json_is_refused_with_its_place(text: str, path: str, message: str) -> None:
    with pytest.raises(ImportFileError, match=message.replace("[", r"\[")):
        items(text, path, size=4096)


def test_a_record_without_an_end_is_not_collected_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_stream, "_LARGEST_VALUE", 1000)
    endless = Trickle('[{"a": "' + "x" * 100_000, 500)
    with pytest.raises(ImportFileError, match="broken JSON"):
        list(ArrayStream(endless))
    assert endless.tell() < 5000
