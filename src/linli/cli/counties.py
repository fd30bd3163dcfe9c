from typing import Annotated

import typer

from linli.cli.output import Json, fail, show, table
from linli.cli.session import ready

app = typer.Typer(help="Counties of this installation.", no_args_is_help=True)


@app.command()
def create(
    code: Annotated[str, typer.Argument(help="official code, e.g. 530128, or a short name")],
    name: Annotated[str, typer.Option(help="the county's name")],
    timezone: Annotated[str, typer.Option(help="IANA time zone")] = "Asia/Shanghai",
    name_en: Annotated[str, typer.Option(help="the name in English")] = "",
    *,
    json: Json = False,
) -> None:
    """Create a county with its calendar, process and categories."""
    with ready():
        from linli.counties.opening import open_county
        from linli.flows.counties import CountyRefusedError, create_county
        from linli.organisations.queries import all_units

        try:
            county = create_county(code=code, name=name, timezone=timezone, name_en=name_en)
        except CountyRefusedError as problem:
            raise fail(str(problem)) from problem
        facts = {"code": county.code, "name": county.name, "timezone": county.timezone}
        with open_county(county.code):
            facts["centre"] = ", ".join(unit.name for unit in all_units())
    show(facts, as_json=json, table=table("County", ("", ""), list(facts.items())))


@app.command("list")
def list_(*, json: Json = False) -> None:
    """The counties of this installation."""
    with ready():
        from linli.counties.queries import counties

        columns = ("code", "name", "name_en", "timezone", "is_demo")
        rows = [{name: getattr(county, name) for name in columns} for county in counties()]
    lines = [[row[name] for name in columns] for row in rows]
    show(rows, as_json=json, table=table("Counties", columns, lines))
