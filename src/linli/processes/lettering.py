"""How wide words are and where their lines break: enough for boxes, without a font at hand."""

import unicodedata
from collections.abc import Iterator

_WIDE, _NARROW = 12.0, 6.4  # at 12 px; Latin letters are taken wider than most of them are


def width(text: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(c) in "WFA" else _NARROW for c in text)


def wrap(text: str, limit: float) -> Iterator[str]:
    """Break between words, or anywhere between Chinese characters."""
    line = ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > limit:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            yield from (word, character) if word else (character,)
            word = ""
        else:
            word += character
            if character == " ":
                yield word
                word = ""
    if word:
        yield word
