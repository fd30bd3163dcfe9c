"""Lifecycles a second over the API at 10,000, 100,000 and 1,000,000 incidents, 16 clients.

One is: report, accept, dispatch, sign for, hand in with evidence, verify and close, search: seven
requests by three people's keys. Aims: 40/s at a million, within 1.3x of the small county. The
prefilled cases are those of the demo county again and again (without their old timelines); the
evidence is uploaded beforehand.
"""

import json
import random
from collections.abc import Sequence
from typing import Any

from benchmarks.create import report_of
from benchmarks.million import multiply
from benchmarks.scratch import installation
from benchmarks.serving import CLIENTS, CODE, County, keys, run, served

WORDS = ("水管", "路灯", "落石", "垃圾", "地界", "排水沟", "噪音", "井盖")
ROUNDS = 150  # of each client: its evidence is used up by then


def measure(
    seconds: float = 10, base: int = 10_000, times: Sequence[int] = (1, 10, 100)
) -> dict[str, Any]:
    """Per size: lifecycles/s, p50 and p95 of each step, CPU ms; `growth` of the time of one."""
    found: dict[str, Any] = {}
    with installation() as address:
        from linli.database.migrating import gather_statistics
        from linli.flows.demo.loading import load_demo

        load_demo(progress=lambda *_: None, count=base)
        before = 1
        for factor in times:
            if factor > before:
                multiply(address, factor, first=before)
                before = factor
            county = keys()
            gather_statistics(address)
            with served(address) as server:
                result = run(server, _scripts(county), seconds)
            result["lifecycles_per_second"] = round(result["rounds"] / result["seconds"], 1)
            found[str(base * factor)] = result
    rates = [one["lifecycles_per_second"] for one in found.values()]
    return {**found, "growth": round(rates[0] / rates[-1], 2)}


def _scripts(county: County) -> list[list[list[dict[str, Any]]]]:
    chance, evidence = random.Random(2), iter(county.evidence)
    return [[_life(county, next(evidence), chance) for _ in range(ROUNDS)] for _ in range(CLIENTS)]


def _life(county: County, evidence: str, chance: random.Random) -> list[dict[str, Any]]:
    def step(name: str, token: str, **fields: Any) -> dict[str, Any]:
        path = f"/api/v1/{CODE}/incidents/{{id}}/steps/{name}"
        body = {"fields": fields}
        return {"name": name, "method": "POST", "path": path, "token": token, "body": body}

    word = chance.choice(WORDS)
    search = {
        "name": "search",
        "method": "GET",
        "path": f"/api/v1/{CODE}/incidents?size=20&counted=false&q={_quoted(word)}",
        "token": county.operator,
    }
    return [
        report_of(county, county.grids, chance),
        step("accept", county.operator),
        step("dispatch", county.operator, unit=county.unit),
        step("sign_for", county.handler),
        step("hand_in", county.handler, result="已修复，现场恢复正常。", evidence=[evidence]),
        step("verify_pass", county.operator, verification_kind="on_site", outcome="solved"),
        search,
    ]


def _quoted(word: str) -> str:
    from urllib.parse import quote

    return quote(word)


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False, indent=1))
