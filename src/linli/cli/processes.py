"""`linli process …`: versions and drafts of a county's process, read, compared and written out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from linli.cli import coverage
from linli.cli.files import text_of
from linli.cli.output import Json, fail, show, table
from linli.cli.session import ready

app = typer.Typer(help="Processes of a county: versions, drafts, checks.", no_args_is_help=True)
app.command()(coverage.check)

County = Annotated[str, typer.Option(help="the county's code")]
Key = Annotated[str, typer.Option("--process", help="which process")]
INCIDENT = "incident"


@contextmanager
def inside(county: str) -> Iterator[Any]:
    """Work in a county as the system, which may read everything; yields that actor."""
    with ready():
        from linli.access.actor import system
        from linli.counties.opening import open_county
        from linli.counties.queries import county_codes

        if county not in county_codes():
            raise fail(f"There is no county {county}: linli county create {county} --name NAME.")
        with open_county(county):
            yield system("linli process")


@app.command(name="list")
def list_(county: County, process: Key = INCIDENT, *, json: Json = False) -> None:
    """Every published version, and the drafts that are open."""
    with inside(county) as by:
        from linli.casework import versions

        published = [_version(row) for row in versions.versions(by, process)]
        drafts = [_draft(row) for row in versions.drafts(by, process)]
        rows = [(f"version {one['version']}", one["title"], one["proposer"], one["approver"],
                 one["published_at"]) for one in published]  # fmt: skip
        rows += [(one["id"], one["title"], one["author"], one["state"], one["updated_at"])
                 for one in drafts]  # fmt: skip
        columns = ("version or draft", "what changes", "by", "approved by, or state", "at")
        show(
            {"versions": published, "drafts": drafts},
            as_json=json,
            table=table(f"{process} of {county}", columns, rows),
        )


@app.command(name="show")
def show_(
    county: County,
    which: Annotated[
        str, typer.Argument(help="a version, a draft's id, or nothing: what is published")
    ] = "",
    process: Key = INCIDENT,
    language: Annotated[str, typer.Option(help="en or zh")] = "en",
    *,
    json: Json = False,
) -> None:
    """States and steps in words, and what is wrong with a draft."""
    with inside(county) as by:
        from linli.flows.processes import judged
        from linli.processes.writing import markdown

        text = document(by, process, which)
        examined = judged(process, text)
        definition = examined.definition
        words = markdown(definition, language) if definition else ""
        faults = [
            {"place": list(one.place), "code": one.code, "words": str(one)}
            for one in examined.faults
        ]
        facts = {
            "process": process,
            "version": definition.version if definition else None,
            "faults": faults,
            "definition": definition.model_dump(mode="json", by_alias=True) if definition else None,
        }
    if json:
        show(facts, as_json=True)
        return
    sys.stdout.write(words)
    for fault in faults:
        sys.stdout.write(f"! {fault['words']}\n")


@app.command()
def export(
    county: County,
    which: Annotated[str, typer.Argument(help="a version, a draft's id, or `shipped`")] = "",
    process: Key = INCIDENT,
    out: Annotated[
        Path | None, typer.Option(help="file to write; else printed", dir_okay=False)
    ] = None,
) -> None:
    """The document as YAML."""
    with inside(county) as by:
        text = document(by, process, which)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="a version, a draft's id, `shipped` or a file")],
    new: Annotated[str, typer.Argument(help="the same")],
    county: County,
    process: Key = INCIDENT,
    language: Annotated[str, typer.Option(help="en or zh")] = "en",
    *,
    json: Json = False,
) -> None:
    """What differs between two documents, in words."""
    with inside(county) as by:
        from linli.processes.comparing import compare

        before, after = (_readable(by, process, one) for one in (old, new))
        lines = [
            {"kind": str(line.kind), "place": list(line.place), "words": line.words}
            for line in compare(before, after, language)
        ]
    rows = [(one["kind"], one["words"]) for one in lines]
    shown = table(f"{old} → {new}", ("", "what differs"), rows)
    show({"lines": lines}, as_json=json, table=shown)


@app.command()
def schema() -> None:
    """The JSON Schema of a document."""
    from linli.processes.schema import json_schema_text

    sys.stdout.write(json_schema_text())


def document(by: Any, process: str, which: str) -> str:
    """The text of a version (the newest for ""), of a draft, the shipped one, or of a file."""
    from linli.casework import versions
    from linli.flows.processes import SHIPPED, shipped

    if which == "shipped" and process in SHIPPED:
        return shipped(process)
    if which.isdecimal() or not which:
        row = versions.version(by, process, int(which) if which else None)
        if row is None:
            raise fail(f"There is no version {which or 'published'} of {process}.")
        return str(row.document)
    if Path(which).is_file():
        return text_of(Path(which))
    draft = versions.draft(by, draft_id(which))
    if draft is None:
        raise fail(f"There is no draft {which}.")
    return str(draft.document)


def draft_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise fail(f"{text!r} is no version, no draft's id and no file.") from problem


def _readable(by: Any, process: str, which: str) -> Any:
    from linli.processes.loading import examine

    examined = examine(document(by, process, which))
    if examined.definition is None:
        raise fail(f"{which} cannot be read: {examined.faults[0]}")
    return examined.definition


def _version(row: Any) -> dict[str, Any]:
    names = ("version", "title", "summary", "proposer", "approver", "rolled_back_from")
    return {name: getattr(row, name) for name in names} | {"published_at": row.published_at}


def _draft(row: Any) -> dict[str, Any]:
    names = ("title", "summary", "state", "based_on", "rolled_back_from", "author", "editor")
    found = {name: getattr(row, name) for name in names}
    return {"id": str(row.pk)} | found | {"version": row.version, "updated_at": row.updated_at}
