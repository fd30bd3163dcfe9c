"""A served scratch county for benchmarks of the API, its load and what it costs."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

CLIENTS, WORKERS = 16, 2
HOST = "127.0.0.1"
TICK = 1000 / os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent
CODE = "530128"


@dataclass
class Served:
    """A running web server; `groups` are process groups by name, `home` finds PostgreSQL."""

    port: int
    groups: dict[str, int]
    home: Path

    def cpu(self) -> dict[str, float]:
        """CPU milliseconds so far: of each group, and of PostgreSQL."""
        used = dict.fromkeys([*self.groups, "postgres"], 0.0)
        by_group = {group: name for name, group in self.groups.items()}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                name = by_group.get(int(fields[2]))
                if name is None and (folder / "comm").read_text().strip() == "postgres":
                    ours = str((folder / "cwd").readlink()).startswith(str(self.home))
                    name = "postgres" if ours else None
                if name:
                    used[name] += (int(fields[11]) + int(fields[12])) * TICK
        return used


@dataclass
class County:
    """Keys and ids of the demo county, for writing scripts of requests."""

    operator: str = ""
    handler: str = ""
    unit: str = ""
    grids: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)


@cache
def _taken(home: Path) -> Any:
    """The home is ours until this process ends, however often it is served."""
    from linli.cli.place import Place

    place = Place(home)
    place.take()
    return place


@contextlib.contextmanager
def served(address: Any) -> Iterator[Served]:
    """`linli serve`'s own children (web server, worker with the sealer) on this home."""
    from django.conf import settings

    from linli.cli.place import Place
    from linli.cli.preparation import collect_static
    from linli.cli.serving import Service, child_environment

    place = _taken(settings.ENV.home)
    collect_static()
    port = place.free_port(HOST, 8480)
    free = {"LINLI_API_RATE": "0"}  # two keys stand for a whole county
    service = Service(place, child_environment(address) | free)
    try:
        service.start(host=HOST, port=port, workers=WORKERS)
        web, worker = Place.noted(settings.ENV.home)["groups"]
        yield Served(port, {"web": web, "worker": worker}, settings.ENV.home)
    finally:
        service.stop()


@contextlib.contextmanager
def served_bare(address: Any) -> Iterator[Served]:
    """The ceiling: a bare Django view that inserts one row, with the same server and processes."""
    import psycopg
    from django.conf import settings

    from linli.cli.place import Place
    from linli.cli.serving import end_groups

    with psycopg.connect(**address.params("owner"), autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE IF NOT EXISTS bare_report"
            " (id uuid PRIMARY KEY, text text NOT NULL, created_at timestamptz NOT NULL)"
        )
        owner.execute("GRANT SELECT, INSERT ON bare_report TO linli_app")
    port = Place.free_port(HOST, 8580)
    environment = {**os.environ, "DATABASE_URL": address.dsn("app"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", HOST]
    command += ["--port", str(port), "--workers", str(WORKERS), "--blocking-threads", "4"]
    command += [
        "--backpressure",
        "64",
        "--log-level",
        "warning",
        "benchmarks.bare.project:application",
    ]
    child = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        _wait_for(port)
        yield Served(port, {"web": child.pid}, settings.ENV.home)
    finally:
        end_groups([child])


def run(
    server: Served, scripts: list[list[list[dict[str, Any]]]], seconds: float
) -> dict[str, Any]:
    """Drive the server from another process; adds CPU milliseconds a request."""
    plan = {"host": HOST, "port": server.port, "seconds": seconds, "scripts": scripts}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(plan, file)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.load", file.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as load:
            if load.stdout is None:
                raise RuntimeError("the load generator has no output")
            load.stdout.readline()
            before = server.cpu()
            found: dict[str, Any] = json.loads(load.stdout.readline())
            after = server.cpu()
    found["requests_per_second"] = round(found["requests"] / found["seconds"], 1)
    found["cpu_ms_per_request"] = {
        name: round((after[name] - before[name]) / max(1, found["requests"]), 2) for name in after
    }
    return found


def keys(township_code: str = "") -> County:
    """Make keys for a township's operator and a unit's handler of the demo county."""
    from linli.access.actor import actor_for, system
    from linli.access.permissions import Permission
    from linli.accounts.models import Membership
    from linli.accounts.tokens import issue
    from linli.database.context import county_context
    from linli.incidents import references
    from linli.territory.models import Level
    from linli.territory.snapshots import snapshot

    found = County()
    rights = [str(right) for right in Permission]
    with county_context(CODE):
        people = Membership.objects.select_related("user", "unit", "area").order_by("id")
        operator = people.filter(role="township_operator", area__code__startswith=township_code)[0]
        handler = people.filter(role="unit_handler")[0]
        _token, found.operator = issue(user=operator.user, name="bench", scopes=rights, by=system())
        _token, found.handler = issue(user=handler.user, name="bench", scopes=rights, by=system())
        found.unit = str(handler.unit_id)
        below = snapshot().under(operator.area_id)
        found.grids = [str(node.id) for node in below if node.level == Level.GRID]
        found.categories = [
            str(row.pk)
            for row in references.categories().values()
            if row.parent_id and row.place == "required" and not row.hidden
        ]
        found.evidence = _evidence(handler.user_id)
        assert actor_for(operator.user, today=operator.valid_from) is not None
    return found


def _evidence(user_id: Any, count: int = 40_000) -> list[str]:
    """Rows of uploads that wait for the handler: cleaning a photo is measured elsewhere."""
    from django.utils import timezone

    from linli.attachments.models import Attachment
    from linli.counties.tenancy import new

    now = timezone.now()
    rows = [
        new(
            Attachment,
            subject_kind="waiting",
            kind="photo",
            media_type="image/jpeg",
            file_name="a.jpg",
            size=1,
            sha256="0" * 64,
            store_key="0" * 32,
            created_at=now,
            created_by=user_id,
        )
        for _ in range(count)
    ]
    Attachment.objects.bulk_create(rows, batch_size=2_000)
    return [str(row.pk) for row in rows]


def _wait_for(port: int) -> None:
    import time

    from linli.cli.place import Place

    end = time.monotonic() + 30
    while not Place.listens(HOST, port):
        if time.monotonic() > end:
            raise RuntimeError(f"nothing listens on {port}")
        time.sleep(0.05)
