"""Inputs that incident forms need beside Django's own, with long lists written in one pass.

Django renders every option by a template of its own: 300 of them take longer than the page.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

Pairs = Iterable[tuple[Any, Any]]


class QuickSelect(forms.Select):
    """A select whose options may be written already, by `options_html`; the chosen is marked."""

    def __init__(
        self, options: str = "", attrs: dict[str, Any] | None = None, *, beside: str = ""
    ) -> None:
        super().__init__(attrs)
        self._written, self._beside = options, beside

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 -- as Django calls it
    ) -> SafeString:
        given = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        body = marked(self._written or options_html(list(self.choices)), self.format_value(value))
        return mark_safe(f"<select{flatatt(given)}>{body}</select>{self._beside}")  # noqa: S308 -- escaped below


class _Quick:
    """One tag in one pass: Django's template for it takes as long as ten rows of a list."""

    def render(
        self: Any,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 -- as Django calls it
    ) -> SafeString:
        own = {"type": self.input_type, "name": name}
        if (shown := self.format_value(value)) is not None:
            own["value"] = shown
        return format_html("<input{}>", flatatt(own | self.build_attrs(self.attrs, attrs)))


class QuickText(_Quick, forms.TextInput):
    """Words."""


class QuickDay(_Quick, forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def options_html(choices: Pairs) -> str:
    """Options, none of them chosen; grouped choices become option groups."""
    return "".join(_options(choices))


def marked(options: str, chosen: Iterable[str]) -> SafeString:
    """The same options, those of the values given being chosen."""
    for one in chosen:
        mark = f'value="{escape(one)}"'
        options = options.replace(f"{mark}>", f"{mark} selected>", 1)
    return mark_safe(options)  # noqa: S308 -- escaped by `options_html`


def _options(choices: Pairs) -> Iterator[str]:
    for value, words in choices:
        if isinstance(words, list | tuple):
            yield f'<optgroup label="{escape(value)}">'
            yield from _options(words)
            yield "</optgroup>"
        else:
            yield f'<option value="{escape(value)}">{escape(words)}</option>'


class _Keyed:
    """Choices that can be searched: `keys` holds pinyin and codes by value."""

    def __init__(self, *, keys: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys = dict(keys or {})

    def render(
        self: Any,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 -- as Django calls it
    ) -> SafeString:
        given = self.build_attrs(self.attrs, attrs)
        lead = f'<input type="{self.input_type}" name="{escape(name)}"'
        boxes = _Boxes(lead, given.get("id", name), set(self.format_value(value)), self.keys)
        body = "".join(boxes.html(self.choices))
        return mark_safe(f'<div id="{escape(given.get("id", name))}">{body}</div>')  # noqa: S308 -- escaped below


class _Boxes:
    def __init__(self, lead: str, id_: str, chosen: set[str], keys: Mapping[str, str]) -> None:
        self.lead, self.id, self.chosen, self.keys = lead, escape(id_), chosen, keys
        self.index = 0

    def html(self, choices: Pairs) -> Iterator[str]:
        for value, words in choices:
            if isinstance(words, list | tuple):
                yield f'<div role="group"><label>{escape(value)}</label>'
                yield from self.html(words)
                yield "</div>"
            else:
                yield self._one(str(value), words)

    def _one(self, value: str, words: object) -> str:
        id_, self.index = f"{self.id}_{self.index}", self.index + 1
        mark = " checked" if value in self.chosen else ""
        key = f' data-keys="{escape(self.keys[value])}"' if value in self.keys else ""
        box = f'{self.lead} value="{escape(value)}" id="{id_}"{mark}{key}>'
        return f'<div><label for="{id_}">{box} {escape(words)}</label></div>'


class KeyedRadios(_Keyed, forms.RadioSelect):
    """Radio buttons that can be searched."""


class KeyedBoxes(_Keyed, forms.CheckboxSelectMultiple):
    """Check boxes that can be searched."""
