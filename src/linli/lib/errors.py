"""A refusal of input that says what and where, and that a page can translate."""

from collections.abc import Callable
from typing import Any


def gettext_noop(message: str) -> str:
    """Marks a message for the translation catalogue where Django may not be imported."""
    return message


BETWEEN = gettext_noop(", ")  # the entries of a list


class InputError(ValueError):
    """One thing wrong with what was handed in.

    `message` is an English template with `%(name)s` places and the key of its translation;
    `params` fill it and carry the place (line, row, feature, code, lon, lat). A param may be
    another InputError, the reason inside, or a list of words.
    """

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.translated(str)

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The message in the language of `gettext`, with the reasons inside it."""
        params = {key: _said(value, gettext) for key, value in self.params.items()}
        return gettext(self.message) % params if params else gettext(self.message)


def _said(value: object, gettext: Callable[[str], str]) -> object:
    if isinstance(value, InputError):
        return value.translated(gettext)
    if isinstance(value, list | tuple):
        return gettext(BETWEEN).join(map(str, value))
    return value
