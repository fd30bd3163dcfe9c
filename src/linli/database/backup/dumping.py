"""pg_dump and pg_restore of the server's own major version, fed through pipes."""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

import psycopg
from psycopg.conninfo import make_conninfo

from linli.database.backup.errors import BackupError, NotEmptyError
from linli.database.backup.sealing import CHUNK
from linli.database.roles import close_search_functions, without_defaults
from linli.database.server import Address, find_binaries

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
OWN_OBJECTS = """
    SELECT format('%I.%I', nspname, relname) FROM pg_class c
    JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname !~ '^(pg_|information_schema$)' AND NOT EXISTS
        (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')
    LIMIT 3
"""


def dump(address: Address) -> Iterator[bytes]:
    """A consistent copy of one database in pg_dump's own format, as the role `backup`."""
    command = _command(address, "backup", "pg_dump", "--format=custom", "--compress=3")
    password = address.passwords["backup"]
    with _process(command, password, subprocess.DEVNULL, subprocess.PIPE) as (process, said):
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        while chunk := process.stdout.read(CHUNK):
            yield chunk
        _succeeded(process, said)


def load(address: Address, chunks: Iterable[bytes]) -> None:
    """All in one transaction, as the role `owner`: after a failure the database is as it was."""
    options = ("--single-transaction", "--exit-on-error", "--no-comments")
    command = _command(address, "owner", "pg_restore", *options)
    password = address.passwords["owner"]
    with (
        psycopg.connect(address.dsn("owner"), autocommit=True) as owner,
        without_defaults(owner),
        _process(command, password, subprocess.PIPE, subprocess.DEVNULL) as (process, said),
    ):
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # its message says why it went away
        _succeeded(process, said)
        close_search_functions(owner)


def refuse_unless_empty(address: Address) -> None:
    with psycopg.connect(address.dsn("owner")) as connection:
        found = connection.execute(OWN_OBJECTS).fetchall()
    if found:
        names = ", ".join(name for (name,) in found)
        raise NotEmptyError(
            f"The database {address.dbname} already holds {names}: "
            "restore into a new, empty home or an empty database."
        )


def _command(address: Address, role: str, tool: str, *options: str) -> list[str]:
    program = find_binaries(address.version).tool(tool)
    params = address.params(role)
    del params["password"]  # never among the arguments, which everybody can read
    return [str(program), "--no-password", f"--dbname={make_conninfo(**params)}", *options]


@contextmanager
def _process(
    command: list[str], password: str, stdin: int, stdout: int
) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """The running tool and the file with its messages; ended with the block at the latest."""
    environment = ENVIRONMENT | {"PGPASSWORD": password}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdin=stdin, stdout=stdout, stderr=said, env=environment
        )
        try:
            yield process, said
        finally:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    _ = pipe and pipe.close()
            process.wait()


def _succeeded(process: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
    if process.wait():
        said.seek(0)
        text = said.read().decode(errors="replace").strip()[-800:]
        raise BackupError(f"The database could not be copied: {text}")
