"""`linli process replay` and `linli process simulate`: what if it were otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from linli.cli.files import text_of
from linli.cli.output import Json, console, fail, say, show, table
from linli.cli.session import ready

_DAYS = ["%Y-%m-%d"]
County = Annotated[str, typer.Option("--county", help="the county's code")]
SEED = 20260101
STAGES = {"read": "Reading the past", "replay": "Replaying", "simulate": "Simulating"}


def replay(
    draft: Annotated[
        Path, typer.Argument(help="a definition as YAML", exists=True, dir_okay=False)
    ],
    county: County,
    since: Annotated[datetime, typer.Option(formats=_DAYS, help="first day of report")],
    until: Annotated[
        datetime | None, typer.Option(formats=_DAYS, help="last day of report (today)")
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option(help="another calendar for the draft, as YAML", exists=True)
    ] = None,
    seed: Annotated[int, typer.Option(help="of the resampling")] = SEED,
    out: Annotated[
        Path | None,
        typer.Option(help="write the changed cases to FILE.xlsx or FILE.csv", dir_okay=False),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Put the county's past cases through a draft. Each with the times that it took."""
    if out is not None and out.suffix not in {".xlsx", ".csv"}:
        raise fail(f"{out}: write to a file that ends in .xlsx or .csv.")
    with ready():
        from linli.flows.whatif.asking import AskedWrongError, ReplayWish
        from linli.flows.whatif.carrying import carry_out_replay

        code = _known(county)
        wish = ReplayWish(
            draft=text_of(draft),
            since=since.date(),
            until=until.date() if until else date.today(),
            seed=seed,
            calendar=text_of(calendar) if calendar else "",
        )
        try:
            with _bar() as progress:
                found = carry_out_replay(code, wish, progress)
        except AskedWrongError as problem:
            raise fail(_said(problem.code, problem.faults)) from problem
        if out is not None:
            _write(out, code, found)
        show(found.result, as_json=json, table=_late_table(found.result))


def simulate(
    county: County,
    scenario: Annotated[str, typer.Option(help="a ready scenario's name, or a YAML file")],
    days: Annotated[int, typer.Option(help="days to simulate", min=1, max=120)] = 30,
    since: Annotated[
        datetime | None,
        typer.Option(formats=_DAYS, help="the past that is played on begins (a year ago)"),
    ] = None,
    replications: Annotated[int, typer.Option(min=2, max=100)] = 20,
    seed: int = SEED,
    *,
    json: Json = False,
) -> None:
    """Play days to come through. Without and with more staff, a merger or a storm."""
    with ready():
        from linli.flows.whatif.asking import AskedWrongError, SimulationWish
        from linli.flows.whatif.carrying import carry_out_simulation
        from linli.whatif.simulation.scenario import ScenarioError

        path = Path(scenario)
        wish = SimulationWish(
            scenario=text_of(path) if path.is_file() else scenario,
            since=since.date() if since else _year_before(date.today()),
            days=days,
            replications=replications,
            seed=seed,
        )
        try:
            with _bar() as progress:
                found = carry_out_simulation(_known(county), wish, progress)
        except (AskedWrongError, ScenarioError) as problem:
            raise fail(_said(getattr(problem, "code", "scenario"), problem.faults)) from problem
        show(found, as_json=json, table=_figures_table(found))


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28))


def _said(code: str, faults: list[str]) -> str:
    words = {
        "backwards": "The last day lies before the first.",
        "too_far_back": "At most twenty years of the past: begin later with --since.",
        "too_long": "At most 120 days ahead, and 2 to 100 replications.",
        "draft": "The draft cannot be used.",
        "calendar": "The calendar cannot be used.",
        "scenario": "The scenario cannot be used. Ready ones: one_more_operator, storm_day, "
        "two_units_merged.",
    }
    if "past_too_short" in faults:
        return "The past is too short: eight weeks of cases that came to an end are needed."
    return "\n  ".join([words[code], *faults])


def _write(out: Path, county: str, found: Any) -> None:
    from linli.counties.opening import open_county
    from linli.flows.whatif.export import write_rows

    with open_county(county):
        from linli.access.actor import system

        count = write_rows(out, found.result, found.rows, by=system("linli process replay"))
    say(f"{count} changed cases: {out}")


def _late_table(result: dict[str, Any]) -> RenderableType:
    rows = [
        [_label(result, "clocks", row["key"]), *_rate(row)]
        for row in [*result["late"]["overall"], *result["late"]["clocks"]]
    ]
    title = (
        f"{result['cases']} cases, {result['moved']['cases']} change hands; in {result['chosen']} "
        "a person chose another unit"
    )
    return table(title, ["late", "before", "after", "difference, points", "95 %"], rows)


def _rate(row: dict[str, Any]) -> list[str]:
    shares = [f"{late} of {of}" for late, of in zip(row["late"], row["of"], strict=True)]
    return [*shares, *_interval(row["difference"])]


def _interval(value: dict[str, float | None]) -> list[str]:
    if value["value"] is None:
        return ["", ""]
    bounds = "" if value["low"] is None else f"{value['low']:+.2f} to {value['high']:+.2f}"
    return [f"{value['value']:+.2f}", bounds]


def _figures_table(result: dict[str, Any]) -> RenderableType:
    rows = []
    for name, figure in result["figures"].items():
        values = [figure[side]["value"] for side in ("before", "after")]
        shown = ["" if value is None else f"{value:.2f}" for value in values]
        recorded = result["recorded"].get(name, "")
        rows.append([name, recorded, *shown, *_interval(figure["difference"])])
    columns = ["figure", "recorded", "baseline", "scenario", "difference", "95 %"]
    return table(result["scenario"]["title"]["en"], columns, rows)


def _label(result: dict[str, Any], kind: str, key: str) -> str:
    found = result["labels"][kind].get(key)
    return str(found["en"]) if found else key


def _known(code: str) -> str:
    from linli.counties.queries import county_codes

    known = county_codes()
    if code not in known:
        raise fail(f"There is no county {code}. Known: {', '.join(known) or 'none yet'}.")
    return code


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """One bar a stage."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        tasks: dict[str, Any] = {}

        def told(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(STAGES[stage], total=of)
            shown.update(tasks[stage], completed=done, total=of)

        yield told
