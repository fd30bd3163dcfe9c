"""One data folder: made, started, stopped. Knows nothing of who else uses it."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from linli.database.server import processes
from linli.database.server.account import Account, choose
from linli.database.server.binaries import Binaries, find_binaries, readable
from linli.database.server.errors import ServerError
from linli.database.server.processes import Postmaster

PORT = 5432  # only part of the socket's name
LONGEST = 900  # PostgreSQL keeps paths in 1,024 bytes
LOG_LIMIT = 20 * 1024 * 1024
PATIENCE = 900.0  # seconds; recovery after a crash of a large database
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
SETTINGS = """
# --- linli: edit freely, these are only written once -----------------------------------
listen_addresses = ''                   # Unix socket only; name addresses to open TCP
max_connections = 60
shared_buffers = {buffers}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
synchronous_commit = on                 # what is acknowledged is on disk
max_wal_size = 2GB
wal_compression = off                   # packing cost a fifth of the CPU here, after a checkpoint
recovery_init_sync_method = syncfs      # back after a crash without syncing files one by one
jit = off                               # compiling costs more than these short queries take
max_locks_per_transaction = 256         # timeline and audit are partitioned by month
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
log_min_duration_statement = 2s
log_checkpoints = off
password_encryption = 'scram-sha-256'
"""
SETTINGS_18 = """
io_method = sync                        # many small reads: handing them to others costs more
"""
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


class Cluster:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.data = folder / "data"
        self.log = folder / "postgres.log"
        self._socket = folder / "socket"
        self._account: Account | None = None
        self._binaries: Binaries | None = None

    @property
    def account(self) -> Account:
        self._account = self._account or choose(self.data)
        return self._account

    @property
    def binaries(self) -> Binaries:
        if self._binaries is None:
            self._binaries = readable(find_binaries(self.version), self.account)
        return self._binaries

    @property
    def version(self) -> int | None:
        """The major version that wrote the data."""
        path = self.data / "PG_VERSION"
        if not path.exists():
            return None
        try:
            return int(path.read_text())
        except ValueError as error:
            raise ServerError(
                f"{path} is damaged: restore the last backup into a new, empty home."
            ) from error

    def alive(self) -> Postmaster | None:
        return processes.alive(self.data) if self.version else None

    def settled(self) -> Postmaster | None:
        """The running server once it takes connections; None when there is none."""

        def known() -> bool:
            found = self.alive()
            return found is None or found.ready

        processes.wait(known, PATIENCE)
        return self.alive()

    def initialise(self, password: str) -> None:
        """Makes the data folder beside its place and moves it there when it is complete."""
        unfinished = self._folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.account.give(unfinished)
        with self._named(unfinished) as (name, handles), self._pwfile(password) as pwfile:
            self._initdb(name, handles, pwfile)
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write(settings_for(self.binaries.version, usable_memory()))
        unfinished.rename(self.data)

    def _initdb(self, name: str, handles: tuple[int, ...], pwfile: Path) -> None:
        command = [
            *(str(self.binaries.tool("initdb")), "-D", name, "--username=postgres"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={pwfile}"),
        ]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            pass_fds=handles,
            cwd="/",
            env=ENVIRONMENT,
            **self.account.identity(),
        )
        if done.returncode:
            raise ServerError(
                f"The data folder {self.data} could not be made by {self.binaries.tool('initdb')}: "
                f"{done.stderr.strip()[-600:]}"
            )

    @contextmanager
    def _pwfile(self, password: str) -> Iterator[Path]:
        place = self.short_folder()
        path = place / "pw"
        path.touch(mode=0o600)
        path.write_text(password)
        self.account.give(path)
        try:
            yield path
        finally:
            shutil.rmtree(place)

    @contextmanager
    def _named(self, data: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
        """A name of `data` for the server: its path or an open handle.

        The handle serves a path that is too long, or that leads through a folder which is
        closed to the account, as /root is.
        """
        if len(os.fsencode(data)) <= LONGEST and self.account.reaches(data):
            yield str(data), ()
            return
        handle = os.open(data, os.O_PATH | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{handle}", (handle,)
        finally:
            os.close(handle)

    def short_folder(self, prefix: str = "linli-") -> Path:
        """For the socket, whose whole path may have 107 bytes."""
        base = "/run" if self.account.drops and os.access("/run", os.W_OK) else "/tmp"  # noqa: S108 - mkdtemp: private, unguessable
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
        self.account.give(folder)
        return folder

    def socket_folder(self) -> Path:
        """The one used last, while it is still ours, so that other processes find the server.

        Its name tells whose it is: a copied home must not take over the original's.
        """
        mark = hashlib.sha256(processes.cluster_name(self.data).encode()).hexdigest()[:8]
        with suppress(OSError):
            last = Path(self._socket.read_text())
            info = last.lstat()
            ours = stat.S_ISDIR(info.st_mode) and info.st_uid == self.account.uid
            if ours and last.name.startswith(f"linli-{mark}-"):
                return last
        fresh = self.short_folder(f"linli-{mark}-")
        self._socket.write_text(str(fresh))
        return fresh

    def forget_socket(self) -> None:
        shutil.rmtree(self.socket_folder(), ignore_errors=True)
        self._socket.unlink(missing_ok=True)

    def launch(self) -> "subprocess.Popen[bytes]":
        """Starts postgres as a child of this process and returns when it takes connections."""
        folder = self.socket_folder()
        processes.clear(self.data)
        for stale in folder.iterdir():
            stale.unlink()
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self._named(self.data) as (name, handles), _appending(self.log) as log:
            begin = log.tell()
            child = self._spawn(
                [*self._command(name), f"--unix_socket_directories={folder}"], handles, log.fileno()
            )
        try:
            self._await_ready(child, begin)
        except BaseException:
            child.send_signal(signal.SIGQUIT)
            child.wait()
            raise
        return child

    def _command(self, name: str) -> list[str]:
        mark = processes.cluster_name(self.data)
        return [
            str(self.binaries.tool("postgres")),
            "-D",
            name,
            f"--port={PORT}",
            f"--cluster_name={mark}",
        ]

    def _spawn(
        self, command: list[str], handles: tuple[int, ...], log: int
    ) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=handles,
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            start_new_session=True,  # Ctrl-C is for us; we stop the server after its users
            **self.account.identity(),
        )

    def _await_ready(self, child: "subprocess.Popen[bytes]", begin: int) -> None:
        def settled() -> bool:
            found = processes.recorded(self.data)
            ready = found is not None and found.pid == child.pid and found.ready
            return ready or child.poll() is not None

        if not processes.wait(settled, PATIENCE) or child.returncode is not None:
            with self.log.open("rb") as file:
                file.seek(begin)
                said = file.read().decode(errors="replace").strip()[-800:]
            raise ServerError(f"PostgreSQL did not start; {self.log} says: {said}")

    def stop(self, found: Postmaster, reap: Callable[[], object]) -> None:
        """Fast shutdown, then a harder one; `reap` collects it when it is our child."""

        def gone() -> bool:
            reap()
            return not processes.is_of(found.pid, mark)

        mark = processes.cluster_name(self.data)
        for number, seconds in (
            (signal.SIGINT, 60.0),
            (signal.SIGQUIT, 10.0),
            (signal.SIGKILL, 5.0),
        ):
            processes.send(found.pid, number)
            if processes.wait(gone, seconds):
                break


def _appending(path: Path) -> BinaryIO:
    """The log may hold statements: nobody else reads it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def settings_for(version: int, memory: int) -> str:
    """What a new data folder gets on a machine with so many MB."""
    buffers = min(max(memory // 8, 64), 4096)
    text = SETTINGS.format(buffers=buffers, cache=max(memory // 2, 128))
    return text + SETTINGS_18 if version >= 18 else text


def usable_memory() -> int:
    """MB that this machine has, or its container may use."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    limit = CONTAINER_LIMIT.read_text().strip() if CONTAINER_LIMIT.exists() else "max"
    return min(physical, int(limit) // 2**20) if limit.isdigit() else physical
