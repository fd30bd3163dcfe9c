"""Reads one JSON array item by item, so that its size does not matter.

The standard library decodes whole documents only; `raw_decode` decodes one value at a place,
and that is enough: the text is taken in chunks, and a value that a chunk cuts in two is
decoded again when the next chunk is there.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from linli.incidents.imports.errors import ImportFileError

_CHUNK = 1 << 16
_LARGEST_VALUE = 1 << 22  # characters of one record
_SPACE = re.compile(r"[ \t\r\n]*")


class ArrayStream:
    """Yields `(line, value)` for every item of the array at `path` (`a.b`; empty: the root)."""

    def __init__(self, text: TextIO, path: str = "") -> None:
        self._text = text
        self._decode = json.JSONDecoder().raw_decode
        self._buffer = ""
        self._at = 0
        self._counted = 0
        self._line = 1
        self._ended = False
        self._items = self._walk([step for step in path.split(".") if step])

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        return self._items

    def _walk(self, path: list[str]) -> Iterator[tuple[int, Any]]:
        for step in path:
            self._enter(step)
        if self._next_sign() != "[":
            raise self._fault("an array [ of records is expected here; set “records” to its path")
        self._at += 1
        if self._next_sign() == "]":
            return
        while True:
            self._next_sign()
            line = self._count_lines()
            yield line, self._value()
            if self._separator("]"):
                return

    def _enter(self, key: str) -> None:
        """Moves to the value of `key` in the object that begins here."""
        if self._next_sign() != "{":
            raise self._fault(f"an object with the key “{key}” is expected here")
        self._at += 1
        while self._next_sign() != "}":
            name = self._value()
            if self._next_sign() != ":":
                raise self._fault("a colon is expected here")
            self._at += 1
            if name == key:
                return
            self._next_sign()
            self._value()
            if self._separator("}"):
                break
        raise self._fault(f"there is no key “{key}” (keys before the records must come first)")

    def _separator(self, end: str) -> bool:
        """Steps over a comma (False) or over the end (True)."""
        sign = self._next_sign()
        if sign not in {",", end}:
            raise self._fault(f"a comma or {end} is expected here")
        self._at += 1
        return sign == end

    def _value(self) -> Any:
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                self._more_or_fail(error)
                continue
            if self._ended or not isinstance(value, int | float) or self._number_ends(end):
                self._at = end
                return value
            self._fill()

    def _number_ends(self, end: int) -> bool:
        """Whether a number is whole: a chunk may cut 12.5 after 1 or after the dot."""
        return end < len(self._buffer) and self._buffer[end] not in ".eE+-0123456789"

    def _more_or_fail(self, error: Exception) -> None:
        waiting = len(self._buffer) - self._at
        if self._ended or waiting > _LARGEST_VALUE or isinstance(error, RecursionError):
            detail = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            ending = " (the file ends inside a record)" if self._ended else ""
            raise self._fault(f"broken JSON: {detail}{ending}")
        self._fill()

    def _next_sign(self) -> str:
        """The next character that is no space; empty at the end of the file."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if self._ended:
                return ""
            self._fill()

    def _fill(self) -> None:
        self._count_lines()
        kept = self._buffer[self._at :]
        chunk = self._text.read(max(_CHUNK, len(kept)))  # doubling: a long value costs no square
        self._ended = not chunk
        self._buffer = kept + chunk
        self._at = self._counted = 0

    def _count_lines(self) -> int:
        self._line += self._buffer.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _fault(self, message: str) -> ImportFileError:
        return ImportFileError(message, line=self._count_lines())
