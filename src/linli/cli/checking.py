"""`linli check`: whether this version is whole, apart from any installation's data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from linli.cli.checks import Check
from linli.cli.output import Json, show, table
from linli.cli.session import ready


def check(
    *,
    write: Annotated[
        bool, typer.Option("--write", help="write docs/authorization.md anew")
    ] = False,
    json: Json = False,
) -> None:
    """Check translations, processes, settings and rights."""
    with ready():
        checks = [_settings(), _translations(), *_processes(), *_authorization(write=write)]
    rows = [[one.state, one.name, one.found, "" if one.ok else one.cure] for one in checks]
    sound = all(one.ok for one in checks)
    answer = {"ok": sound, "checks": [{**vars(one), "state": one.state} for one in checks]}
    show(answer, as_json=json, table=table("This version", ("", "what", "found", "cure"), rows))
    if not sound:
        raise SystemExit(5)


def _settings() -> Check:
    from django.core.checks import ERROR, run_checks

    faults = [message.msg for message in run_checks() if message.level >= ERROR]
    found = "; ".join(map(str, faults)) or "sound"
    return Check("settings and models", ok=not faults, found=found, cure="mend what is named")


def _translations() -> Check:
    from babel.messages.pofile import read_po
    from django.conf import settings

    missing = []
    for source in sorted(settings.PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            open_ends = [
                one.id for one in read_po(file) if one.id and (not one.string or one.fuzzy)
            ]
        missing += [f"{source.relative_to(settings.PACKAGE)}: {words}" for words in open_ends]
    found = f"{len(missing)} unfinished, first {missing[0]}" if missing else "complete"
    return Check("translations", ok=not missing, found=found, cure="finish the .po file")


def _processes() -> Iterator[Check]:
    from linli.casework.definitions import NotSetUpError, newest_process
    from linli.cli.preparation import pending_migrations
    from linli.counties.opening import open_county
    from linli.counties.queries import county_codes

    for code in [] if pending_migrations() else county_codes():
        name = f"process of {code}"
        try:
            with open_county(code):
                definition = newest_process("incident")
        except (NotSetUpError, ValueError) as problem:
            yield Check(name, ok=False, found=str(problem), cure="publish a sound definition")
        else:
            yield Check(name, ok=True, found=f"{len(definition.transitions)} steps, no fault")


def _authorization(*, write: bool) -> Iterator[Check]:
    from django.conf import settings

    from linli.cli.authorization import document, endpoints

    bare = [one.path for one in endpoints() if not one.permission]
    found = "; ".join(bare[:5]) or "every endpoint declares its right"
    yield Check("rights", ok=not bare, found=found, cure="@page, @own_page, @public_page or @needs")
    file: Path = settings.PACKAGE.parent.parent / "docs" / "authorization.md"
    if not file.parent.is_dir():  # an installed package carries no docs
        return
    now = document()
    if write:
        file.write_text(now, encoding="utf-8")
    same = file.exists() and file.read_text(encoding="utf-8") == now
    found = "of this version" if same else "of another version"
    yield Check("docs/authorization.md", ok=same, found=found, cure="linli check --write")
