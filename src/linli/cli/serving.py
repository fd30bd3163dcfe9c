"""Starts the web server and the job worker as children, and stops them all together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from linli.cli.output import fail, say
from linli.cli.place import Place

GRACE = 7.0  # seconds between asking a child to stop and making it
OPENING = 60.0  # seconds that the web server may take to listen
LOOK = 0.1
OURS_ALONE = frozenset({"LINLI_OWNER_PASSWORD", "LINLI_BACKUP_PASSWORD"})

Child = subprocess.Popen[bytes]


class Service:
    """The children of one `linli serve`; `start`, `watch`, `stop`."""

    def __init__(self, place: Place, environment: Mapping[str, str]) -> None:
        self._place = place
        self._environment = environment
        self._stopping = threading.Event()
        self._children: list[Child] = []  # the web server, then the worker

    def start(self, *, host: str, port: int, workers: int) -> None:
        """Returns when the web server listens. The worker begins after it: nobody waits for it."""
        self._children.append(self._spawn(_web(host, port, workers)))
        self._note(port=port)
        end = time.monotonic() + OPENING
        while not self._place.listens(host, port):
            if self._children[0].poll() is not None or time.monotonic() > end:
                raise fail("The web server did not start; its message stands above.")
            time.sleep(LOOK / 2)
        self._children.append(self._spawn(_worker()))
        self._note()

    def watch(self) -> None:
        """Until a signal comes. A dead worker is replaced; without a web server we end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())
        while not self._stopping.wait(LOOK):
            if self._children[0].poll() is not None:
                raise fail("The web server ended by itself; its message stands above.")
            if self._children[1].poll() is not None:
                say("The worker ended by itself; starting another.")
                self._stopping.wait(1)
                self._children[1] = self._spawn(_worker())
                self._note()
        say("Stopping.")

    def stop(self) -> None:
        end_groups(self._children)
        self._children = []
        self._note()

    def _note(self, **values: Any) -> None:
        self._place.note(groups=[child.pid for child in self._children], **values)

    def _spawn(self, command: Sequence[str]) -> Child:
        # a session of its own: Ctrl-C reaches us only, and we stop the children in order
        launcher = [sys.executable, "-m", "linli.cli.child", str(os.getpid())]
        return subprocess.Popen(
            [*launcher, *command], env=self._environment, start_new_session=True, cwd="/"
        )


def child_environment(address: Any) -> dict[str, str]:
    """Children work as the role `app` and know no other password."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
    return kept | {"DATABASE_URL": address.dsn("app")}


def end_groups(children: Sequence[Child]) -> None:
    """Ask every child's whole group to end, then make it."""
    for child in children:
        _signal_group(child.pid, signal.SIGTERM)
    end = time.monotonic() + GRACE
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, end - time.monotonic()))
        _signal_group(child.pid, signal.SIGKILL)
        child.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _web(host: str, port: int, workers: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "4", "--backpressure", "64", "--log-level", "warning"),
        *("--workers-kill-timeout", "5", "--respawn-failed-workers"),
        "linli.config.wsgi:application",
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "linli.cli.main", "worker"]
