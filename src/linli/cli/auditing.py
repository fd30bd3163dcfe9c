"""`linli audit verify`: proves the log of every county."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from linli.cli.output import Json, fail, show, table
from linli.cli.session import ready

app = typer.Typer(help="The append-only log of who did what.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """The append-only log of who did what."""


@app.command()
def verify(
    county: Annotated[str, typer.Option(help="one county only")] = "",
    *,
    json: Json = False,
) -> None:
    """Prove the chain of seals. Exit code 4 where something was edited, removed or cut off."""
    with ready():
        codes = _counties()
        if county and county not in codes:
            raise fail(f"There is no county {county}: see `linli county list`.")
        reports = [_verify(code) for code in ([county] if county else codes)]
    ok = all(report["ok"] for report in reports)
    columns = ("county", "ok", "seals", "rows", "pending", "lag_seconds", "findings")
    rows = [[report[name] for name in columns] for report in reports]
    answer = {"ok": ok, "counties": reports}
    show(answer, as_json=json, table=table("Audit log", columns, rows))
    if not ok:
        raise SystemExit(4)


def _counties() -> list[str]:
    """Those of the database, and those that only the anchors still know."""
    from django.conf import settings

    from linli.audit.anchors import anchor_file, counties
    from linli.counties.queries import county_codes

    return sorted({*county_codes(), *counties(anchor_file(settings.ENV.home))})


def _verify(code: str) -> dict[str, Any]:
    from django.conf import settings

    from linli.audit.anchors import anchor_file
    from linli.audit.verification import verify as prove

    now = datetime.now(tz=UTC)
    report = prove(code, anchor_file=anchor_file(settings.ENV.home), now=now)
    return {
        "county": code,
        "ok": report.ok,
        "seals": report.seals,
        "rows": report.rows,
        "head": report.head,
        "anchored": report.anchored,
        "pending": report.pending,
        "lag_seconds": round(report.lag.total_seconds(), 1),
        "findings": [
            {"fault": one.fault.value, "seal": one.seal, "row": one.row and str(one.row)}
            for one in report.findings
        ],
    }
