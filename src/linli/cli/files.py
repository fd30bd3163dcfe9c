"""Whole files that a command is given: read up to a limit, or refused in a sentence."""

from pathlib import Path

from linli.cli.output import fail

LIST = 20_000_000  # bytes: tables of an office
DOCUMENT = 1_000_000  # texts that a person writes: definitions, notices, keys


def content_of(file: Path, *, limit: int = LIST) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(limit + 1)
    except OSError as problem:
        raise fail(f"{file} cannot be read: {problem.strerror}.") from problem
    if len(content) > limit:
        raise fail(f"{file} is too large: at most {limit // 1_000_000} MB are read.")
    return content


def text_of(file: Path) -> str:
    """A document, in UTF-8 as programs write it or in GB18030 as offices do."""
    from linli.lib.errors import InputError
    from linli.lib.tables_sources import decode_text

    try:
        return decode_text(content_of(file, limit=DOCUMENT))
    except InputError as problem:
        raise fail(f"{file} is no text in UTF-8 or GB18030.") from problem
