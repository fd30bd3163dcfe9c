"""One home is served by one `linli serve` at a time; its port and children are noted here."""

import errno
import fcntl
import json
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from linli.cli.output import fail, say

PATIENCE = 10.0  # seconds for the children of a killed predecessor to end by themselves


class Place:
    """The file `serve.lock` of a home. The kernel frees it with the process, also after kill -9."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._file = home / "serve.lock"
        self._handle = -1
        self._noted: dict[str, Any] = {}

    def take(self) -> None:
        """Become the one that serves this home; says who it is where that is somebody else."""
        self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = self.noted(self._file.parent)
            where = f"http://localhost:{other['port']}" if "port" in other else "starting"
            raise fail(
                f"This home is served already: {where} (pid {other.get('pid', '?')}). "
                "Stop that one first, or give another home with LINLI_HOME."
            ) from None
        _clear(self.noted(self._file.parent).get("groups", []))
        self._noted = {}
        self.note(pid=os.getpid())

    def note(self, **values: Any) -> None:
        self._noted |= values
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, json.dumps(self._noted).encode(), 0)

    @classmethod
    def noted(cls, home: Path) -> dict[str, Any]:
        """What the service of a home noted last: pid, port, groups."""
        try:
            found = json.loads((home / "serve.lock").read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    @staticmethod
    def free_port(host: str, port: int) -> int:
        """The first free port from `port` on; said when it is another one."""
        for candidate in range(port, port + 50):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, candidate))
                except OverflowError:  # past the last port
                    break
                except OSError as problem:
                    if problem.errno == errno.EADDRINUSE:
                        continue
                    raise fail(f"{host}:{candidate} cannot be used: {problem.strerror}.") from None
                chosen: int = probe.getsockname()[1]
                if port and chosen != port:
                    say(f"Port {port} is taken: using {chosen}.")
                return chosen
        raise fail(f"No free port between {port} and {port + 49}: choose one with --port.")

    @staticmethod
    def listens(host: str, port: int) -> bool:
        with suppress(OSError), socket.create_connection((host, port), timeout=0.2):
            return True
        return False


def _clear(groups: list[int]) -> None:
    """What a killed predecessor left is on its way out; nothing of it may keep the port."""
    end = time.monotonic() + PATIENCE
    while left := [group for group in groups if _is_ours(group)]:
        if time.monotonic() > end:
            for group in left:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)
            return
        time.sleep(0.05)


def _is_ours(group: int) -> bool:
    """By its command line: the number may belong to somebody else by now."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        with suppress(OSError, ProcessLookupError):
            line = (entry / "cmdline").read_bytes()
            if os.getpgid(int(entry.name)) == group and (b"linli" in line or b"multipr" in line):
                return True
    return False
