"""A simulation as its page shows it: baseline beside scenario, and how far the baseline is off."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from linli.casework.models.runs import ProcessRun
from linli.flows.whatif.export import say
from linli.web.whatif.words import between, plain_between, signed

SHOWN = 12


def context(run: ProcessRun) -> dict[str, Any]:
    result: Mapping[str, Any] = run.result or {}
    labels = result["labels"]
    figures = {name: _figure(one) for name, one in result["figures"].items()}
    return {
        "result": result,
        "late": figures.get("late"),
        "reports": round(result["figures"]["cases"]["after"]["value"]),
        "late_clocks": _by_clock(figures, "late", result),
        "waits": _by_clock(figures, "wait", result),
        "tooks": _by_clock(figures, "took", result),
        "use": _use(figures, labels),
        "staff": [{**one, "label": say(labels, "units", one["key"])} for one in result["staff"]],
        "queues": _queues(result["queues"]),
        "checks": _checks(result, labels),
    }


def _figure(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Values for a chart and words for a table."""
    return {
        "before": _rounded(stored["before"]["value"]),
        "after": _rounded(stored["after"]["value"]),
        "before_between": plain_between(stored["before"], 2),
        "after_between": plain_between(stored["after"], 2),
        "difference": signed(stored["difference"]["value"], 2),
        "between": between(stored["difference"], 2),
        "clear": _clear(stored["difference"]),
    }


def _clear(interval: Mapping[str, Any]) -> bool:
    """Whether the interval leaves out nothing at all happening."""
    low, high = interval["low"], interval["high"]
    return low is not None and (low > 0 or high < 0)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _by_clock(
    figures: Mapping[str, Any], name: str, result: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """In the order of the process; a stored mapping has none."""
    return [
        {**figures[f"{name}.{key}"], "label": say(result["labels"], "clocks", key)}
        for key in result["clocks"]
        if f"{name}.{key}" in figures
    ]


def _use(figures: Mapping[str, Any], labels: Any) -> list[dict[str, Any]]:
    """Units of three people and more, and the smaller ones of each kind together."""
    rows = []
    for key, one in figures.items():
        kind, _sign, group = key.removeprefix("use.").partition(":")
        if not key.startswith("use."):
            continue
        if kind == "unit":
            label = say(labels, "units", group)
        else:
            label = _("Smaller units together: %(kind)s") % {"kind": say(labels, "kinds", group)}
        rows.append({**one, "label": label})
    return sorted(rows, key=lambda row: -max(row["before"] or 0, row["after"] or 0))[:SHOWN]


def _queues(stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    first = date.fromisoformat(stored["first_day"])
    titles = {
        "all": _("Cases that wait for somebody at noon"),
        "touched": _("The same, at the units that the scenario is about"),
    }
    return [
        {
            "title": title,
            "rows": [
                (first + timedelta(days=day), before, after)
                for day, (before, after) in enumerate(
                    zip(stored[name]["before"], stored[name]["after"], strict=True)
                )
            ],
        }
        for name, title in titles.items()
        if name in stored
    ]


def _checks(result: Mapping[str, Any], labels: Any) -> list[dict[str, Any]]:
    """What happened beside the baseline: late shares in percent, times in working hours."""
    kinds = {"late": _("Late, percent"), "took": _("Hours to the step")}
    names = [f"{kind}.{clock}" for kind in kinds for clock in result["clocks"]]
    rows = []
    for name in ["late", *names]:
        kind, _sign, clock = name.partition(".")
        figure, recorded = result["figures"].get(name), result["recorded"].get(name)
        if figure is None or recorded is None or figure["before"]["value"] is None:
            continue
        what = say(labels, "clocks", clock) if clock else _("All cases")
        simulated = figure["before"]["value"]
        rows.append(
            {
                "label": f"{kinds[kind]}: {what}",
                "recorded": recorded,
                "simulated": simulated,
                "between": plain_between(figure["before"], 2),
                "off": signed(simulated - recorded, 2),
            }
        )
    return rows
