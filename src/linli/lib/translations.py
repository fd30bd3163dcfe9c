"""Compiles .po files where no msgfmt is installed. Built files lie beside their sources."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def compile_all(root: Path = PACKAGE) -> list[Path]:
    """Compile every .po file that is newer than its .mo; return the files written."""
    written = []
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as file:
                catalogue = read_po(file)
            partial = target.with_suffix(f".{os.getpid()}.part")  # another process may do the same
            with partial.open("wb") as file:
                write_mo(file, catalogue)
            partial.replace(target)
            written.append(target)
    return written
