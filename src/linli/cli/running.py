"""`linli migrate`, `linli serve`, `linli worker`: what keeps an installation going."""

import os
from collections.abc import Callable
from typing import Annotated, Any

import typer

from linli.cli.output import fail, say
from linli.cli.place import Place
from linli.cli.session import ready

PORT = typer.Option(help="0 or a taken one: the next that is free")


def migrate() -> None:
    """Bring the database up to date."""
    with ready(quiet=False) as address:
        from linli.database.migrating import migrate as run

        run(address)
        say("The database is up to date.")


def serve(
    port: Annotated[int, PORT] = 8000,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, help="web processes")] = 2,
    *,
    production: Annotated[
        bool, typer.Option("--production", help="refuse unsafe settings")
    ] = False,
) -> None:
    """Serve the pages, the API and the jobs until Ctrl-C."""
    if production:
        os.environ["LINLI_PRODUCTION"] = "true"  # before the settings are read
    place = take_place()
    with ready(quiet=False) as address:
        from linli.cli.preparation import ensure_partitions, pending_migrations

        if names := pending_migrations():
            raise fail(f"{len(names)} migrations are pending ({names[0]}): run `linli migrate`.")
        if production:
            refuse_unsafe(address, host=host)
        ensure_partitions(address)
        serve_until_stopped(place, address, host=host, port=port, workers=workers)


def take_place() -> Place:
    from django.conf import settings

    place = Place(settings.ENV.home)
    place.take()
    return place


def serve_until_stopped(
    place: Place,
    address: Any,
    *,
    host: str,
    port: int,
    workers: int = 2,
    then: Callable[[], None] = lambda: None,
) -> None:
    """`then` is called once when the web server listens."""
    from linli.cli.preparation import collect_static
    from linli.cli.serving import Service, child_environment

    collect_static()
    service = Service(place, child_environment(address))
    chosen = place.free_port(host, port)
    try:
        service.start(host=host, port=chosen, workers=workers)
        say(f"Linli is running: http://localhost:{chosen}  (Ctrl-C stops it)")
        then()
        service.watch()
    finally:
        service.stop()


def refuse_unsafe(address: Any, *, host: str) -> None:
    from linli.cli.production import findings

    found = findings(address, host=host)
    for each in found:
        say(f"{'unsafe' if each.refused else 'note  '}: {each.problem}\n        cure: {each.cure}")
    if any(each.refused for each in found):
        raise fail("These settings are not safe for production; nothing was started.", code=3)


def worker() -> None:
    """Run the jobs (serve starts one of these by itself)."""
    with ready():
        from linli.cli.working import work_until_stopped

        work_until_stopped()
