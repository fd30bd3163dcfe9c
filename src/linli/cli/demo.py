"""`linli demo`: from nothing to a running county, in stages."""

import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.output import fail, out, say, table
from linli.cli.running import PORT, serve_until_stopped, take_place
from linli.cli.session import ready
from linli.cli.stages import Advance, Stages

DOING = {
    "generate": "Inventing a year of incidents",
    "places": "Drawing townships, villages and grids",
    "people": "Settling in units and staff",
    "incidents": "Telling the histories of the incidents",
    "logins": "Opening a login for every role",
}
AGAIN = "shown at the first start"


@dataclass(frozen=True)
class Shown:
    """One line of the table; the password is kept nowhere."""

    role: str
    username: str
    place: str
    password: str = AGAIN


def demo(
    port: Annotated[int, PORT] = 8000,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
) -> None:
    """Run a generated county to try the platform with. Nothing in it is real, and it says so."""
    os.environ["LINLI_DEMO"] = "true"  # before the settings are read
    from linli.database.migrating import gather_statistics

    place = take_place()
    with ExitStack() as stack:
        stages = Stages(8)
        with stages.shown():
            with stages.stage("Starting PostgreSQL"):
                address = stack.enter_context(ready())
            logins = _prepare(stages, address)
        told = _Once(lambda: _show(logins))
        stack.callback(told)  # also when the web server does not come up
        if _shown_now(logins):
            gather_statistics(address)
        serve_until_stopped(place, address, host=host, port=port, then=told)


def _prepare(stages: Stages, address: Any) -> list[Shown]:
    from linli.cli.preparation import collect_static, ensure_partitions, pending_migrations
    from linli.counties.queries import county_codes
    from linli.database.migrating import clear_away, migrate
    from linli.flows.readiness import demo_counties

    with stages.stage("Making tables"):
        if pending_migrations():
            migrate(address)
        ensure_partitions(address, back=12)  # the demo tells of a year
    with stages.stage("Packing styles and scripts"):
        collect_static()
    if demo_counties():
        stages.skip(len(DOING))
        return _remembered()
    if real := county_codes():
        raise fail(
            f"This home holds {', '.join(real)}, which are not generated. "
            "Give the demo a home of its own: LINLI_HOME=…"
        )
    clear_away(address)
    logins = [
        Shown(
            role=each.role.value, username=each.username, place=each.place, password=each.password
        )
        for each in _load(stages)
    ]
    _remember(logins)
    return logins


def _load(stages: Stages) -> Sequence[Any]:
    from linli.flows.demo.loading import load_demo

    with ExitStack() as stage:
        name = ""
        advance: Advance = _nothing

        def progress(now: str, done: int, total: int) -> None:
            nonlocal name, advance
            if now != name:
                stage.close()
                name, advance = now, stage.enter_context(stages.stage(DOING.get(now, now)))
            advance(done, total)

        return load_demo(progress=progress)


def _nothing(_done: int, _total: int) -> None:
    pass


def _show(logins: Sequence[Shown]) -> None:
    from linli.flows.readiness import demo_counties

    county = demo_counties()[0]
    rows = [[each.role, each.username, each.password, each.place] for each in logins]
    columns = ("role", "user name", "password", "works at")
    out.print(table("Sign in as (this installation only)", columns, rows))
    if _shown_now(logins):
        say("These passwords are shown once.")
    if not logins:  # the first start was broken off before it could say them
        say(f"Who there is: {_command()} user list --county {county}")
    say(f"A new one: {_command()} user password NAME --county {county}")


def _shown_now(logins: Sequence[Shown]) -> bool:
    return any(each.password != AGAIN for each in logins)


def _command() -> str:
    """How to call `linli` for this home from another shell."""
    from django.conf import settings

    home, command = str(settings.ENV.home), str(Path(sys.argv[0]).absolute())
    return f"LINLI_HOME={shlex.quote(home)} {shlex.quote(command)}"


class _Once:
    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    def __call__(self) -> None:
        act, self._act = self._act, None
        if act:
            act()


def _file() -> Path:
    from django.conf import settings

    return Path(settings.ENV.home, "demo-logins.json")


def _remember(logins: Sequence[Shown]) -> None:
    from linli.lib.atomic_files import write_atomically

    rows = [asdict(each) | {"password": AGAIN} for each in logins]
    write_atomically(_file(), [json.dumps(rows, ensure_ascii=False, indent=1).encode()])


def _remembered() -> list[Shown]:
    if not _file().exists():
        return []
    return [Shown(**row) for row in json.loads(_file().read_text(encoding="utf-8"))]
