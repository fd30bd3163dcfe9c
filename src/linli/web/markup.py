"""Rows written in one pass: fifty of them by the template engine take longer than all else.

Only a pattern of this project is markup. What stands in its braces is escaped, unless it is markup
already, so that nothing a person typed can become any.
"""

import re
from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

_SPECIAL = re.compile("[&<>\"']").search  # most words have none of them


def written(pattern: str, **values: object) -> SafeString:
    """The pattern with its values, like `format_html` at a quarter of its cost."""
    for name, value in values.items():
        if not isinstance(value, SafeString):
            text = str(value)
            values[name] = escape(text) if _SPECIAL(text) else text
    return SafeString(pattern.format_map(values))


def together(parts: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(parts))
