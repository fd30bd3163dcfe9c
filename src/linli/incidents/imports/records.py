"""Opens a file and streams its records, a few kilobytes in memory at any time."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, TextIO, cast

from linli.incidents.imports.errors import ImportFileError
from linli.incidents.imports.json_stream import ArrayStream
from linli.incidents.imports.profile import Profile
from linli.lib.errors import InputError
from linli.lib.lines import bounded

BROKEN = "surrogateescape"  # undecodable bytes stay visible in their own record
_FIELD_LIMIT = 1 << 20
_HEADING_WITHIN = 30  # lines


class Record(NamedTuple):
    """One record: `original` is the row's cells or the JSON object; None when unreadable."""

    line: int
    original: Any
    problem: str = ""


class Source(Protocol):
    """A stream of records; `columns` is the heading of a CSV file, else empty."""

    columns: list[str]

    def records(self) -> Iterator[Record]: ...

    def skip(self, count: int) -> None: ...


class OpenFile(NamedTuple):
    """The file as text; `raw` counts the bytes taken from the disk."""

    raw: BinaryIO
    text: TextIO
    bytes_total: int


def open_text(path: Path, encoding: str, *, lines: bool = True) -> OpenFile:
    """Opens plain or gzipped text; a UTF-8 mark at the start outweighs the encoding given.

    Without `lines` one line may be the whole file.
    """
    try:
        raw = path.open("rb", buffering=0)
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror}") from None
    head = raw.read(4)
    raw.seek(0)
    if head.startswith(b"PK"):
        raw.close()
        raise ImportFileError(f"{path} is a zip or a spreadsheet: unpack it or save it as CSV")
    buffered = io.BufferedReader(raw, 1 << 18)
    binary: BinaryIO = buffered
    if head.startswith(b"\x1f\x8b"):
        binary = cast("BinaryIO", io.BufferedReader(gzip.GzipFile(fileobj=buffered), 1 << 18))
    with readable():
        mark = cast("io.BufferedReader", binary).peek(3)[:3] == b"\xef\xbb\xbf"
    chosen = "utf-8-sig" if mark else encoding
    source = bounded(binary) if lines else binary
    text = io.TextIOWrapper(source, encoding=chosen, errors=BROKEN, newline="")
    return OpenFile(raw, text, path.stat().st_size)


@contextmanager
def readable() -> Iterator[None]:
    """Turns what a damaged or endless file raises into a message for its owner."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportFileError(f"the compressed file is damaged or cut off: {error}") from None
    except InputError as error:
        raise ImportFileError(str(error)) from None


class CsvSource:
    """Rows under one heading line; lines of a title may stand above it."""

    def __init__(self, text: TextIO, profile: Profile) -> None:
        csv.field_size_limit(_FIELD_LIMIT)
        self._reader = csv.reader(text, delimiter=profile.delimiter)
        self.columns = self._heading(set(profile.columns()))
        if not self.columns:
            raise ImportFileError("the file is empty: a heading line is needed", line=1)
        if not "".join(self.columns).isprintable():
            hint = "gb18030" if profile.encoding.startswith("utf") else "utf-8"
            raise ImportFileError(
                f"the heading is not {profile.encoding}; try encoding: {hint}", line=1
            )

    def _heading(self, wanted: set[str]) -> list[str]:
        """The first line with every wanted column, else the one with most of them."""
        nearest: list[str] = []
        for row in islice(self._guarded(), _HEADING_WITHIN):
            names = [name.strip() for name in row]
            if wanted.issubset(names):
                return names
            if not nearest or len(wanted.intersection(names)) > len(wanted.intersection(nearest)):
                nearest = names
        return nearest

    def skip(self, count: int) -> None:
        for _ in islice(self._guarded(), count):
            pass

    def records(self) -> Iterator[Record]:
        reader, width = self._reader, len(self.columns)
        line = reader.line_num + 1
        for row in self._guarded():
            problem = "" if len(row) == width else "wrong_number_of_columns"
            yield Record(line, row, problem)
            line = reader.line_num + 1

    def _guarded(self) -> Iterator[list[str]]:
        try:
            yield from filter(None, self._reader)
        except csv.Error as error:
            hint = "is a quotation mark not closed?" if "limit" in str(error) else ""
            message = f"the CSV cannot be read: {error}; {hint}".rstrip("; ")
            raise ImportFileError(message, line=self._reader.line_num) from None


class JsonSource:
    """The objects of one array, however large."""

    def __init__(self, text: TextIO, profile: Profile) -> None:
        self.columns: list[str] = []
        self._stream = ArrayStream(text, profile.records)

    def skip(self, count: int) -> None:
        for _ in islice(self._stream, count):
            pass

    def records(self) -> Iterator[Record]:
        for line, value in self._stream:
            yield json_record(line, value)


class JsonLinesSource:
    """One object a line; a broken line is one rejected record."""

    def __init__(self, text: TextIO, _profile: Profile) -> None:
        self.columns: list[str] = []
        self._lines = ((n, line) for n, line in enumerate(text, 1) if not line.isspace())

    def skip(self, count: int) -> None:
        for _ in islice(self._lines, count):
            pass

    def records(self) -> Iterator[Record]:
        for number, line in self._lines:
            try:
                value = json.loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                yield Record(number, {"text": line.rstrip("\r\n")}, str(error))
            else:
                yield json_record(number, value)


def json_record(line: int, value: object) -> Record:
    if isinstance(value, dict):
        return Record(line, value)
    return Record(line, {"value": value}, f"{type(value).__name__} instead of an object")


def open_source(path: Path, profile: Profile) -> tuple[OpenFile, Source]:
    """The file and the stream of its records; *.jsonl is JSON lines whatever the profile says."""
    lines = ".jsonl" in path.suffixes and profile.format == "json"
    kind = "json-lines" if lines else profile.format
    opened = open_text(path, profile.encoding, lines=kind != "json")
    makers: dict[str, type[CsvSource | JsonSource | JsonLinesSource]] = {
        "csv": CsvSource,
        "json": JsonSource,
        "json-lines": JsonLinesSource,
    }
    try:
        with readable():
            return opened, makers[kind](opened.text, profile)
    except BaseException:
        opened.text.close()
        raise
