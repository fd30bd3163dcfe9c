"""Keys of one installation, in a file outside the database: JSON, mode 0600, never logged."""

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linli.lib.atomic_files import write_atomically

KEY_ID_BYTES = 8
_SECRET_BYTES = 32
_FORMAT = 1


class KeyringError(Exception):
    """The keyring file is absent, unsafe or unreadable, or lacks a key; the text says the cure."""


@dataclass(frozen=True)
class Key:
    """One random secret for one purpose; ciphers use a key derived from it."""

    id: bytes
    purpose: str
    secret: bytes = field(repr=False)

    @classmethod
    def make(cls, purpose: str) -> Self:
        return cls(secrets.token_bytes(KEY_ID_BYTES), purpose, secrets.token_bytes(_SECRET_BYTES))

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self._derive(b"linli seal 1"))

    def _derive(self, use: bytes) -> bytes:
        info = use + b" " + self.purpose.encode()
        return HKDF(SHA256(), length=32, salt=None, info=info).derive(self.secret)


@dataclass(frozen=True)
class Keyring:
    """Oldest key first; the newest key of a purpose is its active one."""

    keys: tuple[Key, ...] = ()

    def active(self, purpose: str) -> Key:
        return self.of_purpose(purpose)[0]

    def of_purpose(self, purpose: str) -> list[Key]:
        """Every key of a purpose, the active one first; KeyringError if there is none."""
        found = [key for key in reversed(self.keys) if key.purpose == purpose]
        if not found:
            raise KeyringError(f"The keyring has no key for {purpose!r}; restore the keyring file.")
        return found

    def find(self, key_id: bytes, purpose: str) -> Key | None:
        return next((k for k in self.keys if k.id == key_id and k.purpose == purpose), None)

    def rotated(self, *purposes: str) -> Self:
        """A keyring with a new active key for each purpose; the old ones still open."""
        return type(self)((*self.keys, *(Key.make(purpose) for purpose in purposes)))

    def joined(self, other: Self) -> Self:
        """The keys of both; the other's are the active ones, and what ours sealed still opens."""
        taken = {key.id for key in other.keys}
        return type(self)((*(key for key in self.keys if key.id not in taken), *other.keys))

    def save(self, path: Path) -> None:
        keys = [
            {"id": k.id.hex(), "purpose": k.purpose, "secret": k.secret.hex()} for k in self.keys
        ]
        document = {"format": _FORMAT, "keys": keys}
        write_atomically(path, [json.dumps(document, indent=1, ensure_ascii=False).encode()])

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a keyring file; it must belong to this user and be closed to all others."""
        try:
            with path.open("rb") as file:
                _refuse_open_to_others(path, os.fstat(file.fileno()))
                return cls.of(file.read(), path)
        except FileNotFoundError:
            raise KeyringError(f"There is no keyring at {path}; restore it.") from None

    @classmethod
    def of(cls, content: bytes, path: Path) -> Self:
        """What a keyring file holds, wherever it lies."""
        try:
            return cls(tuple(_parse(json.loads(content))))
        except (ValueError, KeyError, TypeError):  # without the cause, which may quote a secret
            raise KeyringError(f"{path} is not a keyring of this version; restore it.") from None


def ensure(path: Path, purposes: Iterable[str]) -> Keyring:
    """The keyring at path, made or completed with a key for each purpose that has none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(path):
        keyring = Keyring.load(path) if path.exists() else Keyring()
        known = {key.purpose for key in keyring.keys}
        missing = [purpose for purpose in dict.fromkeys(purposes) if purpose not in known]
        if missing:
            keyring = keyring.rotated(*missing)
            keyring.save(path)
        return keyring


def take_over(path: Path, content: bytes, source: Path) -> None:
    """Lay the keys of the keyring file `source` beside those at path, which may have none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(path):
        own = Keyring.load(path) if path.exists() else Keyring()
        own.joined(Keyring.of(content, source)).save(path)


def rotate(path: Path, purpose: str) -> Keyring:
    """Give a purpose a new active key; running processes take it up by themselves."""
    with _locked(path):
        keyring = Keyring.load(path)
        keyring.active(purpose)
        keyring = keyring.rotated(purpose)
        keyring.save(path)
        return keyring


class _Installed:
    """The keyring of this process, read again whenever its file is replaced."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._read: tuple[tuple[int, int], Keyring] | None = None

    def use(self, path: Path) -> None:
        self._path, self._read = path, None

    def get(self) -> Keyring:
        if self._path is None:
            raise KeyringError("No keyring was chosen at start: call keyring.install(path).")
        try:
            status = self._path.stat()
        except FileNotFoundError:
            raise KeyringError(f"There is no keyring at {self._path}; restore it.") from None
        seen, read = (status.st_ino, status.st_mtime_ns), self._read
        if read is None or read[0] != seen:
            read = self._read = (seen, Keyring.load(self._path))
        return read[1]


_installed = _Installed()
install = _installed.use
installed = _installed.get


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _refuse_open_to_others(path: Path, status: os.stat_result) -> None:
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyringError(f"{path} can be read by others: chmod 600 {path}")
    if status.st_uid not in {os.geteuid(), 0}:
        raise KeyringError(f"{path} belongs to another user: chown it to the one that runs linli")


def _parse(document: dict[str, Any]) -> Iterator[Key]:
    if document["format"] != _FORMAT:
        raise ValueError
    for entry in document["keys"]:
        key = Key(bytes.fromhex(entry["id"]), entry["purpose"], bytes.fromhex(entry["secret"]))
        if len(key.id) != KEY_ID_BYTES or len(key.secret) != _SECRET_BYTES:
            raise ValueError
        yield key
