"""The processes of one data folder, recognised by the cluster name in their title.

/proc/PID/cmdline is readable for everybody, also in containers where /proc/PID/cwd is not.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
READY = "ready"


@dataclass(frozen=True)
class Postmaster:
    pid: int
    socket_folder: Path
    port: int
    status: str

    @property
    def ready(self) -> bool:
        return self.status == READY


def cluster_name(data: Path) -> str:
    """Stays the same when a parent folder is renamed."""
    info = data.stat()
    return f"linli-{info.st_dev:x}-{info.st_ino:x}"


def recorded(data: Path) -> Postmaster | None:
    """What postmaster.pid says, whether or not that process still lives."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        status = lines[7].strip() if len(lines) > 7 else "starting"
        return Postmaster(int(lines[0]), Path(lines[4]), int(lines[3]), status)
    except (OSError, ValueError, IndexError):
        return None  # absent, or just being written


def alive(data: Path) -> Postmaster | None:
    """The postmaster that serves `data` now."""
    found = recorded(data)
    return found if found and is_of(found.pid, cluster_name(data)) else None


def is_of(pid: int, name: str) -> bool:
    """A process that ended, also one that nobody has waited for, has no command line."""
    try:
        line = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
    # as the postmaster's argument and in its children's titles; never a part of a longer name
    return f"={name}\0".encode() in line or f" {name}: ".encode() in line


def every(name: str) -> Iterator[int]:
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and is_of(int(entry.name), name):
            yield int(entry.name)


def clear(data: Path) -> None:
    """Ends what a killed postmaster left; its successor refuses to start beside them.

    Idle ones end by themselves at once, those within a statement do not. Recovery repeats
    whatever was committed, so nothing acknowledged is lost.
    """
    name = cluster_name(data)
    wait(lambda: not any(every(name)), 0.3)
    for pid in every(name):
        send(pid, signal.SIGKILL)
    wait(lambda: not any(every(name)), 5)
    # after a restart of the machine its number may belong to somebody else
    (data / "postmaster.pid").unlink(missing_ok=True)


def send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def wait(reached: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
