import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen

import psycopg
import pytest

from linli.database.server import Address, HeldError, Supervisor, holder, prepare, running
from linli.database.server.processes import alive, cluster_name, every

Another = Callable[[Path], "AbstractContextManager[Popen[str]]"]


def answers(address: Address) -> bool:
    with psycopg.connect(address.dsn("app")) as connection:
        return connection.execute("SELECT current_user").fetchone() == ("linli_app",)


def nothing_runs(home: Path) -> bool:
    return not any(every(cluster_name(home / "database/data")))


def test_an_empty_home_gets_a_server_that_ends_with_its_only_user(
    kind: str, tmp_path: Path
) -> None:
    with running(tmp_path) as address:
        assert answers(address)
        assert Path(address.host).stat().st_mode & 0o077 == 0
    assert nothing_runs(tmp_path)
    assert not Path(address.host).exists()


def test_a_first_start_cut_short_is_begun_again(kind: str, tmp_path: Path) -> None:
    remains = tmp_path / "database/data.new/base"
    remains.mkdir(parents=True)
    with running(tmp_path) as address:
        assert answers(address)


def test_what_was_written_is_there_after_a_restart(home: Path) -> None:
    with running(home) as address, psycopg.connect(address.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    with running(home) as address, psycopg.connect(address.dsn("app")) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)


def test_text_is_utf8_and_sorts_by_code_point(home: Path) -> None:
    with running(home) as address, psycopg.connect(address.dsn("app")) as connection:
        found = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    assert found == ("UTF8", "C.UTF-8", "C.UTF-8")


@pytest.mark.parametrize(
    ("setting", "value"),
    [("listen_addresses", ""), ("jit", "off"), ("synchronous_commit", "on"), ("fsync", "on")],
)
def test_settings_keep_what_is_acknowledged_and_open_no_port(
    running_address: Address, setting: str, value: str
) -> None:
    with psycopg.connect(running_address.dsn("app")) as connection:
        found = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert found == (value,)


@pytest.fixture(scope="module")
def running_address(templates: Callable[[str], Path]) -> Address:
    with running(templates("embedded")) as address:
        yield address


def test_the_passwords_are_readable_for_their_owner_only(home: Path) -> None:
    for name in ("passwords.json", "postgres.log"):
        assert (home / "database" / name).stat().st_mode & 0o777 == 0o600


def test_a_wrong_password_is_refused(home: Path) -> None:
    with running(home) as address:
        wrong = address.params("app") | {"password": address.passwords["owner"]}
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**wrong)


def test_a_command_beside_a_server_uses_it_and_leaves_it_running(
    home: Path, another: Another
) -> None:
    said: list[str] = []
    with another(home) as process:
        before = alive(home / "database/data")
        with running(home, say=said.append) as address:
            assert answers(address)
        assert alive(home / "database/data") == before
        assert any(f"pid {process.pid}" in text for text in said)
    assert nothing_runs(home)


def test_who_started_the_server_may_leave_before_the_others(home: Path, another: Another) -> None:
    with another(home) as first, running(home) as address:
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 128 + signal.SIGTERM
        assert answers(address)
    assert nothing_runs(home)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_server_with_its_only_user(
    home: Path, another: Another, number: signal.Signals
) -> None:
    with another(home) as process:
        process.send_signal(number)
        process.wait(10)
        assert nothing_runs(home)


def test_a_second_start_says_who_holds_the_data(home: Path, another: Another) -> None:
    with another(home) as process:
        with pytest.raises(HeldError) as caught:
            Supervisor(home).start()
        assert f"pid {process.pid}" in str(caught.value)
        assert "`-c " in str(caught.value)
        assert "since 20" in str(caught.value)
        found = holder(home)
        assert found is not None
        assert found.pid == process.pid
    assert holder(home) is None


def test_two_first_starts_at_once_share_one_server(kind: str, tmp_path: Path) -> None:
    both = threading.Barrier(2)
    pids = []

    def use() -> None:
        with running(tmp_path) as address:
            both.wait(20)
            with psycopg.connect(address.dsn("app")) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            pids.append(alive(tmp_path / "database/data"))
            both.wait(20)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 2
    assert pids[0] == pids[1]
    assert nothing_runs(tmp_path)


def test_another_database_on_the_same_server_has_the_same_roles(home: Path) -> None:
    with running(home) as address:
        prepare(home, "second")
        with psycopg.connect(address.dsn("owner", "second")) as connection:
            connection.execute("CREATE TABLE here (id int)")
        with psycopg.connect(address.database("second").dsn("app")) as connection:
            connection.execute("INSERT INTO here VALUES (1)")


def test_a_started_server_is_quickly_there(home: Path) -> None:
    begin = time.monotonic()
    with running(home):
        assert time.monotonic() - begin < 3
