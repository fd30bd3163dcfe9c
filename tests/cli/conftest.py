"""An installation of its own, run by the real command as real processes."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from linli.database.server import running
from tests.cli.prepare import COUNTY

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Installation:
    """A home and what runs on it. Every process carries the home in its environment."""

    home: Path
    known: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)  # further variables

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LINLI_PG") if name in os.environ}
        own = {"LINLI_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src")}
        return kept | own | self.more

    def command(self, *arguments: str, **kwargs) -> subprocess.CompletedProcess:
        made = [sys.executable, "-m", "linli.cli.main", *arguments]
        return subprocess.run(
            made,
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            **kwargs,
        )

    def serve(self, port: int, *arguments: str) -> subprocess.Popen:
        """Returns once the service says that it runs."""
        made = [sys.executable, "-m", "linli.cli.main", "serve", "--port", str(port), *arguments]
        self.log = self.home / f"serve-{len(self.started)}.log"
        with self.log.open("w") as log:
            process = subprocess.Popen(
                made, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.started.append(process)
        wait(lambda: "Linli is running" in self.said or process.poll() is not None, 60)
        assert process.poll() is None, self.said
        return process

    @property
    def said(self) -> str:
        return " ".join(self.log.read_text().split())

    @property
    def port(self) -> int:
        return json.loads((self.home / "serve.lock").read_text())["port"]

    def processes(self) -> dict[int, str]:
        """Everything that carries this home in its environment or its command line."""
        found, mark = {}, str(self.home).encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                try:
                    line = (entry / "cmdline").read_bytes()
                    carries = mark in (entry / "environ").read_bytes() or mark in line
                    postgres = b"postgres" in line and str(self.home / "database") in _cwd(entry)
                except OSError:
                    continue
                if (carries or postgres) and line:
                    found[int(entry.name)] = line.replace(b"\0", b" ").decode()
        return found

    def postmaster(self) -> int:
        return int((self.home / "database/data/postmaster.pid").read_text().split()[0])

    def ask(self, path: str, body: object = None, *, key: str = "") -> tuple[int, dict]:
        """Status and JSON; 0 when nobody listens."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.known['key']}"}
        headers["Content-Type"] = "application/json"
        if data:
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        try:
            url = f"http://127.0.0.1:{self.port}{path}"
        except (FileNotFoundError, KeyError, ValueError):  # between two services
            return 0, {}
        request = urllib.request.Request(url, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 -- ours
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")
        except OSError:
            return 0, {}

    def report(self, text: str, *, key: str = "") -> tuple[int, dict]:
        body = {
            "text": text,
            "category_id": self.known["category"],
            "source": "call",
            "place": {"area_id": self.known["area"]},
        }
        return self.ask(f"/api/v1/{COUNTY}/incidents", body, key=key)


def _cwd(entry: Path) -> str:
    try:
        return str((entry / "cwd").readlink())
    except OSError:
        return ""


def wait(reached, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def kill_all(numbers) -> None:
    for number in numbers:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A home with one county, made once for all workers of a run, and what is known of it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    home, known = folder / "prepared", folder / "prepared.json"
    with (folder / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            home.mkdir()
            script = [sys.executable, str(ROOT / "tests/cli/prepare.py")]
            environment = Installation(home).environment
            done = subprocess.run(
                script, env=environment, capture_output=True, text=True, timeout=120, check=False
            )
            assert done.returncode == 0, done.stderr
            known.write_text(done.stdout)
    return home, json.loads(known.read_text())


@pytest.fixture(scope="module")
def installation(prepared, tmp_path_factory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("installation") / "home")
    source, made.known = prepared
    subprocess.run(["cp", "-a", source, made.home], check=True)  # with the server's own user
    made.more["LINLI_API_RATE"] = "0"  # the tests ask as fast as they can
    yield made
    for process in made.started:
        process.kill()
        process.wait()
    kill_all(made.processes())


@pytest.fixture(scope="module")
def server_kept(installation) -> Iterator[None]:
    """The database of the installation stays up: no command has to start it."""
    with running(installation.home):
        yield
