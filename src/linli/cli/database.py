"""`linli database setup`: roles, grants and the database itself on a PostgreSQL of your own."""

import os
import secrets
import shlex
from typing import Annotated

import typer

from linli.cli.output import fail, out, say

app = typer.Typer(help="A PostgreSQL of your own.", no_args_is_help=True)
VARIABLES = {"owner": "LINLI_OWNER_PASSWORD", "backup": "LINLI_BACKUP_PASSWORD"}


@app.callback()
def database() -> None:
    """A PostgreSQL of your own."""


@app.command()
def setup(
    superuser_url: Annotated[str, typer.Option(help="postgresql://postgres:…@host/postgres")],
    name: Annotated[str, typer.Option(help="the database to make")] = "linli",
) -> None:
    """Make or mend the roles and the database.

    Prints the variables to set, once. Passwords come from LINLI_APP_PASSWORD,
    LINLI_OWNER_PASSWORD, LINLI_BACKUP_PASSWORD; those that are not set are made.
    """
    import psycopg
    from psycopg.conninfo import make_conninfo

    from linli.database.roles import UnsafeRoleError, bootstrap

    wanted = {"app": "LINLI_APP_PASSWORD"} | VARIABLES
    known = {key: os.environ.get(variable, "") for key, variable in wanted.items()}
    passwords = {key: given or secrets.token_urlsafe(24) for key, given in known.items()}
    try:
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            query = "SELECT count(*) FROM pg_roles WHERE rolname = 'linli_app'"
            known_roles = connection.execute(query).fetchone() == (1,)
            bootstrap(connection, name, passwords)
    except (psycopg.Error, UnsafeRoleError) as problem:
        raise fail(str(problem)) from problem
    mine = {"dbname": name, "user": "linli_app", "password": passwords["app"]}
    url = make_conninfo(superuser_url, **mine)
    values = {"DATABASE_URL": url} | {name: passwords[key] for key, name in VARIABLES.items()}
    for variable, value in values.items():  # alone on standard output: a file of them can be used
        out.print(f"{variable}={shlex.quote(value)}", highlight=False, soft_wrap=True, markup=False)
    say("These are shown once. In a file linli.env they are set by: set -a; . ./linli.env; set +a")
    if known_roles and not all(known.values()):
        say("The roles were there: whatever else uses them on this server needs these, too.")
    say("Then: linli migrate")
