"""List, search and summary at 10,000 and 1,000,000 incidents: whole pages and JSON, one client.

Aims: p50 under 25, 30 and 10 ms (JSON 15 and 20), p95 under twice that, growth within 1.3x. The
ceiling beside them is the same server's health page: what HTTP and the process cost alone. Both
sizes lie in one PostgreSQL and are asked in turns, ten requests each: the speed of a machine
drifts by half within minutes, which no growth would be seen through.
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
from benchmarks.serving import Served, served

TURNS, EACH = 9, 10
RATES = (0.00001, 0.001, 0.02, 0.2)
SMALL = "linli_small"
Page = tuple[str, list[str]]  # whose page it is, and its addresses


def measure(base: int = 10_000, times: int = 100) -> dict[str, Any]:
    """p50 and p95 in ms and CPU ms of each page at `base` and `base * times` incidents."""
    with installation() as address:
        from linli.database.migrating import gather_statistics
        from linli.flows.demo.loading import load_demo

        logins = {one.role: one for one in load_demo(progress=lambda *_: None, count=base)}
        _work_at_the_busiest_unit(address, logins["unit_handler"])
        key = _key(logins["dispatcher"].username)
        gather_statistics(address)
        small = _copy(address)
        many = multiply(address, times)
        return in_turns({str(base): small, str(many): address}, logins, key)


def in_turns(sizes: dict[str, Any], logins: dict[str, Any], key: str) -> dict[str, Any]:
    """The same of databases that exist already, the smallest first."""
    (few, small), (many, large) = sizes.items()
    with served(small) as one, served(large) as other:
        sides = [Side(one, small, logins, key), Side(other, large, logins, key)]
        found = {name: _compare(name, sides) for name in sides[0].pages}
    growth = {name: round(b["p50"] / a["p50"], 2) for name, (a, b) in found.items()}
    return {
        few: {name: a for name, (a, _b) in found.items()},
        many: {name: b for name, (_a, b) in found.items()},
        "growth": growth,
    }


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


def _key(username: str) -> str:
    """An API key of somebody's with all rights that they have."""
    from linli.access.actor import system
    from linli.access.permissions import Permission
    from linli.accounts.models import User
    from linli.accounts.tokens import issue
    from linli.counties.opening import open_county

    with open_county(COUNTY):
        owner = User.objects.get(username=username)
        rights = [str(right) for right in Permission]
        _key, secret = issue(user=owner, name="benchmark", scopes=rights, by=system())
    return str(secret)


def _copy(address: Any) -> Any:
    """The database as it is now, under another name on the same server."""
    import psycopg
    from django.conf import settings
    from django.db import connections

    from linli.database.server import passwords
    from linli.database.server.supervisor import prepare

    connections.close_all()
    known = passwords.load(settings.ENV.home / "database" / "passwords.json")
    superuser = {"user": "postgres", "password": known[passwords.SUPERUSER], "dbname": "postgres"}
    with psycopg.connect(**address.params("owner") | superuser, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {SMALL} TEMPLATE {address.dbname}")
    prepare(settings.ENV.home, SMALL)
    return address.database(SMALL)


def _compare(name: str, sides: list["Side"]) -> tuple[dict[str, float], ...]:
    for side in sides:
        side.begin(name)
    for _turn in range(TURNS):
        for side in sides:
            side.turn(name)
    return tuple(side.result() for side in sides)


class Side:
    """A served database of one size, and what its pages took."""

    def __init__(self, server: Served, address: Any, logins: dict[str, Any], key: str) -> None:
        self._server = server
        self._clients = {who: Client(server.port) for who in ("dispatcher", "unit_handler", "key")}
        for role in ("dispatcher", "unit_handler"):
            self._clients[role].sign_in(logins[role])
        self._clients["key"].headers["Authorization"] = f"Bearer {key}"
        self.pages = _pages(address)
        self._took: list[float] = []
        self._cpu: list[dict[str, float]] = []

    def begin(self, name: str) -> None:
        self._took, self._cpu = [], []
        role, paths = self.pages[name]
        for path in (paths * 5)[:5]:
            self._clients[role].get(path)

    def turn(self, name: str) -> None:
        role, paths = self.pages[name]
        before = self._server.cpu()
        for _ in range(EACH):
            path = paths[len(self._took) % len(paths)]
            begin = time.perf_counter()
            self._clients[role].get(path)
            self._took.append((time.perf_counter() - begin) * 1000)
        after = self._server.cpu()
        self._cpu.append({kind: after[kind] - before[kind] for kind in before})

    def result(self) -> dict[str, float]:
        cuts = statistics.quantiles(self._took, n=20)
        return {
            "p50": round(statistics.median(self._took), 1),
            "p95": round(cuts[18], 1),
            "web_cpu": self._each("web"),
            "database_cpu": self._each("postgres"),
        }

    def _each(self, kind: str) -> float:
        """CPU ms a request, without the oddest turns: a process that ends takes its own away."""
        usual = sorted(turn[kind] for turn in self._cpu)[1:-1]
        return round(statistics.mean(usual) / EACH, 1)


def _pages(address: Any) -> dict[str, Page]:
    township = _one(address, "SELECT id FROM territory_area WHERE level = 1 ORDER BY code LIMIT 1")
    narrowed = urlencode({"group": "open", "township": township})
    words = [quote(word) for word in _words(address)]
    searches = [f"/{COUNTY}/incidents?q={word}" for word in words]
    api = f"/api/v1/{COUNTY}"
    return {
        "health (ceiling)": ("dispatcher", ["/healthz"]),
        "list, open in one township": ("dispatcher", [f"/{COUNTY}/incidents?{narrowed}"]),
        "list, all closed": ("dispatcher", [f"/{COUNTY}/incidents?group=closed"]),
        "list, own scope of a unit": ("unit_handler", [f"/{COUNTY}/incidents"]),
        "search": ("dispatcher", searches),
        "summary": ("dispatcher", [f"/{COUNTY}/figures"]),
        "my work": ("unit_handler", [f"/{COUNTY}/"]),
        "API: list, open in one township": ("key", [f"{api}/incidents?size=50&{narrowed}"]),
        "API: search": ("key", [f"{api}/incidents?size=50&q={word}" for word in words]),
        "API: summary": ("key", [f"{api}/summary"]),
    }


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
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}

    def sign_in(self, login: Any) -> None:
        form = self.get("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        body = {"username": login.username, "password": login.password}
        self._send(
            "POST", "/account/login/", body | {"csrfmiddlewaretoken": token[1] if token else ""}
        )

    def get(self, path: str) -> str:
        return self._send("GET", path, None)

    def _send(self, method: str, path: str, body: dict[str, str] | None) -> str:
        headers = self.headers | {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self._port}{path}"
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
