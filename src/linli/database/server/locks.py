"""Who holds, who uses and who is just changing the state of a data folder.

Three flock files: `deciding` is held while somebody starts, joins or leaves; `holder` by the one
process that watches over the server; `users` shared by every process that uses it.
The kernel drops them with the process, also after kill -9.
"""

import fcntl
import json
import os
import shlex
import socket
import sys
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from linli.database.server.errors import HeldError

PATIENCE = 120.0  # seconds; a first start or a recovery may be under way


@dataclass(frozen=True)
class Holder:
    pid: int
    command: str
    since: str  # ISO 8601, UTC
    machine: str

    def __str__(self) -> str:
        elsewhere = f" on {self.machine}" if self.machine != socket.gethostname() else ""
        return f"`{self.command}` (pid {self.pid}{elsewhere}, since {self.since})"

    @classmethod
    def me(cls) -> "Holder":
        command = shlex.join([Path(sys.argv[0] or "python").name, *sys.argv[1:]])
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(os.getpid(), command[:200], now, socket.gethostname())


class Locks:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, int] = {}
        _OPEN.add(self)

    @contextmanager
    def deciding(self) -> Iterator[None]:
        end = time.monotonic() + PATIENCE
        while not self._take("deciding", fcntl.LOCK_EX):
            if time.monotonic() > end:
                raise HeldError(f"{self._folder} is being started or stopped by {self.holder()}.")
            time.sleep(0.02)
        try:
            yield
        finally:
            self._drop("deciding")

    def hold(self) -> bool:
        """Become the holder; False when another one is."""
        if "holder" in self._open:
            return True
        if not self._take("holder", fcntl.LOCK_EX):
            return False
        handle = self._open["holder"]
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(vars(Holder.me())).encode(), 0)
        return True

    def holder(self) -> Holder | None:
        """Who holds the folder now, or held it last."""
        try:
            return Holder(**json.loads((self._folder / "holder.lock").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def held_by(self) -> Holder | None:
        """Looks without staying."""
        with self.deciding():
            if self._take("holder", fcntl.LOCK_SH):
                self._drop("holder")
                return None
            return self.holder()

    def join(self) -> None:
        # exclusive only for the moment in which the last user leaves, and then `deciding` is held
        if not self._take("users", fcntl.LOCK_SH):
            raise HeldError(f"{self._folder} is being stopped by {self.holder()}: try again.")

    def leave(self) -> bool:
        """True when nobody else uses the server."""
        self._drop("users")
        last = self._take("users", fcntl.LOCK_EX)
        self._drop("users")
        return last

    def release(self) -> None:
        for name in list(self._open):
            self._drop(name)

    def _take(self, name: str, kind: int) -> bool:
        handle = os.open(self._folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._open[name] = handle
        return True

    def _drop(self, name: str) -> None:
        if (handle := self._open.pop(name, None)) is not None:
            os.close(handle)


_OPEN: weakref.WeakSet[Locks] = weakref.WeakSet()


def _forget_all() -> None:
    """A forked child would otherwise keep the locks of its parent alive."""
    for locks in list(_OPEN):
        locks.release()


os.register_at_fork(after_in_child=_forget_all)
