"""Text files are read line by line; a line that never ends would fill the memory."""

import io
from typing import IO, BinaryIO, cast

from linli.lib.errors import InputError, gettext_noop

MAX_LINE = 8_000_000  # bytes

TOO_LONG = gettext_noop("Line %(line)d has more than %(limit)d bytes: is this a text file?")


def bounded(plain: IO[bytes]) -> BinaryIO:
    """The bytes of a file for a TextIOWrapper; raises InputError at a line beyond the limit."""
    return cast("BinaryIO", _BoundedLines(plain))


class _BoundedLines(io.BufferedIOBase):
    def __init__(self, plain: IO[bytes]) -> None:
        self._plain = plain
        self._line, self._length = 1, 0

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1) -> bytes:
        chunk: bytes = self._plain.read1(size)  # type: ignore[attr-defined]
        ends = chunk.count(b"\n") or chunk.count(b"\r")
        self._line += ends
        self._length = 0 if ends else self._length + len(chunk)
        if self._length > MAX_LINE:
            raise InputError(TOO_LONG, line=self._line, limit=MAX_LINE)
        return chunk

    def close(self) -> None:
        self._plain.close()
        super().close()
