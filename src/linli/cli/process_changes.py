"""`linli process import`, `publish`, …: changes, each in the name of a member of staff.

The command line has every file of the installation, but no process is published by it alone: the
one who proposes and the one who approves are two people of the county, named with `--by`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.files import text_of
from linli.cli.output import Json, fail, show, table
from linli.cli.processes import INCIDENT, County, Key, draft_id, inside

By = Annotated[str, typer.Option("--by", help="user name of who does it")]
Reason = Annotated[str, typer.Option(help="why")]
Draft = Annotated[str, typer.Argument(help="the draft's id")]


def import_(
    file: Annotated[Path, typer.Argument(help="YAML", exists=True, dir_okay=False)],
    county: County,
    by: By,
    title: Annotated[str, typer.Option(help="what changes, in a few words")],
    reason: Reason = "",
    process: Key = INCIDENT,
    *,
    json: Json = False,
) -> None:
    """Begin a draft from a file; faults are named and kept with it."""
    text = text_of(file)
    with _acting(county, by) as actor:
        from linli.flows import processes as flow

        draft = flow.start(process, title=title, summary=reason, document=text, by=actor)
        faults = [str(one) for one in flow.judged(process, text).faults]
        facts = {"draft": str(draft.pk), "based_on": draft.based_on, "faults": faults}
    _print(facts, json=json)


def propose(draft: Draft, county: County, by: By, *, json: Json = False) -> None:
    """Ask a second person to approve a draft."""
    with _acting(county, by) as actor:
        from linli.flows import processes as flow

        row = _find(actor, draft)
        row = flow.propose(row.pk, version=row.version, by=actor)
        facts = {"draft": str(row.pk), "state": row.state}
    _print(facts, json=json)


def publish(draft: Draft, county: County, by: By, *, json: Json = False) -> None:
    """Approve and publish a proposed draft. --by is not one of its writers."""
    with _acting(county, by) as actor:
        from linli.flows import processes as flow

        row = _find(actor, draft)
        version = flow.publish(row.pk, version=row.version, by=actor)
        facts = {"process": version.process, "version": version.version}
    _print(facts, json=json)


def rollback(
    version: Annotated[int, typer.Argument(help="the version whose document comes back")],
    county: County,
    by: By,
    reason: Reason,
    process: Key = INCIDENT,
    *,
    json: Json = False,
) -> None:
    """Propose an earlier version as the next one. A second person publishes it."""
    with _acting(county, by) as actor:
        from linli.flows import processes as flow

        title = f"Back to version {version}"
        row = flow.roll_back(process, to=version, title=title, reason=reason, by=actor)
        facts = {"draft": str(row.pk), "state": row.state}
    _print(facts, json=json)


def move_cases(
    county: County,
    by: By,
    to: Annotated[int, typer.Option(help="the version to move to")],
    reason: Reason = "",
    state: Annotated[list[str] | None, typer.Option(help="only in these states")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="only of these units, by code")] = None,
    process: Key = INCIDENT,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="do it; else only report")] = False,
    json: Json = False,
) -> None:
    """Move open cases to another version. Without --apply only what would change."""
    with _acting(county, by) as actor:
        from linli.flows import moving as flow
        from linli.incidents.actions.moving import Choice

        choice = Choice(tuple(state or ()), tuple(_unit(code) for code in unit or ()))
        report = flow.preview(process, to, choice, by=actor)
        facts = _reported(report)
        row = flow.ask(process, to, choice, reason=reason, by=actor) if apply else None
    if row is not None:
        done = _run(county, row)
        facts |= {"moved": done.moved, "stayed": done.refused}
    _print({"applied": apply, **facts}, json=json)


def _run(county: str, row: Any) -> Any:
    """At once rather than by the worker: who asks here waits for it."""
    from linli.cli.session import ready
    from linli.flows import moving as flow

    with ready():
        return flow.run(county, row.pk)


@contextmanager
def _acting(county: str, username: str) -> Iterator[Any]:
    """Work as a member of staff of the county; refusals become one sentence."""
    with inside(county):
        from linli.access.actor import PermissionRefusedError
        from linli.casework.drafting import NoDraftError, StaleDraftError
        from linli.flows.processes import NotCoveredError
        from linli.lib.errors import InputError
        from linli.processes import DefinitionError

        try:
            yield _member(username)
        except PermissionRefusedError as problem:
            raise fail(f"{username} lacks the right {problem.permission}.") from problem
        except NotCoveredError as problem:
            checked = problem.checked
            gaps = "; ".join(checked.words(gap, "en") for gap in checked.gaps[:5])
            raise fail(f"{len(checked.gaps)} gaps: {gaps}. See linli process check.") from problem
        except (DefinitionError, InputError) as problem:
            raise fail(str(problem)) from problem
        except (NoDraftError, StaleDraftError) as problem:
            raise fail(f"There is no such draft, or it has changed: {problem}") from problem


def _member(username: str) -> Any:
    from django.utils import timezone

    from linli.access.actor import actor_for
    from linli.accounts.queries import find_user
    from linli.accounts.rules import plain_username

    user = find_user(plain_username(username))
    actor = actor_for(user, today=timezone.localdate()) if user and user.is_active else None
    if actor is None:
        raise fail(f"Nobody called {username} has a role here.")
    return actor


def _find(actor: Any, text: str) -> Any:
    from linli.casework import versions

    row = versions.draft(actor, draft_id(text))
    if row is None:
        raise fail(f"There is no draft {text}.")
    return row


def _unit(code: str) -> Any:
    from linli.incidents import references

    found = references.in_service().units.get(code)
    if found is None:
        raise fail(f"There is no unit {code}.")
    return found.pk


def _reported(report: Any) -> dict[str, Any]:
    names = ("total", "earlier", "later", "passed", "same", "refused")
    found: dict[str, Any] = {name: getattr(report, name) for name in names}
    found["steps"] = [
        {"from_version": version, "state": state, "gained": one.gained, "lost": one.lost}
        for (version, state), one in report.steps.items()
    ]
    return found


def _print(facts: dict[str, Any], *, json: bool) -> None:
    show(facts, as_json=json, table=table("process", ("", ""), list(facts.items())))


COMMANDS: dict[str, Callable[..., None]] = {
    "import": import_,
    "propose": propose,
    "publish": publish,
    "rollback": rollback,
    "move-cases": move_cases,
}
