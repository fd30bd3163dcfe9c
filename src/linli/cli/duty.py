"""`linli duty …`: who is on duty, the rota of a unit, an office's own list."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from linli.cli.files import content_of
from linli.cli.output import Json, fail, say, show, table
from linli.cli.territory_support import County, day, within

app = typer.Typer(help="Duty rotas: who answers now, and hour by hour.", no_args_is_help=True)
Unit = Annotated[str, typer.Option("--unit", help="code or name of a unit; else all")]


@app.command()
def now(county: County, unit: Unit = "", *, json: Json = False) -> None:
    """Who answers at this moment, and the reasons of those who do not."""
    with within(county):
        from django.utils import timezone

        from linli.casework.duty import rotas

        moment = timezone.now()
        read = rotas(_units(unit), begin=timezone.localdate(moment))
        wanted = _units(unit) or [key for key, one in read.units.items() if one.active]
        rows = [_answer(read, key, moment) for key in wanted]
    columns = ("unit", "on_duty", "phone", "leader", "answering", "until", "why_not")
    cells = [[", ".join(c) if isinstance(c, list) else c for c in row.values()] for row in rows]
    show(rows, as_json=json, table=table(f"On duty in {county}", columns, cells))


@app.command(name="show")
def show_(
    county: County,
    unit: Annotated[str, typer.Option("--unit", help="code or name of a unit")],
    week: Annotated[str | None, typer.Option(help="a day of the week wanted; this week")] = None,
    *,
    json: Json = False,
) -> None:
    """A unit's rota through a week. Also the hours in which nobody answers."""
    with within(county):
        from django.utils import timezone

        from linli.accounts.duty.rules import instant
        from linli.casework.duty import duty_hours, rotas

        (key,) = _units(unit)
        hours = duty_hours([key], day=day(week, "--week") or timezone.localdate())[key]
        read = rotas([key], begin=hours.monday)
        ends = (instant(hours.monday + timedelta(n), 0, read.book.zone) for n in (0, 7))
        turns = [_turn(read, turn) for turn in read.turns(key, *ends)]
        facts = {
            "unit": read.units[key].code,
            "monday": hours.monday,
            "turns": turns,
            "uncovered_hours": sorted(hours.uncovered),
            "runs_out": hours.runs_out,
        }
    rows = [tuple(one.values()) for one in turns]
    columns = ("begin", "end", "officer", "deputy", "leader", "dated")
    show(facts, as_json=json, table=table(f"{unit}, week of {hours.monday}", columns, rows))
    if not json and hours.uncovered:
        say(f"Nobody answers in {len(hours.uncovered)} hours of this week.")


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="xlsx, xls or csv", exists=True, dir_okay=False)],
    county: County,
    unit: Annotated[str, typer.Option("--unit", help="whose rota it is, where no row says")] = "",
    *,
    apply: Annotated[bool, typer.Option("--apply", help="write it; else only show")] = False,
    json: Json = False,
) -> None:
    """Read an office's own rota: without --apply only what it would add."""
    with within(county):
        from linli.access.actor import system
        from linli.accounts.lists.rota import plan_rota
        from linli.flows.duty import import_rota
        from linli.organisations.queries import unit as find_unit

        own = find_unit(_units(unit)[0]) if unit else None
        plan = plan_rota(content_of(file), may_edit=lambda _unit: True, own=own)
        if apply:
            import_rota(plan=plan, by=system("linli duty import"))
    refused = [{"row": one.row.number, "reason": str(one.error)} for one in plan.refused]
    value = {"applied": apply, "added": plan.added, "unchanged": plan.unchanged}
    show(value | {"refused": refused}, as_json=json)
    head = "Applied" if apply else "Would change (nothing is written without --apply)"
    say(f"{head}: {plan.added} added, {plan.unchanged} unchanged.")
    for one in refused:
        say(f"Refused: {one['reason']}")
    if refused:
        raise typer.Exit(1)


def _units(text: str) -> Any:
    """The unit that is asked for; None for all."""
    if not text:
        return None
    from linli.accounts.lists.people import unit_lookup
    from linli.organisations.queries import all_units

    found = unit_lookup(all_units()).match(text)
    if len(found) != 1:
        raise fail(f"{len(found)} of the county's units are called {text!r}: give its code.")
    return [found[0].pk]


def _answer(read: Any, key: Any, moment: Any) -> dict[str, Any]:
    from django.utils import timezone

    answer = read.at(key, moment)
    person, leader = read.row(answer.person), read.row(answer.leader)
    answering = read.units[answer.unit] if answer.basis else None
    return {
        "unit": read.units[key].code,
        "on_duty": str(person.user) if person else str(answer.basis or ""),
        "phone": (person.phone if person else "") or (answering.duty_phone if answering else ""),
        "leader": str(leader.user) if leader else "",
        "answering": answering.code if answering else "",
        "until": timezone.localtime(answer.until).isoformat() if answer.until else "",
        "why_not": [f"{read.units[one.unit].code}: {one.why}" for one in answer.passed],
    }


def _turn(read: Any, turn: Any) -> dict[str, Any]:
    zone = read.book.zone
    seats = ("officer", "deputy", "leader")
    rows = {seat: read.row(getattr(turn.line, seat, None)) for seat in seats}
    named = {seat: str(row.user) if row else None for seat, row in rows.items()}
    return {
        "begin": f"{turn.begin.astimezone(zone):%Y-%m-%d %H:%M}",
        "end": f"{turn.end.astimezone(zone):%Y-%m-%d %H:%M}",
        **(named if turn.line else named | {"officer": "members"}),
        "dated": bool(turn.line and turn.line.dated),
    }
