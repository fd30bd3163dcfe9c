"""PgBouncer in transaction mode before PostgreSQL: few connections for many, and nothing leaks."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from linli.access.actor import system
from linli.access.permissions import Permission
from linli.accounts.models import User
from linli.accounts.tokens import issue
from linli.cli.checks import of_database
from linli.config.environment import Environment
from linli.database.context import county_context
from linli.database.login import connect_as
from linli.database.server import Address
from linli.database.server.account import choose
from linli.incidents.filters import Filter
from linli.incidents.models import Incident
from linli.incidents.paging import page
from tests.api.conftest import Api, report_of
from tests.conftest import A, B
from tests.factories.county import small_county
from tests.factories.steps import reported

SERVERS = 3  # connections to PostgreSQL for everybody
EMPTY = ((None,), ("",))
CONFIG = """
[databases]
linli = host={host} port={port} dbname={dbname}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {servers}
max_client_conn = 200
logfile = {folder}/log
"""


@pytest.fixture
def pooled(committed, monkeypatch) -> Iterator[Address]:
    """The same database by way of PgBouncer; Django's connections go there, preparing nothing."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is absent: apt-get install pgbouncer")
    folder = Path(tempfile.mkdtemp(prefix="linli-pgbouncer-"))
    account = choose(folder)
    address = replace(committed, host="127.0.0.1", port=_free_port())
    (folder / "users").write_text(f'"linli_app" "{committed.passwords["app"]}"\n')
    values = {"host": committed.host, "port": committed.port, "dbname": committed.dbname}
    (folder / "ini").write_text(
        CONFIG.format(folder=folder, listen=address.port, servers=SERVERS, **values)
    )
    for path in (folder, *folder.iterdir()):
        account.give(path)
    command = [program, "--quiet", str(folder / "ini")]
    process = subprocess.Popen(command, cwd=folder, **account.identity())
    try:
        _wait_for(address, folder)
        connect_as(address, "app")
        # The whole of them: connecting as somebody else makes a new dictionary of these.
        options = {**connection.settings_dict["OPTIONS"], "prepare_threshold": None}
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
        yield address
    finally:
        connections.close_all()
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)
        connect_as(committed, "app")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address: Address, folder: Path) -> None:
    for _ in range(100):
        try:
            psycopg.connect(address.dsn("app")).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((folder / "log").read_text())


def test_many_threads_of_two_counties_share_few_connections_and_see_their_own(pooled):
    there = {}
    for code in (A, B):
        with county_context(code):
            small = small_county()
            there[code] = (small, small.worker())

    def work(number: int) -> tuple[int, list[str]]:
        code = (A, B)[number % 2]
        try:
            with county_context(code):
                small, worker = there[code]
                one = reported(small, worker, text=f"第{number}号路灯不亮")
            with county_context(code), connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                found = page(system(), Filter(text="路灯")).rows
                assert one.pk in {row.pk for row in found}
                assert {row.county_id for row in found} == {code}
                return cursor.fetchone()[0], [row.county_id for row in Incident.objects.all()]
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        seen = list(pool.map(work, range(48)))
    assert 1 <= len({process for process, _ in seen}) <= SERVERS
    for number, (_, counties) in enumerate(seen):
        assert set(counties) == {(A, B)[number % 2]}
    with psycopg.connect(pooled.dsn("app"), prepare_threshold=None) as bare:
        assert bare.execute("SELECT count(*) FROM incidents_incident").fetchone() == (0,)
        assert bare.execute("SELECT current_setting('linli.county', true)").fetchone() in EMPTY


@pytest.mark.parametrize("threshold", [None, 0], ids=["prepares nothing", "has to find out"])
def test_the_api_keeps_its_promises_by_way_of_it(
    pooled, plain_static_files, monkeypatch, threshold
):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", threshold)
    with county_context(A):
        small = small_county()
        user = small.township_operator()
        rights = [str(right) for right in Permission]
        person = User.objects.get(pk=user.id)
        _token, secret = issue(user=person, name="test", scopes=rights, by=system())
        body = report_of(small)
    api = Api(secret)

    def send(_number: int):
        try:
            return api.post("incidents", body, key="the-same-key")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert api.get("incidents").json()["items"][0]["id"] == answers[0].json()["id"]


@pytest.mark.parametrize("kept", [True, False])
def test_the_doctor_sees_it(pooled, committed, monkeypatch, kept):
    monkeypatch.setattr(settings, "ENV", Environment(prepared_statements=kept))
    looked_at = []
    for address in (pooled, committed):
        found = next(one for one in of_database(address) if one.name == "prepared statements")
        looked_at.append((found.state, found.found))
    words = "kept by each connection" if kept else "off (LINLI_PREPARED_STATEMENTS)"
    state = "warning" if kept else "ok"
    assert looked_at == [(state, f"{words}, with a pooler between"), ("ok", words)]


def test_a_worker_does_its_rounds_by_way_of_it(pooled, tmp_path):
    with county_context(A):
        reported(small_county())
    environment = os.environ | {
        "DATABASE_URL": pooled.dsn("app"),
        "LINLI_HOME": str(tmp_path),
        "LINLI_PREPARED_STATEMENTS": "off",
    }
    command = [sys.executable, "-m", "linli.cli.main", "worker"]
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=log)
    try:
        for _ in range(120):
            if _unsealed(pooled) == 0:
                break
            time.sleep(0.5)
        assert _unsealed(pooled) == 0, (tmp_path / "log").read_text()[-2000:]
    finally:
        worker.terminate()
        worker.wait(20)
    assert "prepared statement" not in (tmp_path / "log").read_text()


def _unsealed(address: Address) -> int:
    with county_context(A), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditpending WHERE county_id = %s", [A])
        return cursor.fetchone()[0]
