"""A served installation loses its database, its parent and its terminal."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.cli.conftest import COUNTY, wait

pytestmark = pytest.mark.slow


@pytest.fixture
def served(installation):
    process = installation.serve(8470)
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _rows(installation) -> set[str]:
    """Ids of all incidents, page by page."""
    found, after = set(), ""
    while True:
        _status, page = installation.ask(f"/api/v1/{COUNTY}/incidents?size=50{after}")
        found |= {row["id"] for row in page["items"]}
        if not page.get("next"):
            return found
        after = f"&after={page['next']}"


class Writers:
    """Report without pause until told to stop, each report again with its key until it is taken."""

    def __init__(self, installation, count: int = 6) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[tuple[int, dict]] = []
        self.moments: list[float] = []
        self._installation, self._on = installation, True
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._on = False
        for thread in self._threads:
            thread.join()

    def first_after(self, moment: float) -> float:
        assert wait(lambda: any(one > moment for one in self.moments), 20), self.refused[-3:]
        return next(one for one in self.moments if one > moment)

    def _write(self, number: int) -> None:
        turn = 0
        while self._on:
            turn += 1
            self._report(f"测试 {number} {turn}", key=f"{number}-{turn}-{id(self)}")

    def _report(self, text: str, *, key: str) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            status, answer = self._installation.report(text, key=key)
            if status == 201:
                self.acknowledged.append(answer["id"])
                self.moments.append(time.monotonic())
                return
            self.refused.append((status, answer))
            time.sleep(0.1)


def _web_worker(installation) -> int:
    """A process of granian that another one of its processes started."""
    web = {number for number, line in installation.processes().items() if "granian" in line}
    return min((number for number in web if _parent(number) in web), default=0)


def _job_worker(installation) -> int:
    lines = installation.processes().items()
    return next((number for number, line in lines if line.rstrip().endswith("main worker")), 0)


def _parent(number: int) -> int:
    try:
        return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
    except FileNotFoundError:
        return 0


def _postmaster(installation) -> int:
    try:
        return installation.postmaster()
    except FileNotFoundError:
        return 0


VICTIMS = (_postmaster, _web_worker, _postmaster, _job_worker)
# seconds; 3 on an idle machine, see docs/operations.md
BACK = 8.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1) / 2)


def test_nothing_acknowledged_is_lost_or_done_twice_whatever_is_killed(installation, served):
    """The database, a web process, the job worker; at last `serve` itself, started again."""
    with Writers(installation) as writers:
        wait(lambda: len(writers.acknowledged) > 30, 30)
        for victim in VICTIMS:
            before = victim(installation)
            os.kill(before, signal.SIGKILL)
            killed = time.monotonic()
            back = writers.first_after(killed + 0.1)
            print(f"{victim.__name__}: first acknowledged {back - killed:.2f} s after the kill")
            assert back - killed < BACK
            assert wait(lambda v=victim, old=before: v(installation) not in {0, old}, 20)
            time.sleep(0.5)
        assert {status for status, _answer in writers.refused} <= {0, 503}
        codes = {answer["code"] for status, answer in writers.refused if status}
        assert codes <= {"database_restarting"}
        killed = time.monotonic()
        served.kill()
        served.wait()
        again = installation.serve(8470)  # as a service manager does
        back = writers.first_after(killed + 0.5)  # what was under way may have come to an end
        print(f"serve: first acknowledged {back - killed:.2f} s after the kill")
        assert back - killed < BACK
    rows = _rows(installation)
    assert sorted(writers.acknowledged) == sorted(rows)
    again.send_signal(signal.SIGINT)
    assert again.wait(20) == 0


def test_counters_and_seals_go_on_after_the_database_was_killed(installation, served):
    os.kill(installation.postmaster(), signal.SIGKILL)
    assert wait(lambda: installation.ask("/readyz")[0] == 200, 10)
    assert installation.report("之后的一件事")[0] == 201

    def sealed() -> bool:
        return '"pending": 0' in installation.command("audit", "verify", "--json").stdout

    assert wait(sealed, 20)


def test_a_taken_port_is_said_and_the_next_one_used(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 8475))
        taken.listen()
        process = installation.serve(8475)
        assert "Port 8475 is taken: using 8476" in installation.said
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_a_second_service_hears_who_holds_the_home_and_ctrl_c_stops_every_process(
    installation, served
):
    second = installation.command("serve", "--port", "8480")
    assert second.returncode == 1
    said = " ".join(second.stderr.split())
    assert f"http://localhost:8470 (pid {served.pid})" in said
    assert len(installation.processes()) > 3
    served.send_signal(signal.SIGINT)
    assert served.wait(15) == 0
    assert installation.processes() == {}


def test_a_killed_parent_leaves_no_child_and_the_next_start_takes_the_same_port(installation):
    process = installation.serve(8490)
    process.kill()
    process.wait()
    begin = time.monotonic()
    again = installation.serve(8490)
    assert "is taken" not in installation.said
    assert time.monotonic() - begin < 20
    children = {
        number: line for number, line in installation.processes().items() if "granian" in line
    }
    assert len(children) <= 3, children  # of the new service only
    again.send_signal(signal.SIGINT)
    assert again.wait(15) == 0
    assert installation.processes() == {}
