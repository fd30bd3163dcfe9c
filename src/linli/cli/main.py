"""The `linli` command. Each module beside this one holds one group of commands."""

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from linli.cli import (
    auditing,
    calendars,
    checking,
    counties,
    database,
    demo,
    departures,
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
from linli.cli.refusals import words_of

for _name, _act in process_changes.COMMANDS.items():
    processes.app.command(name=_name)(_act)
users.app.command()(departures.leave)
users.app.command()(departures.back)
users.app.command()(departures.end_role)
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
app.add_typer(keeping.keyring, name="keyring")
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
    """Entry point: errors that a person can mend are said in one sentence, without a traceback.

    For a program, also what is wrong with the command itself, which typer tells people.
    """
    try:
        code = app(standalone_mode="--json" not in sys.argv)
    except TyperException as problem:
        raise fail(problem.format_message(), code=problem.exit_code) from problem
    except Exception as problem:
        words = words_of(problem)
        if words is None:
            raise
        raise fail(words) from problem
    raise SystemExit(code)


if __name__ == "__main__":
    run()
