"""A replay as its page shows it: rates with intervals, moves, load and queues, in words."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from linli.access.actor import can
from linli.access.permissions import Permission
from linli.casework.models.runs import ProcessRun
from linli.casework.runs import sees_cases
from linli.flows.whatif.export import say
from linli.web.http import StaffRequest
from linli.web.whatif.words import between, percent, signed

SHOWN = 15
TABLES = {"units": "units", "categories": "categories", "townships": "areas"}
EPOCH_MONDAY = date(1970, 1, 5)


def context(request: StaffRequest, run: ProcessRun) -> dict[str, Any]:
    result: Mapping[str, Any] = run.result or {}
    labels = result["labels"]
    late = result["late"]
    overall = _rates(late["overall"], labels, "clocks")
    sees = sees_cases(request.actor)
    return {
        "result": result,
        "overall": overall[0] if overall else None,
        "clocks": _rates(late["clocks"], labels, "clocks"),
        "tables": {
            name: _changed_first(_rates(late[name], labels, kind)) for name, kind in TABLES.items()
        },
        "pairs": [_pair(one, labels) for one in result["moved"]["pairs"][:SHOWN]],
        "more_pairs": max(0, len(result["moved"]["pairs"]) - SHOWN),
        "loads": _loads(result, labels),
        "totals": _counts(result["load"]["totals"], labels, "cases"),
        "queues": _counts(result["queues"], labels, "most"),
        "forbidden": [
            (say(labels, "steps", one["step"]), say(labels, "states", one["state"]), one["times"])
            for one in result["forbidden"]
        ],
        "few_weeks": result["weeks"] < 8,
        "same": not result["changed"] and not result["deadlines"],
        "deadlines": [
            (say(labels, "clocks", row["key"]), result["deadlines"][row["key"]])
            for row in late["clocks"]
            if row["key"] in result["deadlines"]
        ],
        "sees_cases": sees,
        "exports": sees and can(request.actor, Permission.INCIDENT_EXPORT),
    }


def _rates(rows: Iterable[Mapping[str, Any]], labels: Any, kind: str) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        shares = [percent(late, of) for late, of in zip(row["late"], row["of"], strict=True)]
        found.append(
            {
                "key": row["key"],
                "label": say(labels, kind, row["key"]),
                "before": shares[0],
                "after": shares[1],
                "counts": list(zip(row["late"], row["of"], strict=True)),
                "difference": signed(row["difference"]["value"], 2),
                "between": between(row["difference"], 2),
                "size": abs(row["late"][1] - row["late"][0]),
                "moved": row["late"][0] != row["late"][1] or row["of"][0] != row["of"][1],
            }
        )
    return found


def _changed_first(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows that change, the most changed first; how many stay as they are."""
    changed = sorted((row for row in rows if row["moved"]), key=lambda row: -row["size"])
    return {"rows": changed[:SHOWN], "more": max(0, len(changed) - SHOWN),
            "same": len(rows) - len(changed)}  # fmt: skip


def _pair(one: Mapping[str, Any], labels: Any) -> dict[str, Any]:
    return {
        "from": say(labels, "units", one["from"]),
        "to": say(labels, "units", one["to"]),
        "from_key": one["from"],
        "to_key": one["to"],
        "given": one["given"],
        "cases": one["cases"],
    }


def _loads(result: Mapping[str, Any], labels: Any) -> list[dict[str, Any]]:
    """Cases given each week, of the units whose sum changes most."""
    first = EPOCH_MONDAY + timedelta(weeks=result["load"]["first_week"])
    found = []
    for one in result["load"]["weekly"][:4]:
        weeks = [first + timedelta(weeks=number) for number in range(len(one["before"]))]
        rows = list(zip(weeks, one["before"], one["after"], strict=True))
        found.append({"label": say(labels, "units", one["key"]), "rows": rows})
    return found


def _counts(rows: Iterable[Mapping[str, Any]], labels: Any, name: str) -> dict[str, Any]:
    """Two numbers a unit; those that change come first, the largest change before the others."""
    told = [
        {"label": say(labels, "units", row["key"]), "before": row[name][0], "after": row[name][1],
         "difference": signed(row[name][1] - row[name][0], 0)}
        for row in rows
    ]  # fmt: skip
    changed = [row for row in told if row["before"] != row["after"]]
    changed.sort(key=lambda row: -abs(row["after"] - row["before"]))
    longest = sorted(told, key=lambda row: -row["before"])
    return {"rows": changed[:SHOWN] or longest[:SHOWN], "changed": len(changed), "all": len(told)}
