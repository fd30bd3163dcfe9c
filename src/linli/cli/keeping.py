"""`linli backup`, `restore`, `keyring`, `retention`: keeping data, and letting go of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from json import loads as json_of
from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.files import content_of, text_of
from linli.cli.output import Json, console, fail, say, show, table
from linli.cli.session import ready, with_cure

KeyFile = Annotated[
    Path | None, typer.Option(help="a key of 64 hexadecimal digits, instead of the keyring's")
]
BARE = """\
This key opened the backup and nothing in it. What the old installation sealed stays closed until
its keyring is here (linli keyring add keyring.json): reporters' contacts, codes of authenticator
apps. This home has keys of its own, and seals new backups with them: copy {ring} elsewhere now."""
retention = typer.Typer(help="What the models declare about keeping.", no_args_is_help=True)


keyring = typer.Typer(help="The keys of this home.", no_args_is_help=True)


@keyring.callback()
def _keys() -> None:
    """The keys of this home."""


@keyring.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="another keyring.json", exists=True, dir_okay=False)],
) -> None:
    """Take in another keyring: what either sealed opens.

    For a home restored with a bare key. The keys of FILE are the ones used from now on.
    """
    from linli.lib.keyring import take_over

    with _refusals():
        take_over(_ring(), content_of(file), file)
    say(f"What was sealed with the keys of {file.name} opens now. Copy {_ring()} elsewhere anew.")


@retention.callback()
def _group() -> None:
    """What the models declare about keeping."""


def backup(
    out: Annotated[Path, typer.Argument(help="a new file", dir_okay=False)],
    key_file: KeyFile = None,
    *,
    json: Json = False,
) -> None:
    """Seal database and attachments into one encrypted file. It is read back at once."""
    with ready() as address, _refusals(), console.status("Backing up …"):
        from linli.database.backup import backup as make

        header = make(address, out.absolute(), _key(key_file), also=_places())
        _note(out.absolute())
    answer = {"file": str(out.absolute()), "bytes": out.stat().st_size, **_facts(header)}
    show(answer, as_json=json, table=table("Backup", ("", ""), list(answer.items())))
    if key_file is None:
        say(f"Keep a copy of the keys elsewhere: {_ring()}. Without: no restore.")


def restore(
    file: Annotated[Path, typer.Argument(help="made by `linli backup`", exists=True)],
    key_file: KeyFile = None,
    *,
    json: Json = False,
) -> None:
    """Bring a backup back into an empty home. Nothing is ever overwritten.

    With --key-file keyring.json a new home takes over that keyring: contacts are sealed with it.
    A bare key opens the backup, not them: `linli keyring add` brings the keyring later.
    """
    with _refusals(), _taken_over(key_file), ready() as address, console.status("Restoring …"):
        from linli.database.backup import restore as bring

        header = bring(file, address, _key(key_file), also=_places())
    answer = {"file": str(file), **_facts(header)}
    show(answer, as_json=json, table=table("Restored", ("", ""), list(answer.items())))
    say("Now run `linli migrate`, then `linli doctor`.")
    if key_file is not None and not _is_ring(key_file):
        say(BARE.format(ring=_ring()))


@retention.command("run")
def run(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="as of a day")] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would go, and keep it")
    ] = False,
    json: Json = False,
) -> None:
    """Delete or blank what has served its purpose, as every model declares."""
    today = datetime.now(tz=UTC).date()
    day: date = on.date() if on else today
    if day > today and not dry_run:
        raise fail(f"{day} is still to come, and nothing goes before its time: add --dry-run.")
    with ready():
        from linli.flows import retention as flow

        report = flow.run(day, dry_run=dry_run)
    rows = [vars(each) for each in report.done]
    columns = ("county", "model", "disposal", "rows", "held")
    answer = {"day": day.isoformat(), "dry_run": dry_run, "rows": report.rows, "done": rows}
    lines = [[row[name] for name in columns] for row in rows]
    show(answer, as_json=json, table=table(f"Retention on {day}", columns, lines))


@contextmanager
def _refusals() -> Iterator[None]:
    from linli.database.backup import BackupError
    from linli.lib.keyring import KeyringError

    try:
        yield
    except (BackupError, KeyringError) as problem:
        raise fail(with_cure(str(problem))) from problem


@contextmanager
def _taken_over(file: Path | None) -> Iterator[None]:
    """Lay the keys of a given keyring beside the home's own; away again if the restore fails.

    A home has keys of its own as soon as a command was tried in it.
    """
    if file is None or not _is_ring(file):
        yield
        return
    from linli.lib.atomic_files import write_atomically
    from linli.lib.keyring import take_over

    target = _ring()
    own = target.read_bytes() if target.exists() else None
    take_over(target, content_of(file), file)
    try:
        yield
    except BaseException:
        if own is None:
            target.unlink()
        else:
            write_atomically(target, [own])
        raise


def _is_ring(file: Path) -> bool:
    return text_of(file).lstrip().startswith("{")


def _key(file: Path | None) -> bytes:
    from linli.database.backup import BackupError
    from linli.lib import keyring

    if file is None:
        return keyring.installed().active("backup").secret
    try:
        text = text_of(file).strip()
        if not text.startswith("{"):
            return bytes.fromhex(text)
        known = [one for one in json_of(text)["keys"] if one["purpose"] == "backup"]
        return bytes.fromhex(known[-1]["secret"])
    except (ValueError, LookupError, TypeError) as problem:
        raise BackupError(
            f"{file} is no key: a keyring.json or 64 hexadecimal digits."
        ) from problem


def _places() -> dict[str, Path]:
    """What belongs to an installation beside its database. Never the keys: they would be sealed
    with themselves.
    """
    from django.conf import settings

    home = settings.ENV.home
    return {"attachments": home / "attachments", "anchors": home / "audit" / "anchors.jsonl"}


def _secrets() -> Path:
    from django.conf import settings

    return Path(settings.ENV.home, "secrets")


def _ring() -> Path:
    return _secrets() / "keyring.json"


def _note(out: Path) -> None:
    """For `linli doctor`, which says how old the last backup is."""
    (_secrets().parent / "last-backup").write_text(f"{datetime.now(tz=UTC).isoformat()} {out}\n")


def _facts(header: Any) -> dict[str, Any]:
    return {"postgres": header.postgres, "created_at": header.created_at}
