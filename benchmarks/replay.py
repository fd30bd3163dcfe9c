"""100,000 cases read, replayed under a draft and the result stored, beside a plain pass over them.

One run as a page asks for it and a worker carries it out. The plain pass fetches every row that the
replay reads and does nothing with it. CPU seconds are of this process; PostgreSQL works beside it,
so wall seconds are told too.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from benchmarks.scratch import installation

CASES = 100_000
CODE = "530128"


def measure(cases: int = CASES, keep: str = "") -> dict[str, Any]:
    """Seconds of both, their ratio, cases a second and the largest memory in MB.

    `keep` names a home to use again: making the cases takes longer than replaying them.
    """
    with installation(keep):
        from linli.counties.queries import county_codes

        if CODE not in county_codes():
            from linli.flows.demo.loading import load_demo

            load_demo(progress=lambda *_: None, count=cases, code=CODE)
        return _measured()


def _measured() -> dict[str, Any]:
    from django.utils import timezone

    from linli.access.actor import system
    from linli.casework.models import ProcessVersion
    from linli.casework.models.runs import ProcessRun
    from linli.counties.opening import open_county
    from linli.flows.whatif.asking import ReplayWish
    from linli.flows.whatif.runs import ask_replay, carry_out

    now = timezone.now()
    until, since = now.date() + timedelta(days=1), now.date() - timedelta(days=366)
    with open_county(CODE):
        document = ProcessVersion.objects.order_by("-version").first().document
        run = ask_replay(ReplayWish(_changed(document), since, until), by=system())
    rows, plain = _timed(lambda: _plain_pass(now - timedelta(days=367), now))
    _nothing, taken = _timed(lambda: carry_out(CODE, run.pk))
    with open_county(CODE):
        stored = ProcessRun.objects.get(pk=run.pk)
        run.delete()
    cases = stored.result["cases"]
    return {
        "cases": cases,
        "rows": rows,
        **_named("plain", plain),
        **_named("replay", taken),
        "ratio": round(taken[1] / plain[1], 2),
        "cpu_ratio": round(taken[0] / plain[0], 2),
        "cases_per_second": round(cases / taken[1]),
        "changed": stored.result["changed"],
        "stored_mb": round(len(bytes(stored.details)) / 1e6, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _changed(document: str) -> str:
    """Half the time to sign for, and one kind of matter to another trade."""
    import yaml

    found = yaml.safe_load(document)
    found["clocks"]["sign"]["by_severity"]["general"] = "2 working hours"
    rule = {"key": "tried", "label": {"zh": "试", "en": "Tried"}, "when": {"categories": ["02"]}}
    found["routing"].insert(0, rule | {"lead": {"function": "emergency"}})
    return yaml.safe_dump(found, allow_unicode=True, sort_keys=False)


def _plain_pass(since: datetime, until: datetime) -> int:
    from linli.casework.definitions import newest_process
    from linli.counties.opening import open_county
    from linli.flows.whatif.reading import bounds, take_time
    from linli.incidents.histories import keys_of, lines_of

    rows = 0
    with open_county(CODE):
        keys = keys_of([newest_process("incident")])
    for begin, end in pairwise(bounds(since, until)):
        with open_county(CODE):
            take_time()
            rows += sum(1 for _ in lines_of(begin, end, keys))
    return rows


def _timed(run: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    cpu, wall = time.process_time(), time.monotonic()
    found = run()
    return found, (time.process_time() - cpu, time.monotonic() - wall)


def _named(name: str, taken: tuple[float, float]) -> dict[str, float]:
    return {f"{name}_cpu_seconds": round(taken[0], 2), f"{name}_seconds": round(taken[1], 2)}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
