"""`linli incidents …`: taking over another system's file, and totals."""

from pathlib import Path
from typing import Annotated

import typer

from linli.cli.completion import one_of, profiles
from linli.cli.output import Json, fail, say, show, table
from linli.cli.session import ready
from linli.cli.stages import file_bar

app = typer.Typer(help="Incidents: import and totals.", no_args_is_help=True)
GROUPS = ("state", "category", "area", "unit", "month")
County = Annotated[str, typer.Option("--county", help="the county's code")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or JSON, plain or .gz", exists=True)],
    profile: Annotated[
        str,
        typer.Option(help="a shipped profile's name, or a YAML file", autocompletion=profiles),
    ],
    county: County,
    rejects: Annotated[
        Path | None, typer.Option(help="where to write what broke a rule", dir_okay=False)
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Import another system's file of incidents.

    Run again, it goes on where it stopped and adds nothing twice.
    """
    with ready() as address:
        from linli.access.actor import system
        from linli.database.migrating import gather_statistics
        from linli.incidents.importing import import_file
        from linli.incidents.imports import load_profile

        try:
            with file_bar(file) as advance:
                report = import_file(
                    file,
                    load_profile(profile),
                    county=_known(county),
                    by=lambda: system("linli incidents import"),
                    rejects=rejects,
                    progress=advance,
                )
        except ValueError as problem:  # what the reader says of a file or a profile
            raise fail(str(problem)) from problem
        except KeyboardInterrupt:
            say("Broken off. What was stored stays: run it again, and it goes on from there.")
            raise
        gather_statistics(address)
        show(
            vars(report),
            as_json=json,
            table=table(file.name, ["", ""], [(k, v) for k, v in vars(report).items()]),
        )


@app.command()
def summary(
    county: County,
    by: Annotated[
        str,
        typer.Option(help="state, category, area, unit or month", autocompletion=one_of(*GROUPS)),
    ] = "state",
    *,
    json: Json = False,
) -> None:
    """Totals by state, category, area, unit or month. With rates in percent."""
    with ready():
        from linli.counties.opening import open_county
        from linli.statistics.totals import READERS, rates, totals

        if by not in READERS:
            raise fail(f"--by {by}: choose one of {', '.join(READERS)}.")
        with open_county(_known(county)):
            rows = totals(by)
        cells = [vars(row) for row in rows]
        facts = {"county": county, "by": by, "total": sum(row.amount for row in rows)}
        show(
            facts | {"rows": cells, "rates": rates(rows)},
            as_json=json,
            table=table(by, list(cells[0]) if cells else ["key"], [[*c.values()] for c in cells]),
        )


@app.command()
def replay(county: County, *, json: Json = False) -> None:
    """Check every stored timeline against the process that governed it."""
    with ready():
        from linli.flows.replaying import replay_county

        found = replay_county(_known(county))
        lines = [one._asdict() for one in found.violations]
        columns = list(lines[0]) if lines else ["violation"]
        title = f"{found.cases} cases, {found.events} events, {len(lines)} violations"
        show(
            {"cases": found.cases, "events": found.events, "violations": lines},
            as_json=json,
            table=table(title, columns, [[*line.values()] for line in lines]),
        )
        if found.violations:
            raise typer.Exit(1)


def _known(code: str) -> str:
    from linli.counties.queries import county_codes

    known = county_codes()
    if code not in known:
        names = ", ".join(known) or "none yet"
        raise fail(f"There is no county {code}. Known: {names}. See: linli county create --help")
    return code
