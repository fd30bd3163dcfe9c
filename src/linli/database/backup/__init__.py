"""Encrypted, verified backups of one installation: its database and the files beside it."""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from linli.database.backup import dumping, files
from linli.database.backup.errors import (
    BackupError,
    DamagedError,
    NotEmptyError,
    WrongKeyError,
)
from linli.database.backup.sealing import Header, Kind, Reader, Writer
from linli.database.server import Address
from linli.lib.atomic_files import sync_directory

__all__ = [
    "BackupError",
    "DamagedError",
    "Header",
    "NotEmptyError",
    "WrongKeyError",
    "backup",
    "restore",
    "verify",
]
NO_FILES: Mapping[str, Path] = MappingProxyType({})
Say = Callable[[str], None]


def _silent(_text: str) -> None:
    pass


def backup(
    address: Address,
    out: Path,
    key: bytes,
    *,
    also: Mapping[str, Path] = NO_FILES,
    say: Say = _silent,
) -> Header:
    """Seals the database and the files and folders of `also` (by name) into the new file `out`.

    `key` has 32 bytes. The file gets its name when it is complete and was read back.
    """
    if out.exists():
        raise BackupError(f"{out} exists: choose another name.")
    if not out.parent.is_dir():
        raise BackupError(f"There is no folder {out.parent}: make it, or choose another.")
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=".new-")  # mode 0600
    try:
        with os.fdopen(handle, "w+b") as file:
            writer = Writer(file, key, address.version)
            # an anchor of a seal made meanwhile would tell the restored log that it was cut off
            grown_from = files.lengths(also)
            # files after the database: one that is referred to was written before its row
            for chunk in dumping.dump(address):
                writer.write(Kind.DATABASE, chunk)
            count = files.pack(also, lambda data: writer.write(Kind.FILES, data), grown_from)
            writer.end()
            file.flush()
            os.fsync(file.fileno())
            size = Reader(file, key).verify()
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_directory(out.parent)
    say(f"Backed up the database and {count} files: {size / 1e6:.1f} MB in {out}.")
    return writer.header


def verify(path: Path, key: bytes) -> Header:
    """Reads a whole backup; raises WrongKeyError or DamagedError."""
    with path.open("rb") as file:
        reader = Reader(file, key)
        reader.verify()
    return reader.header


def restore(
    path: Path,
    address: Address,
    key: bytes,
    *,
    also: Mapping[str, Path] = NO_FILES,
    say: Say = _silent,
) -> Header:
    """Brings a backup back into an empty database with its roles made, and into free `also` places.

    The whole file is verified before anything is touched; what fails later leaves nothing behind.
    """
    with path.open("rb") as file:
        reader = Reader(file, key)
        reader.verify()
        if reader.header.postgres > address.version:
            raise BackupError(
                f"The backup comes from PostgreSQL {reader.header.postgres}, this server is "
                f"{address.version}: restore into version {reader.header.postgres} or later."
            )
        dumping.refuse_unless_empty(address)
        files.refuse_unless_free(also)
        with files.Unpacked(also) as unpacked:
            count = unpacked.unpack(reader.contents(Kind.FILES))
            dumping.load(address, reader.contents(Kind.DATABASE))
            unpacked.keep()
    say(f"Restored the database and {count} files of {reader.header.created_at}.")
    return reader.header
