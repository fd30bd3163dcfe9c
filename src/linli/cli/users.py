"""`linli user`: accounts and the office's lists, from the server's command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.files import content_of
from linli.cli.output import Json, fail, say, show, table
from linli.cli.session import ready

app = typer.Typer(help="Accounts, roles and the offices' own lists.", no_args_is_help=True)

County = Annotated[str, typer.Option(help="the county's code")]


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="to sign in with")],
    name: Annotated[str, typer.Option(help="the person's name")],
    county: County,
    role: Annotated[str, typer.Option(help="e.g. county_operator; empty: none yet")] = "",
    unit: Annotated[str, typer.Option(help="code or name of a unit")] = "",
    area: Annotated[str, typer.Option(help="code or name of an area")] = "",
    *,
    json: Json = False,
) -> None:
    """Make an account with a temporary password. Perhaps with its first role."""
    with ready(), _inside(county):
        from linli.access.actor import system
        from linli.accounts.actions import create_user
        from linli.lib.errors import InputError

        try:
            user, secret = create_user(username=username, name=name, by=system("linli user"))
            if role:
                _grant(user, role, unit, area)
        except InputError as problem:
            raise fail(str(problem)) from problem
    _print_secret(user.username, secret, json=json)


@app.command()
def password(
    username: Annotated[str, typer.Argument(help="whose password is replaced")],
    county: County,
    *,
    second_factors: Annotated[
        bool, typer.Option("--remove-second-factors", help="also remove passkeys and codes")
    ] = False,
    json: Json = False,
) -> None:
    """Give a new temporary password. For administrators this is the only way."""
    with ready(), _inside(county):
        from linli.access.actor import system
        from linli.accounts import second_factor
        from linli.accounts.actions import set_password
        from linli.accounts.queries import find_user
        from linli.accounts.rules import plain_username
        from linli.accounts.signing import Visitor

        user = find_user(plain_username(username))
        if user is None:
            raise fail(f"Nobody called {username} belongs to {county}.")
        secret = set_password(user=user, by=system("linli user"))
        if second_factors:
            second_factor.remove(user, authenticator=None, by=Visitor(None, "linli user"))
    _print_secret(user.username, secret, json=json)


@app.command(name="list")
def list_(county: County, *, json: Json = False) -> None:
    """Everybody with a role in the county, and accounts without one."""
    with ready(), _inside(county):
        from django.utils import timezone

        from linli.access.actor import system
        from linli.accounts.queries import staff

        rows = [_told(row) for row in staff(system(), today=timezone.localdate())]
    columns = ("username", "name", "state", "roles")
    shown = [(r["username"], r["name"], r["state"], _roles(r["roles"])) for r in rows]
    show(rows, as_json=json, table=table(f"Staff of {county}", columns, shown))


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="xlsx, xls or csv", exists=True, dir_okay=False)],
    county: County,
    what: Annotated[str, typer.Option(help="staff, units or assignments")] = "staff",
    *,
    apply: Annotated[bool, typer.Option("--apply", help="write it; else only show")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="refused rows go into this xlsx", dir_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """Read an office's own list. Without --apply only what it would change."""
    with ready(), _inside(county):
        from linli.lib.errors import InputError

        plan_list, apply_list = _kind(what)
        try:
            plan = plan_list(content_of(file))
            made = apply_list(plan) if apply else []
        except InputError as problem:
            raise fail(str(problem)) from problem
        if rejects is not None:
            _write_rejects(plan, rejects)
    _print_plan(plan, made, applied=apply, json=json)
    if plan.refused:
        raise typer.Exit(1)


def _inside(county: str) -> Any:
    from linli.counties.opening import open_county
    from linli.counties.queries import county_codes

    if county not in county_codes():
        raise fail(f"There is no county {county}: linli county create {county} --name NAME.")
    return open_county(county)


def _grant(user: Any, role: str, unit: str, area: str) -> None:
    from linli.access.actor import system
    from linli.accounts.actions import Appointment, grant_membership
    from linli.accounts.enums import Role
    from linli.accounts.lists.people import unit_lookup
    from linli.organisations.lists import area_lookup
    from linli.organisations.queries import all_units

    if role not in Role.values:
        raise fail(f"{role!r} is no role. Roles: {', '.join(Role.values)}.")
    appointment = Appointment(
        user,
        Role(role),
        unit=_one("unit", unit, unit_lookup(all_units())) if unit else None,
        area=_one("area", area, area_lookup()) if area else None,
    )
    grant_membership(appointment, by=system("linli user"))


def _one(kind: str, text: str, lookup: Any) -> Any:
    found = lookup.match(text)
    if len(found) != 1:
        raise fail(f"{len(found)} of the county's {kind}s are called {text!r}: give its code.")
    return found[0]


def _kind(what: str) -> tuple[Callable[[bytes], Any], Callable[[Any], list[Any]]]:
    from linli.access.actor import system
    from linli.accounts.lists.assignments import plan_assignments
    from linli.accounts.lists.staff import plan_staff
    from linli.flows import staff as flow
    from linli.organisations.lists import plan_units

    by = system("linli user")

    def without_secrets(act: Callable[..., int]) -> Callable[[Any], list[Any]]:
        def run(plan: Any) -> list[Any]:
            act(plan=plan, by=by)
            return []

        return run

    kinds: dict[str, tuple[Callable[[bytes], Any], Callable[[Any], list[Any]]]] = {
        "staff": (plan_staff, lambda plan: flow.import_staff(plan=plan, by=by)),
        "units": (plan_units, without_secrets(flow.import_units)),
        "assignments": (plan_assignments, without_secrets(flow.import_assignments)),
    }
    if what not in kinds:
        raise fail(f"--what is one of {', '.join(kinds)}.")
    return kinds[what]


def _told(row: Any) -> dict[str, Any]:
    user = row.user
    state = "closed" if not user.is_active else "temporary" if user.password_temporary else "open"
    roles = [
        {
            "role": one.role,
            "unit": one.unit.code if one.unit else None,
            "area": one.area.code if one.area else None,
            "from": one.valid_from,
            "to": one.valid_to,
            "away": [one.away_from, one.away_to] if one.away_from else None,
        }
        for one in row.memberships
    ]
    return {"username": user.username, "name": user.name, "state": state, "roles": roles}


def _roles(roles: list[dict[str, Any]]) -> str:
    return ", ".join(
        " ".join(filter(None, (one["role"], one["unit"], one["area"]))) for one in roles
    )


def _print_secret(username: str, secret: str, *, json: bool) -> None:
    value = {"username": username, "temporary_password": secret}
    shown = table("Shown once", tuple(value), [tuple(value.values())])
    show(value, as_json=json, table=shown)


def _print_plan(plan: Any, made: list[Any], *, applied: bool, json: bool) -> None:
    value = {
        "applied": applied,
        "added": plan.added,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "refused": [{"row": one.row.number, "reason": str(one.error)} for one in plan.refused],
        "unread_columns": list(plan.unknown),
        "accounts": [
            {"username": one.user.username, "temporary_password": one.password} for one in made
        ],
    }
    if json:
        show(value, as_json=True)
        return
    head = "Applied" if applied else "Would change (nothing is written without --apply)"
    say(f"{head}: {plan.added} added, {plan.changed} changed, {plan.unchanged} unchanged.")
    if plan.unknown:
        say(f"Columns not read: {', '.join(plan.unknown)}.")
    for one in plan.refused:
        say(f"Refused: {one.error}")
    if made:
        rows = [(one.user.name, one.user.username, one.password) for one in made]
        columns = ("name", "username", "temporary password")
        show(None, as_json=False, table=table("Shown once", columns, rows))


def _write_rejects(plan: Any, target: Path) -> None:
    from datetime import UTC

    from linli.lib.spreadsheets import Column, write_xlsx

    names = list(dict.fromkeys(name for one in plan.refused for name in one.row.cells))
    titles = {n: t for one in plan.refused for n, t in one.row.titles.items()}
    columns = [Column("原因 Reason", 60), Column("行 Row", 8)]
    columns += [Column(titles.get(name, name)) for name in names]
    rows = (
        [str(one.error), one.row.number, *(one.row.cells.get(name, "") for name in names)]
        for one in plan.refused
    )
    write_xlsx(target, title="rejects", columns=columns, rows=rows, time_zone=UTC)
