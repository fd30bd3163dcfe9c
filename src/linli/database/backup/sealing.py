"""The file of a backup: a plain header, then frames sealed with AES-256-GCM.

    "LINLIBK1" | u32 length | header (JSON) | frames: u8 kind, u32 length, ciphertext with tag

The key of a file is derived from the installation's key and a salt, so that a frame's number can
be its nonce. Each frame is bound to the header, its number and its kind: frames can be neither
altered, moved, taken from another file nor left out. The last one says that it is the last.
"""

import json
import secrets
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linli.database.backup.errors import BackupError, DamagedError, WrongKeyError

MAGIC = b"LINLIBK1"
FRAME = struct.Struct(">BI")
LENGTH = struct.Struct(">I")
CHUNK = 1024 * 1024  # bytes of plain text in a frame
TAG = 16
KEY_BYTES = 32
HEADER_LIMIT = 4096


class Kind(IntEnum):
    END = 0
    DATABASE = 1
    FILES = 2


@dataclass(frozen=True)
class Header:
    postgres: int  # major version of server and pg_dump
    created_at: str  # ISO 8601, UTC
    salt: str  # hex
    check: str  # hex; tells a wrong key from a damaged file
    format: int = 1


def _derive(key: bytes, salt: bytes, use: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise BackupError(f"A backup key has {KEY_BYTES} bytes, this one {len(key)}.")
    return HKDF(SHA256(), length=32, salt=salt, info=b"linli backup 1 " + use).derive(key)


class _Seal:
    def __init__(self, key: bytes, salt: bytes, header: bytes) -> None:
        self._cipher = AESGCM(_derive(key, salt, b"frames"))
        self._header = sha256(header).digest()

    def close(self, number: int, kind: int, data: bytes) -> bytes:
        return self._cipher.encrypt(number.to_bytes(12), data, self._bound(number, kind))

    def open(self, number: int, kind: int, data: bytes) -> bytes:
        try:
            return self._cipher.decrypt(number.to_bytes(12), data, self._bound(number, kind))
        except InvalidTag:
            raise _damaged(f"part {number} was altered") from None

    def _bound(self, number: int, kind: int) -> bytes:
        return self._header + number.to_bytes(12) + bytes([kind])


class Writer:
    def __init__(self, file: BinaryIO, key: bytes, postgres: int) -> None:
        salt = secrets.token_bytes(32)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        check = _derive(key, salt, b"check")[:8].hex()
        self.header = Header(postgres, now, salt.hex(), check)
        text = json.dumps(asdict(self.header)).encode()
        self._file = file
        self._seal = _Seal(key, salt, text)
        self._number = 0
        file.write(MAGIC + LENGTH.pack(len(text)) + text)

    def write(self, kind: Kind, data: bytes) -> None:
        """One frame; `data` of at most CHUNK bytes."""
        sealed = self._seal.close(self._number, kind, data)
        self._file.write(FRAME.pack(kind, len(sealed)) + sealed)
        self._number += 1

    def end(self) -> None:
        self.write(Kind.END, b"")


class Reader:
    """Checks the header on creation. `verify` the whole file before acting on any of it."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file = file
        file.seek(0)
        if file.read(len(MAGIC)) != MAGIC:
            raise _damaged("it does not begin like a backup of Linli")
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        if length > HEADER_LIMIT:
            raise _damaged("its header is too long")
        text = self._exactly(length)
        self._begin = file.tell()
        self.header = _parsed(text)
        salt = _unhex(self.header.salt)
        if _derive(key, salt, b"check")[:8].hex() != self.header.check:
            raise WrongKeyError(
                f"The backup of {self.header.created_at} was not sealed with this key: "
                "use the key of the installation that made it."
            )
        self._seal = _Seal(key, salt, text)

    def verify(self) -> int:
        """Opens every frame up to the mark of the end; returns the bytes of content."""
        size = sum(len(data) for data in self.contents(None))
        if self._file.read(1):
            raise _damaged("something follows its end")
        return size

    def contents(self, wanted: Kind | None) -> Iterator[bytes]:
        """The plain text of one kind in order, or of all kinds."""
        self._file.seek(self._begin)
        number = 0
        while True:
            kind, length = FRAME.unpack(self._exactly(FRAME.size))
            if length > CHUNK + TAG:
                raise _damaged(f"part {number} was altered")
            sealed = self._exactly(length)
            if wanted is None or kind in (wanted, Kind.END):
                data = self._seal.open(number, kind, sealed)
                if kind == Kind.END:
                    return
                yield data
            number += 1

    def _exactly(self, length: int) -> bytes:
        data = self._file.read(length)
        if len(data) != length:
            raise _damaged("it is cut off")
        return data


def _parsed(text: bytes) -> Header:
    try:
        header = Header(**json.loads(text))
    except (ValueError, TypeError):
        raise _damaged("its header cannot be read") from None
    if header.format != 1:
        raise BackupError("A newer Linli made this backup: restore it with that version.")
    return header


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except (ValueError, TypeError):
        raise _damaged("its header cannot be read") from None


def _damaged(why: str) -> DamagedError:
    return DamagedError(f"The backup cannot be used, {why}: take another copy of it.")
