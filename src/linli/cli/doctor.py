"""`linli doctor`: what is wrong with this installation and how to mend it."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linli.cli.checks import MIGRATE, WORK, Check, of_cluster, of_database
from linli.cli.output import Json, show, table
from linli.cli.refusals import words_of
from linli.cli.session import ready

LEAST_DISK = 2 * 2**30  # bytes
OLDEST_BACKUP = 7.0  # days
ALERT_LATE = timedelta(minutes=3)  # the job looks every minute, and may take one
MINUTE = timedelta(minutes=1)
RUNG_LATE = timedelta(minutes=15)  # after a change of calendars many come at once


def doctor(*, json: Json = False) -> None:
    """Say what is wrong here and how to mend it. Exit code 5 if anything is."""
    checks = list(_all())
    columns = ("", "what", "found", "cure")
    rows = [[one.state, one.name, one.found, "" if one.ok else one.cure] for one in checks]
    healthy = all(check.ok or not check.grave for check in checks)
    answer = {"ok": healthy, "checks": [{**vars(check), "state": check.state} for check in checks]}
    show(answer, as_json=json, table=table("This installation", columns, rows))
    if not healthy:
        raise SystemExit(5)


def _all() -> Iterator[Check]:
    import psycopg
    from django import db
    from pydantic import ValidationError

    from linli.database.roles import UnsafeRoleError
    from linli.database.server import ServerError
    from linli.lib.keyring import KeyringError

    try:
        with ready() as address:
            yield from _server(address)
            yield from of_database(address)
            yield from of_installation()
    except (ServerError, UnsafeRoleError) as problem:
        yield Check("database", ok=False, found=str(problem), cure="as it says")
    except KeyringError as problem:  # nothing starts without one
        yield Check("keyring", ok=False, found=str(problem), cure="as it says")
    except (psycopg.Error, db.Error) as problem:
        unmade = isinstance(problem, psycopg.errors.UndefinedTable | db.ProgrammingError)
        cure = MIGRATE if unmade else "start PostgreSQL, or mend DATABASE_URL"
        found = str(problem).strip().partition("\n")[0]
        yield Check("database", ok=False, found=found, cure=cure)
    except OSError as problem:
        cure = "LINLI_HOME=… a folder in which this account may write, on a disk with room"
        yield Check("home", ok=False, found=words_of(problem) or "", cure=cure)
    except ValidationError as problem:
        found, cure = words_of(problem) or str(problem), "unset it, or see docs/operations.md"
        yield Check("settings", ok=False, found=found, cure=cure)


def _server(address: Any) -> Iterator[Check]:
    import psycopg
    from django.conf import settings

    from linli.database.server import find_binaries
    from linli.database.server.cluster import Cluster, settings_for, usable_memory

    if settings.ENV.database_url:
        yield Check("database server", ok=True, found="an outer one, by DATABASE_URL")
        return
    cluster = Cluster(settings.ENV.home / "database")
    found = find_binaries(cluster.version)
    yield Check("database server", ok=True, found=f"{found.origin}: {found.folder}")
    with psycopg.connect(**address.params("app"), autocommit=True) as app:
        wanted = settings_for(found.version, usable_memory())
        yield of_cluster(app, wanted, cluster.data / "postgresql.conf")


def of_installation() -> Iterator[Check]:
    from django.conf import settings

    home: Path = settings.ENV.home
    yield _keyring(home)
    yield _sealed()
    yield _anchors(home)
    yield _attachments(home)
    yield _backup(home)
    yield _disk(home)
    yield _translations(settings.PACKAGE)
    yield _static()
    yield _zones()
    yield _service(home)
    yield from _told(datetime.now(tz=UTC))
    yield from _demo(settings.ENV.production)


def _keyring(home: Path) -> Check:
    from linli.lib import keyring

    path = home / "secrets" / "keyring.json"
    try:
        keys = keyring.Keyring.load(path).keys
    except keyring.KeyringError as problem:
        return Check("keyring", ok=False, found=str(problem), cure="as it says")
    return Check("keyring", ok=True, found=f"{len(keys)} keys in {path}")


def _sealed() -> Check:
    """A keyring that is whole may still be another one: after a restore with a bare key it is."""
    from linli.flows.readiness import closed

    found = closed()
    lines = [f"{code}: {count} contacts" for code, count in found.contacts.items()]
    lines += [f"one-time codes of {', '.join(found.users)}"] * bool(found.users)
    words = f"no key here opens: {'; '.join(lines)}" if lines else "opens with the keys here"
    cure = (
        "linli keyring add OLD-keyring.json; if that is lost, the contacts are, and each of these "
        "users needs: linli user password NAME --county CODE --remove-second-factors"
    )
    return Check("sealed values", ok=not lines, found=words, cure=cure)


def _anchors(home: Path) -> Check:
    from linli.audit.anchors import anchor_file, read
    from linli.flows.readiness import sealed_counties

    path = anchor_file(home)
    if not path.exists():
        lost = sealed_counties()
        found = f"{path} is gone: {', '.join(lost)}" if lost else "nothing is sealed yet"
        return Check("anchors", ok=not lost, found=found, cure="put back the copy kept elsewhere")
    unreadable = sum(isinstance(line, int) for line in read(path))
    private = not stat.S_IMODE(path.stat().st_mode) & 0o022
    found = f"{path}: {unreadable} unreadable lines" + ("" if private else ", others may write it")
    return Check(
        "anchors",
        ok=private and not unreadable,
        found=found,
        cure=f"chmod 600 {path}; compare it with the copy elsewhere",
    )


def _attachments(home: Path) -> Check:
    """Rows without their file: the folder was left behind when the home moved, or a disk failed."""
    from linli.flows.readiness import lost_files

    path = home / "attachments"
    lost = lost_files(path)
    found = "; ".join(f"{code}: {count} files are gone" for code, count in lost.items())
    return Check(
        "attachments",
        ok=not lost,
        found=found or "every file is there",
        cure=f"bring {path} back from where the home was, or from a backup",
    )


def _backup(home: Path) -> Check:
    cure = "linli backup FILE, every night, with a copy of the keyring elsewhere"
    try:
        moment, file = (home / "last-backup").read_text().split(maxsplit=1)
        age = (datetime.now(tz=UTC) - datetime.fromisoformat(moment)).total_seconds() / 86_400
    except (OSError, ValueError, TypeError):
        return Check("backup", ok=False, grave=False, found="none was made", cure=cure)
    there = Path(file.strip()).exists()
    found = f"{age:.1f} days old" + ("" if there else f"; {file.strip()} is no longer there")
    return Check("backup", ok=age < OLDEST_BACKUP, grave=False, found=found, cure=cure)


def _disk(home: Path) -> Check:
    usage = shutil.disk_usage(home)
    found = f"{usage.free / 2**30:.1f} GiB of {usage.total / 2**30:.0f} GiB free"
    return Check("disk", ok=usage.free > LEAST_DISK, found=found, cure=f"make room at {home}")


def _translations(package: Path) -> Check:
    sources = list(package.glob("**/locale/*/LC_MESSAGES/*.po"))
    stale = [str(po) for po in sources if not po.with_suffix(".mo").exists()]
    found = f"{len(sources) - len(stale)} of {len(sources)} compiled"
    return Check("translations", ok=not stale, found=found, cure="linli check")


def _static() -> Check:
    from linli.cli.preparation import static_collected

    collected = static_collected()
    found = "collected" if collected else "not of this version"
    return Check(
        "static files", ok=collected, grave=False, found=found, cure="linli serve collects them"
    )


def _zones() -> Check:
    from linli.counties.queries import counties

    unknown = []
    for county in counties():
        try:
            ZoneInfo(county.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            unknown.append(f"{county.code}: {county.timezone}")
    found = "; ".join(unknown) or "known"
    return Check("time zones", ok=not unknown, found=found, cure="apt-get install tzdata")


def _service(home: Path) -> Check:
    from linli.cli.place import Place

    try:
        noted = Place.noted(home)
        os.kill(noted["pid"], 0)
        port = int(noted["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return Check("service", ok=True, found="not running")
    answers = Place.listens("127.0.0.1", port)
    found = f"http://localhost:{port}" + ("" if answers else " does not answer")
    return Check("service", ok=answers, found=found, cure="read what `linli serve` says")


def _told(now: datetime) -> Iterator[Check]:
    """Whether the worker's rounds reach people: a round that fails looks like one that runs."""
    from linli.flows.readiness import late_escalations, unanswered_emergencies

    cure = f"{WORK}; if one runs, its log says what it could not do"
    looked_at = {
        "emergencies": unanswered_emergencies(now - ALERT_LATE),
        "escalations": late_escalations(now - RUNG_LATE),
    }
    for name, unheard in looked_at.items():
        lines = [
            f"{one.county}: {one.count} wait, the first for {(now - one.since) // MINUTE} minutes"
            for one in unheard
        ]
        found = "; ".join(lines) or "none waits for the next person to be told"
        yield Check(name, ok=not unheard, found=found, cure=cure)


def _demo(production: Any) -> Iterator[Check]:
    from linli.flows.readiness import demo_counties

    codes = demo_counties()
    found = f"generated: {', '.join(codes)}" if codes else "no generated county"
    cure = "take a new, empty home for real work"
    yield Check("demo", ok=not (codes and production), found=found, cure=cure)
