"""Cleaned files on disk, under random keys that say nothing about them."""

import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from linli.lib.atomic_files import sync_directory, write_atomically

_KEY = re.compile(r"[0-9a-f]{32}")


class FileStore:
    """Files of mode 0600 in folders of mode 0700, spread by the first two bytes of the key."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, chunks: Iterable[bytes]) -> str:
        """Store a file durably; its key. Delete it if the transaction that names it fails."""
        key = secrets.token_hex(16)
        path = self._path(key)
        self._make_folders(path.parent)
        write_atomically(path, chunks)
        return key

    def open(self, key: str) -> BinaryIO:
        """FileNotFoundError for an unknown key, ValueError for what is no key."""
        return self._path(key).open("rb")

    def size(self, key: str) -> int:
        """Bytes of a file; FileNotFoundError for an unknown key."""
        return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        """Remove a file; it may be gone already."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_directory(path.parent)

    def keys(self) -> Iterator[str]:
        """Every stored key, for backup and for finding files that no row names."""
        return (path.name for path in self._root.glob("??/??/*") if _KEY.fullmatch(path.name))

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Keys of the files that were stored before a moment."""
        for path in self._root.glob("??/??/*"):
            if _KEY.fullmatch(path.name) and path.stat().st_mtime < moment.timestamp():
                yield path.name

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("not a key of the file store")
        return self._root / key[:2] / key[2:4] / key

    def _make_folders(self, folder: Path) -> None:
        for place in (self._root, folder.parent, folder):
            if not place.is_dir():
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_directory(place.parent)
