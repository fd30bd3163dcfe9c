"""Reports a second over the API, 16 clients, 2 workers, beside a bare Django view (one insert).

With routing, timeline, counters, audit, search text and idempotency, as the role `app` under
row-level security, worker and sealer running. Aims: 0.2 of the bare view, 350/s, p95 under 100 ms,
4 ms CPU. Spread over the grids of a township, and all in one grid; in turns, since the speed of a
machine drifts by half within minutes.
"""

import json
import random
from statistics import median
from typing import Any

from benchmarks.scratch import installation
from benchmarks.serving import CLIENTS, CODE, County, keys, run, served, served_bare

TURNS = 4
TEXTS = (
    "村口水管破裂，水流到路面，请尽快派人维修。",
    "公路边坡有落石，影响通行，夜间尤其危险。",
    "路灯连续三晚不亮，老人出行不便。",
    "垃圾堆放在河边已有一周，气味很大。",
    "两家因为地界发生争执，请来人调解。",
)


def measure(seconds: float = 16, demo: int = 2_000) -> dict[str, Any]:
    """Requests/s, p50, p95 and CPU ms a request of each; `ratio` is ours to the bare view's."""
    with installation() as address:
        from linli.database.migrating import gather_statistics
        from linli.flows.demo.loading import load_demo

        load_demo(progress=lambda *_: None, count=demo)
        county = keys()
        gather_statistics(address)
        with served_bare(address) as plain, served(address) as ours:
            asked = {
                "bare": (plain, _bare()),
                "spread": (ours, _reports(county, county.grids)),
                "one_grid": (ours, _reports(county, county.grids[:1])),
            }
            turns = [
                {name: run(*one, seconds / TURNS) for name, one in asked.items()}
                for _turn in range(TURNS)
            ]
    found = {name: _together([turn[name] for turn in turns]) for name in asked}
    bare = found["bare"]["requests_per_second"]
    rates = {name: found[name]["requests_per_second"] for name in ("spread", "one_grid")}
    return {**found, "ratio": {name: round(rate / bare, 3) for name, rate in rates.items()}}


def _together(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Turns as one: sums, and the median of each percentile and each CPU time."""
    sums = {name: sum(turn[name] for turn in turns) for name in ("seconds", "requests")}
    return {
        **sums,
        "requests_per_second": round(sums["requests"] / sums["seconds"], 1),
        "failures": [one for turn in turns for one in turn["failures"]],
        "milliseconds": {
            name: {key: median(turn["milliseconds"][name][key] for turn in turns) for key in each}
            for name, each in turns[0]["milliseconds"].items()
        },
        "cpu_ms_per_request": {
            kind: median(turn["cpu_ms_per_request"][kind] for turn in turns)
            for kind in turns[0]["cpu_ms_per_request"]
        },
    }


def report_of(county: County, grids: list[str], chance: random.Random) -> dict[str, Any]:
    """One request that reports a matter."""
    body = {
        "text": f"第{chance.randrange(10**6)}号：{chance.choice(TEXTS)}",
        "category_id": chance.choice(county.categories),
        "source": "call",
        "place": {"area_id": chance.choice(grids)},
    }
    path = f"/api/v1/{CODE}/incidents"
    return {
        "name": "create",
        "method": "POST",
        "path": path,
        "token": county.operator,
        "body": body,
        "creates": True,
    }


def _reports(county: County, grids: list[str]) -> list[list[list[dict[str, Any]]]]:
    chance = random.Random(1)
    return [[[report_of(county, grids, chance)] for _ in range(200)] for _ in range(CLIENTS)]


def _bare() -> list[list[list[dict[str, Any]]]]:
    one = {"name": "bare", "method": "POST", "path": "/reports", "token": "-"}
    return [[[one | {"body": {"text": text}}] for text in TEXTS] for _ in range(CLIENTS)]


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False, indent=1))
