"""The heads of the chain outside the database: whoever rewrites it cannot reach this file.

One JSON line a seal. Copying the file away from the machine makes the proof independent of it.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Anchor:
    county: str
    number: int
    head: str
    sealed_at: str


def anchor_file(home: Path) -> Path:
    return home / "audit" / "anchors.jsonl"


def append(file: Path, anchor: Anchor) -> None:
    """Add one line, durable on return; several processes may do so at once."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps(asdict(anchor)) + "\n"
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read(file: Path) -> Iterator[Anchor | int]:
    """Every anchor, or the number of the line that cannot be read."""
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                anchor = Anchor(**json.loads(line))
            except (TypeError, ValueError):
                yield number
            else:
                yield anchor if _is_sound(anchor) else number


def _is_sound(anchor: Anchor) -> bool:
    """JSON knows no types of ours, and a hand may have written the line."""
    words = (anchor.county, anchor.head, anchor.sealed_at)
    return type(anchor.number) is int and all(isinstance(word, str) for word in words)


def counties(file: Path) -> set[str]:
    """Whose seals were ever anchored: also a county that has gone from the database."""
    return {anchor.county for anchor in read(file) if isinstance(anchor, Anchor)}
