"""Keeps one PostgreSQL running for all the processes that use one home.

The first process to come starts the server and watches over it; others attach; the last one to
leave stops it. When the watching process goes away, also by kill -9, another takes its place.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import psycopg

from linli.database.roles import bootstrap
from linli.database.server import passwords
from linli.database.server.address import Address
from linli.database.server.cluster import Cluster
from linli.database.server.errors import HeldError, ServerError
from linli.database.server.locks import Holder, Locks
from linli.database.server.processes import Postmaster

DBNAME = "linli"
LOOK = 0.1  # seconds between two looks at the server
JOINING = 15.0  # seconds that a newcomer waits for the holder to bring the server back

Say = Callable[[str], None]
_left_running: list["subprocess.Popen[bytes]"] = []  # children that others still use


def _silent(_text: str) -> None:
    pass


class Supervisor:
    """`start`, `stop`, `address`; thread-safe in so far as one thread starts and stops."""

    def __init__(self, home: Path, *, say: Say = _silent) -> None:
        self._folder = home.absolute() / "database"
        self._say = say
        self._cluster = Cluster(self._folder)
        self._child: subprocess.Popen[bytes] | None = None
        self._address: Address | None = None
        self._stopping = threading.Event()
        self._watch: threading.Thread | None = None
        self._pid = os.getpid()

    @property
    def address(self) -> Address:
        if self._address is None:
            raise ServerError("The database server has not been started.")
        return self._address

    def start(self, *, attach: bool = False) -> Address:
        """Starts the server or adopts a running one that lost its holder.

        While another process holds the data, attaches to its server if `attach`, else raises
        HeldError that says who it is.
        """
        _make_private(self._folder)
        self._locks = Locks(self._folder)
        end = time.monotonic() + JOINING
        while not self._enter(attach=attach):
            if time.monotonic() > end:
                raise HeldError(
                    f"{self._folder} is held by {self._locks.holder()}, whose server does not "
                    f"answer: stop that process, or read {self._cluster.log}."
                )
            time.sleep(LOOK)
        self._watch = threading.Thread(target=self._watch_over, name="database", daemon=True)
        self._watch.start()
        return self.address

    def _enter(self, *, attach: bool) -> bool:
        with self._locks.deciding():
            holding = self._locks.hold()
            if not holding and not attach:
                raise HeldError(
                    f"{self._folder} is held by {self._locks.holder()}: "
                    "stop that process first, or give another home."
                )
            try:
                self._locks.join()
                found = self._begin() if holding else self._cluster.alive()
            except BaseException:
                self._locks.release()
                raise
            if found is None or not found.ready:
                self._locks.release()
                return False
            self._address = self._address_of(found)
        if not holding:
            self._say(f"Using the database server of {self._locks.holder()}.")
        return True

    def _begin(self) -> Postmaster | None:
        if found := self._cluster.settled():
            self._say(f"Adopted the database server that was left running (pid {found.pid}).")
            prepare(self._folder.parent, DBNAME)
            return found
        secrets = self._folder / "passwords.json"
        if self._cluster.version is None:
            known = passwords.make(secrets)
            self._say(f"Creating the database with PostgreSQL {self._cluster.binaries.version}.")
            self._cluster.initialise(known[passwords.SUPERUSER])
        else:
            passwords.load(secrets)
            passwords.make(secrets)
        try:
            self._child = self._cluster.launch()
            prepare(self._folder.parent, DBNAME)
        except BaseException:
            self._end()
            raise
        return self._cluster.alive()

    def _address_of(self, found: Postmaster) -> Address:
        known = passwords.load(self._folder / "passwords.json")
        del known[passwords.SUPERUSER]
        version = self._cluster.version or 0
        return Address(str(found.socket_folder), found.port, DBNAME, known, version)

    def _watch_over(self) -> None:
        while not self._stopping.wait(LOOK):
            if not self._locks.hold():
                continue
            if self._child:
                self._child.poll()
            if self._cluster.alive() is None:
                self._bring_back()

    def _bring_back(self) -> None:
        self._say("The database server has died; starting it again.")
        begin = time.monotonic()
        try:
            if self._child:
                self._child.wait(JOINING)
            self._child = self._cluster.launch()
        except (ServerError, OSError, subprocess.TimeoutExpired) as error:
            self._say(str(error))
            self._stopping.wait(1)
            return
        self._say(f"The database server is back after {time.monotonic() - begin:.1f} s.")

    def stop(self) -> None:
        """Leaves; stops the server when nobody else uses it. Does nothing in a forked child."""
        if self._watch is None or os.getpid() != self._pid:
            return
        self._stopping.set()
        self._watch.join()
        self._watch = None
        with self._locks.deciding():
            try:
                self._leave()
            finally:
                self._locks.release()

    def _leave(self) -> None:
        if self._locks.leave():
            self._end()
        elif self._child:
            _left_running.append(self._child)
            self._say("The database server goes on for the processes that still use it.")

    def _end(self) -> None:
        reap = self._child.poll if self._child else lambda: None
        if found := self._cluster.alive():
            self._cluster.stop(found, reap)
        if self._child:
            self._child.wait(JOINING)
        self._cluster.forget_socket()


def prepare(home: Path, dbname: str) -> None:
    """Makes database `dbname` on the running server of `home`, with all roles and grants."""
    folder = home.absolute() / "database"
    found = Cluster(folder).alive()
    if found is None:
        raise ServerError(f"No database server runs for {home}: start `linli serve`.")
    known = passwords.load(folder / "passwords.json")
    superuser = known.pop(passwords.SUPERUSER)
    with psycopg.connect(
        host=str(found.socket_folder),
        port=found.port,
        user="postgres",
        password=superuser,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        bootstrap(connection, dbname, known)


def holder(home: Path) -> Holder | None:
    """The process that holds the data of `home` now."""
    folder = home.absolute() / "database"
    return Locks(folder).held_by() if folder.exists() else None


@contextmanager
def running(home: Path, *, say: Say = _silent) -> Iterator[Address]:
    """Attaches to the running server of this home, or starts one for as long as it is needed."""
    supervisor = Supervisor(home, say=say)
    with _ends_orderly():
        supervisor.start(attach=True)
        try:
            yield supervisor.address
        finally:
            supervisor.stop()


@contextmanager
def _ends_orderly() -> Iterator[None]:
    """SIGTERM and a closed terminal unwind like Ctrl-C, unless the program handles them itself."""

    def unwind(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = (signal.SIGTERM, signal.SIGHUP)
    ours = [number for number in wanted if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, unwind)
    try:
        yield
    finally:
        for number in ours:
            if signal.getsignal(number) is unwind:
                signal.signal(number, signal.SIG_DFL)


def _make_private(folder: Path) -> None:
    """Passable for the server's account, listable for us only."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
    except PermissionError as error:
        raise ServerError(
            f"{folder} cannot be used ({error}): run linli as the account that owns it, "
            "or name another home with LINLI_HOME."
        ) from error
    with suppress(OSError):
        folder.chmod(0o711)
