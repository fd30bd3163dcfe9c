"""Rows written without the template engine: what a person typed stays text, whatever it is."""

from html.parser import HTMLParser
from string import Formatter

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from linli.web import parts
from linli.web.incidents import figure_tables, rows
from linli.web.markup import together, written

PATTERNS = {
    f"{module.__name__}.{name}": value
    for module in (rows, figure_tables, parts)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str) and "{" in value
}
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r")),
    st.sampled_from(["<script>alert(1)</script>", '" onclick="x', "'>", "&amp;&lt;", "{0}{title}"]),
)


class Read(HTMLParser):
    """The elements with the names of their attributes, and all that is text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[object] = []
        self.texts: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, [name for name, _value in attrs]))
        self.texts += [value for _name, value in attrs if value]

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _names(pattern: str) -> list[str]:
    return [name for _text, name, _form, _how in Formatter().parse(pattern) if name]


@pytest.mark.parametrize("name", PATTERNS)
@given(typed=HOSTILE)
def test_nothing_typed_becomes_markup_in_any_row(name, typed) -> None:
    pattern, told = PATTERNS[name], f"«{typed}»"
    row = Read(written(pattern, **dict.fromkeys(_names(pattern), told)))
    assert row.elements == Read(written(pattern, **dict.fromkeys(_names(pattern), "x"))).elements
    assert "".join(row.texts).count(told) == len(_names(pattern))


def test_the_patterns_of_every_list_are_tried() -> None:
    assert {name.rpartition(".")[2] for name in PATTERNS} >= {"LIST_ROW", "WORK_ROW", "CHECKED_ROW"}


def test_markup_stays_what_it_is_and_numbers_are_written() -> None:
    assert written("{a} {b} {c}", a=SafeString("<b>"), b=7, c=None) == "<b> 7 None"


def test_a_value_is_no_pattern() -> None:
    assert written("{a}", a="{b.__class__}") == "{b.__class__}"


def test_parts_stand_side_by_side() -> None:
    assert together(SafeString(one) for one in ("<i>", "</i>")) == "<i></i>"
