"""`linli user leave`, `back`, `end-role`: who is away or goes, and who has the work then."""

from typing import Annotated, Any

import typer

from linli.cli.output import Json, fail, show, table
from linli.cli.territory_support import County, day, within

Who = Annotated[str, typer.Argument(help="user name")]
RoleOf = Annotated[str, typer.Option("--role", help="which, where the person holds several")]
At = Annotated[str, typer.Option("--at", help="code of the role's unit or area, where needed")]


def leave(
    username: Who,
    county: County,
    stand_in: Annotated[str, typer.Option(help="user name of who has the work meanwhile")],
    away_from: Annotated[str, typer.Option("--from", help="first day away, e.g. 2026-05-01")],
    away_to: Annotated[str, typer.Option("--to", help="last day away")],
    role: RoleOf = "",
    at: At = "",
    *,
    json: Json = False,
) -> None:
    """Note a leave. Areas and open matters go to who stands in, and return afterwards."""
    with within(county):
        from linli.access.actor import system
        from linli.flows import staff as flow

        held = _held(username, role, at)
        moved = flow.plan_leave(
            membership=held,
            away_from=day(away_from, "--from"),  # type: ignore[arg-type]  # is required
            away_to=day(away_to, "--to"),  # type: ignore[arg-type]
            stand_in=_heir(held, stand_in),
            by=system("linli user leave"),
        )
    _print(username, held, moved, json=json, away=[away_from, away_to], stand_in=stand_in)


def back(
    username: Who, county: County, role: RoleOf = "", at: At = "", *, json: Json = False
) -> None:
    """End a leave. The person is back from today on; what is still open returns."""
    with within(county):
        from django.utils import timezone

        from linli.access.actor import system
        from linli.flows import staff as flow

        held = _held(username, role, at)
        if held.away_from is None:
            raise fail(f"No leave of {username} is noted in this role.")
        today = timezone.localdate()
        moved = flow.end_leave(membership=held, on=today, by=system("linli user back"))
    _print(username, held, moved, json=json, back=today)


def end_role(
    username: Who,
    county: County,
    successor: Annotated[str, typer.Option(help="user name of who takes over; else nobody")] = "",
    on: Annotated[str, typer.Option("--on", help="first day without the role; today")] = "",
    role: RoleOf = "",
    at: At = "",
    *,
    json: Json = False,
) -> None:
    """End a role. The successor takes over areas, shifts and open matters on that day."""
    with within(county):
        from django.utils import timezone

        from linli.access.actor import system
        from linli.flows import staff as flow

        held, ends = _held(username, role, at), day(on, "--on") or timezone.localdate()
        heir = _heir(held, successor) if successor else None
        by = system("linli user end-role")
        moved = flow.end_role(membership=held, on=ends, successor=heir, by=by)
    _print(username, held, moved, json=json, ends=ends, successor=successor or None)


def _held(username: str, role: str, at: str) -> Any:
    """The one role that is meant."""
    from django.utils import timezone

    from linli.access.actor import system
    from linli.accounts.queries import find_user, person
    from linli.accounts.rules import plain_username

    user = find_user(plain_username(username))
    if user is None:
        raise fail(f"Nobody called {username} belongs to this county.")
    found, today = person(system(), user.pk), timezone.localdate()
    held = found.memberships if found else []
    rows = [one for one in held if not one.valid_to or one.valid_to > today]
    meant = [one for one in rows if role in ("", one.role) and at in ("", *_codes(one))]
    if len(meant) != 1:
        known = "; ".join(" ".join((one.role, *_codes(one))) for one in rows) or "none"
        raise fail(f"Name one role of {username} with --role and --at. Roles: {known}.")
    return meant[0]


def _codes(row: Any) -> list[str]:
    return [one.code for one in (row.unit, row.area) if one is not None]


def _heir(held: Any, username: str) -> Any:
    from django.utils import timezone

    from linli.accounts.queries import successors
    from linli.accounts.rules import plain_username

    able = successors(held, today=timezone.localdate())
    found = [one for one in able if one.user.username == plain_username(username)]
    if not found:
        names = ", ".join(dict.fromkeys(one.user.username for one in able)) or "nobody yet"
        raise fail(f"{username} holds no like role for the same unit and area. Who does: {names}.")
    return found[0]


def _print(username: str, held: Any, moved: int, *, json: bool, **more: Any) -> None:
    value = {"username": username, "role": held.role, **more, "matters_handed_over": moved}
    rows = [(name.replace("_", " "), _words(what)) for name, what in value.items()]
    show(value, as_json=json, table=table("Done", ("", ""), rows))


def _words(value: Any) -> str:
    return " – ".join(value) if isinstance(value, list) else "" if value is None else str(value)
