"""List, search and summary pages at 10,000 and 1,000,000 incidents, one client, whole HTML.

Aims: p50 under 25, 30 and 10 ms, p95 under twice that, growth within 1.3x. The ceiling beside
them is the same server's health page: what HTTP and the process cost alone.
"""

import http.client
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.million import COUNTY, multiply
from benchmarks.scratch import installation

PORT = 8471
ROUNDS = 30
RATES = (0.00001, 0.001, 0.02, 0.2)


def measure(base: int = 10_000, times: int = 100) -> dict[str, Any]:
    """p50 and p95 in ms of each page at `base` and `base * times` incidents."""
    with installation() as address:
        from linli.database.migrating import gather_statistics
        from linli.flows.demo.loading import load_demo

        logins = {one.role: one for one in load_demo(progress=lambda *_: None, count=base)}
        _work_at_the_busiest_unit(address, logins["unit_handler"])
        gather_statistics(address)
        place = _place()
        small = _try(address, logins, place)
        many = multiply(address, times)
        large = _try(address, logins, place)
    growth = {page: round(large[page]["p50"] / small[page]["p50"], 2) for page in small}
    return {str(base): small, str(many): large, "growth": growth}


def _work_at_the_busiest_unit(address: Any, handler: Any) -> None:
    """A full page at either size; a small unit's newest case would stand there fifty times."""
    with _owner(address) as owner:
        owner.execute(
            "UPDATE accounts_membership SET unit_id ="
            " (SELECT lead_unit_id FROM incidents_incident WHERE lead_unit_id IS NOT NULL"
            "  GROUP BY lead_unit_id ORDER BY count(*) DESC LIMIT 1)"
            " WHERE user_id = (SELECT id FROM accounts_user WHERE username = %s)",
            [handler.username],
        )


def _place() -> Any:
    from django.conf import settings

    from linli.cli.place import Place

    place = Place(settings.ENV.home)
    place.take()
    return place


def _try(address: Any, logins: Any, place: Any) -> dict[str, Any]:
    from linli.cli.preparation import collect_static
    from linli.cli.serving import Service, child_environment

    collect_static()
    service = Service(place, child_environment(address))
    service.start(host="127.0.0.1", port=PORT, workers=2)
    try:
        return _pages(address, logins)
    finally:
        service.stop()


def _pages(address: Any, logins: Any) -> dict[str, Any]:
    centre, handler = Client(logins["dispatcher"]), Client(logins["unit_handler"])
    township = _one(address, "SELECT id FROM territory_area WHERE level = 1 ORDER BY code LIMIT 1")
    paths = {
        "health (ceiling)": (centre, ["/healthz"]),
        "list, open in one township": (
            centre,
            [f"/{COUNTY}/incidents?{urlencode({'group': 'open', 'township': township})}"],
        ),
        "list, all closed": (centre, [f"/{COUNTY}/incidents?group=closed"]),
        "list, own scope of a unit": (handler, [f"/{COUNTY}/incidents"]),
        "search": (centre, [f"/{COUNTY}/incidents?q={quote(word)}" for word in _words(address)]),
        "summary": (centre, [f"/{COUNTY}/figures"]),
        "my work": (handler, [f"/{COUNTY}/"]),
    }
    return {name: client.timed(many) for name, (client, many) in paths.items()}


def _one(address: Any, query: str) -> str:
    return str(_rows(address, query)[0][0])


def _rows(address: Any, query: str) -> list[Any]:
    with _owner(address) as owner:
        return owner.execute(query).fetchall()


@contextmanager
def _owner(address: Any) -> Iterator[Any]:
    import psycopg

    with psycopg.connect(**address.params("owner")) as owner:
        owner.execute("SELECT set_config('linli.county', %s, false)", [COUNTY])
        yield owner


def _words(address: Any) -> list[str]:
    """30 Chinese words of the texts: those that come nearest to each of the four rates."""
    rows = _rows(
        address,
        "SELECT word, ndoc FROM ts_stat($$SELECT tokens FROM incidents_incidenttext"
        " ORDER BY id LIMIT 20000$$)",
    )
    texts = min(20_000, int(_one(address, "SELECT count(*) FROM incidents_incidenttext")))
    chinese = [
        (word, ndoc / texts) for word, ndoc in rows if re.fullmatch(r"[\u4e00-\u9fff]{2}", word)
    ]
    chance = random.Random(7)
    found: list[str] = []
    for rate in RATES:
        near = sorted(chinese, key=lambda pair: abs(pair[1] - rate))[:40]
        found += [word for word, _share in chance.sample(near, 8 if rate > 0.0001 else 6)]
    return found


class Client:
    """One signed-in browser with a kept connection."""

    def __init__(self, login: Any) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", PORT)
        self._cookies: dict[str, str] = {}
        form = self.get("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        body = {"username": login.username, "password": login.password}
        self._send(
            "POST", "/account/login/", body | {"csrfmiddlewaretoken": token[1] if token else ""}
        )

    def get(self, path: str) -> str:
        return self._send("GET", path, None)

    def timed(self, paths: list[str]) -> dict[str, float]:
        for path in paths[:5]:
            self.get(path)
        took = []
        for number in range(max(ROUNDS, len(paths)) * 3):
            path = paths[number % len(paths)]
            begin = time.perf_counter()
            self.get(path)
            took.append((time.perf_counter() - begin) * 1000)
        cuts = statistics.quantiles(took, n=20)
        return {"p50": round(statistics.median(took), 1), "p95": round(cuts[18], 1)}

    def _send(self, method: str, path: str, body: dict[str, str] | None) -> str:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{PORT}{path}"
        self._connection.request(method, path, urlencode(body) if body else None, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status not in {200, 302}:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return text


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1, ensure_ascii=False))
