import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen

import psycopg
import pytest

from linli.database.server import Address, Supervisor, running
from linli.database.server.processes import alive, cluster_name, every, wait

Another = Callable[[Path], "AbstractContextManager[Popen[str]]"]
pytestmark = pytest.mark.slow
# seconds; more on a machine that has more to run than it has processors
BACK = 3.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def data_of(home: Path) -> Path:
    return home / "database/data"


def kill_postgres(home: Path) -> int:
    found = alive(data_of(home))
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    return found.pid


def connects(address: Address) -> bool:
    try:
        with psycopg.connect(address.dsn("app")) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_a_killed_postgres_is_back_at_the_same_address_and_lost_nothing(home: Path) -> None:
    said: list[str] = []
    with running(home, say=said.append) as address:
        acknowledged = 0
        with psycopg.connect(address.dsn("owner"), autocommit=True) as connection:
            connection.execute("CREATE TABLE written (number int)")
            for number in range(200):
                connection.execute("INSERT INTO written VALUES (%s)", [number])
                acknowledged += 1
            old = kill_postgres(home)
            begin = time.monotonic()
        assert wait(lambda: not connects(address), 1) or alive(data_of(home)).pid != old
        assert wait(lambda: connects(address), BACK)
        assert time.monotonic() - begin < BACK
        with psycopg.connect(address.dsn("app")) as connection:
            assert connection.execute("SELECT count(*) FROM written").fetchone() == (acknowledged,)
    assert any("has died" in text for text in said)
    assert not any(every(cluster_name(data_of(home))))


def test_a_postgres_killed_within_a_long_statement_is_back_too(home: Path) -> None:
    with running(home) as address:
        busy = psycopg.connect(address.dsn("owner"))
        # computing, not waiting: such a process does not notice that its postmaster is gone
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 4000000000) AS n")
        time.sleep(0.2)
        kill_postgres(home)
        begin = time.monotonic()
        assert wait(lambda: connects(address), BACK)
        assert time.monotonic() - begin < BACK
        busy.close()


def test_a_postgres_stopped_by_somebody_else_is_back_at_the_same_address(home: Path) -> None:
    with running(home) as address:
        found = alive(data_of(home))
        os.kill(found.pid, signal.SIGINT)
        assert wait(lambda: alive(data_of(home)) != found, BACK)
        assert wait(lambda: connects(address), BACK)


def test_the_server_of_a_killed_holder_is_adopted_by_the_next_start(
    home: Path, another: Another
) -> None:
    said: list[str] = []
    with another(home) as process:
        before = alive(data_of(home))
        process.kill()
        process.wait(5)
    assert alive(data_of(home)) == before
    begin = time.monotonic()
    with running(home, say=said.append) as address:
        assert connects(address)
        assert time.monotonic() - begin < BACK
        assert alive(data_of(home)) == before
    assert any("Adopted" in text for text in said)
    assert alive(data_of(home)) is None


def test_when_holder_and_postgres_are_both_killed_the_next_start_recovers(
    home: Path, another: Another
) -> None:
    with another(home) as process:
        process.kill()
        kill_postgres(home)
        process.wait(5)
    with running(home) as address:
        assert connects(address)


def test_after_a_killed_holder_an_attached_process_watches_over_the_server(
    home: Path, another: Another
) -> None:
    with another(home) as process, running(home) as address:
        process.kill()
        process.wait(5)
        time.sleep(0.3)
        kill_postgres(home)
        assert wait(lambda: alive(data_of(home)) is None, 1)
        assert wait(lambda: connects(address), BACK)


def test_an_adopted_server_is_brought_back_too(home: Path, another: Another) -> None:
    with another(home) as process:
        process.kill()
        process.wait(5)
    supervisor = Supervisor(home)
    address = supervisor.start()
    try:
        kill_postgres(home)
        assert wait(lambda: alive(data_of(home)) is None, 1)
        assert wait(lambda: connects(address), BACK)
    finally:
        supervisor.stop()


def test_a_stale_pid_file_of_a_living_stranger_does_not_prevent_a_start(home: Path) -> None:
    stale = data_of(home) / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{data_of(home)}\n1\n5432\n/tmp/gone\n\n 1 1\nready\n")
    with running(home) as address:
        assert connects(address)


def test_a_forked_child_neither_keeps_nor_ends_the_server(home: Path) -> None:
    supervisor = Supervisor(home)
    address = supervisor.start()
    child = os.fork()
    if child == 0:
        supervisor.stop()
        time.sleep(5)
        os._exit(0)
    try:
        time.sleep(0.2)
        assert connects(address)
    finally:
        supervisor.stop()
        assert alive(data_of(home)) is None
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
