"""The worker alone: it keeps up, leaves nothing behind, and stops when asked."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import wait

pytestmark = pytest.mark.slow

COUNT = """
import psycopg
from linli.cli.session import ready
with ready() as address, psycopg.connect(**address.params("backup")) as connection:
    print(connection.execute(
        "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),"
        " count(*) FILTER (WHERE status NOT IN ('todo', 'doing')) FROM procrastinate_jobs"
    ).fetchone())
"""


def _start(installation) -> subprocess.Popen:
    command = [sys.executable, "-m", "linli.cli.main", "worker"]
    with (installation.home / "worker.log").open("w") as log:
        process = subprocess.Popen(
            command, env=installation.environment, stdin=subprocess.DEVNULL, stderr=log
        )
    installation.started.append(process)
    return process


def _jobs(installation) -> tuple[int, int, int]:
    done = subprocess.run(
        [sys.executable, "-c", COUNT],
        env=installation.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return eval(done.stdout)  # noqa: S307 -- three numbers of our own


def _said(installation) -> str:
    return (installation.home / "worker.log").read_text()[-2000:]


def _works(installation) -> bool:
    checks = installation.command("doctor", "--json").stdout
    return '"name": "worker",\n   "ok": true' in checks


def test_finished_rounds_leave_nothing_and_waiting_ones_do_not_pile_up(installation):
    process = _start(installation)
    assert wait(lambda: _works(installation), 90), _said(installation)
    time.sleep(6)
    waiting, _doing, finished = _jobs(installation)
    assert finished == 0
    assert waiting <= 4  # one of each kind
    process.send_signal(signal.SIGTERM)
    begin = time.monotonic()
    assert process.wait(20) in (0, 128 + signal.SIGTERM)
    assert time.monotonic() - begin < 10  # two seconds, and leaving the database server


def test_a_worker_outlives_the_death_of_the_database(installation):
    process = _start(installation)
    assert wait(lambda: _works(installation), 90), _said(installation)
    os.kill(installation.postmaster(), signal.SIGKILL)
    assert wait(lambda: _works(installation), 90), _said(installation)
    time.sleep(3)
    assert process.poll() is None
    sealed = installation.command("audit", "verify", "--json").stdout
    assert '"ok": true' in sealed
    process.send_signal(signal.SIGTERM)
    process.wait(20)
