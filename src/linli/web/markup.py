"""Rows written in one pass: fifty of them by the template engine take longer than all else.

Only a pattern of this project is markup. What stands in its braces is escaped, unless it is markup
already, so that nothing a person typed can become any.
"""

import re
from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

_SPECIAL = re.compile("[&<>\"']").search  # most words have none of them
_READY = (SafeString, int)


def written(pattern: str, **values: object) -> SafeString:
    """The pattern with its values, like `format_html` at a fraction of its cost.

    Words that every row repeats are escaped once, before: `said`.
    """
    for name, value in values.items():
        if isinstance(value, _READY):
            continue
        text = value if isinstance(value, str) else str(value)
        values[name] = escape(text) if _SPECIAL(text) else text
    return SafeString(pattern.format_map(values))


def said(**words: str) -> dict[str, SafeString]:
    """Translated words as markup, for `written`."""
    return {name: SafeString(escape(word)) for name, word in words.items()}


def together(parts: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(parts))
