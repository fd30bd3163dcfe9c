"""The `linli` command. Each module beside this one holds one group of commands."""

from typing import Annotated, Any

import typer

from linli.cli import (
    auditing,
    calendars,
    checking,
    counties,
    database,
    demo,
    doctor,
    duty,
    incidents,
    keeping,
    process_changes,
    processes,
    running,
    territory,
    users,
    whatif,
)
from linli.cli.output import fail

for _name, _act in process_changes.COMMANDS.items():
    processes.app.command(name=_name)(_act)
app = typer.Typer(
    name="linli",
    help="Linli 邻里: run a county's platform.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(running.migrate)
app.command()(running.serve)
app.command()(running.worker)
app.command()(doctor.doctor)
app.command()(checking.check)
app.command()(keeping.backup)
app.command()(keeping.restore)
app.add_typer(keeping.retention, name="retention")
processes.app.command()(whatif.replay)
processes.app.command()(whatif.simulate)
app.add_typer(auditing.app, name="audit")
app.add_typer(calendars.app, name="calendar")
app.add_typer(counties.app, name="county")
app.add_typer(database.app, name="database")
app.add_typer(duty.app, name="duty")
app.add_typer(incidents.app, name="incidents")
app.add_typer(processes.app, name="process")
app.add_typer(users.app, name="user")
app.add_typer(territory.app, name="territory")


def _version(asked: bool) -> None:
    if asked:
        from linli import __version__

        typer.echo(f"linli {__version__}")
        raise typer.Exit


@app.callback()
def linli(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="say the version")
    ] = False,
) -> None:
    """Linli 邻里: run a county's platform."""


def run() -> None:
    """Entry point: errors that a person can mend are said in one sentence, without a traceback."""
    import psycopg
    from django.db import DataError, OperationalError, ProgrammingError
    from psycopg.errors import UndefinedTable
    from pydantic import ValidationError

    from linli.database.roles import UnsafeRoleError
    from linli.database.server.errors import ServerError

    try:
        app()
    except (ServerError, UnsafeRoleError) as problem:
        raise fail(str(problem)) from problem
    except OSError as problem:  # a folder that is not there, no right, no room
        where = f"{problem.filename}: " if problem.filename else ""
        raise fail(f"{where}{problem.strerror or problem}") from problem
    except ValidationError as problem:
        if problem.title != "Environment":
            raise
        raise fail(_misset(problem)) from problem
    except (OperationalError, psycopg.OperationalError) as problem:
        raise fail(f"The database does not answer: {problem}") from problem
    except psycopg.ProgrammingError as problem:  # of an address, before any statement
        raise fail(f"DATABASE_URL cannot be read: {problem}") from problem
    except DataError as problem:
        raise fail(f"The database cannot keep a value of this: {problem}") from problem
    except ProgrammingError as problem:
        if not isinstance(problem.__cause__, UndefinedTable):
            raise
        raise fail("The database lacks tables of this version: run `linli migrate`.") from problem


def _misset(problem: Any) -> str:
    """Which variables of the environment are set to what they cannot be."""
    found = [(str(one["loc"][0]).upper(), one["input"], one["msg"]) for one in problem.errors()]
    return "\n".join(f"LINLI_{name} cannot be {value!r}: {words}." for name, value, words in found)


if __name__ == "__main__":
    run()
