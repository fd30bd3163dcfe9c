"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_atomically(path: Path, chunks: Iterable[bytes]) -> int:
    """Write a file with mode 0600, durable before it gets its name; the number of bytes."""
    size = 0
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # mkstemp: mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_directory(path.parent)
    return size


def sync_directory(directory: Path) -> None:
    """Make a rename or removal in the directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
