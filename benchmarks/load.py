"""A load generator in a process of its own: kept connections, raw sockets, nothing parsed twice.

`python -m benchmarks.load PLAN.json` prints one line of JSON. A plan is a list of scripts, one a
client; a script is a list of requests that is repeated until the time is over. A request may name
the answer of an earlier one: `{id}` and `{version}` of the last created case.
"""

import json
import re
import socket
import statistics
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb'"id": ?"([0-9a-f-]{36})"')
WARM_UP = 4.0  # seconds: the first reports read maps and definitions


@dataclass
class Result:
    times: dict[str, list[float]] = field(default_factory=dict)
    rounds: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class Connection:
    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[str, bytes]:
        """Status and body."""
        self._socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        found = _LENGTH.search(data, 0, end + 2)
        if found is None:
            raise ConnectionError("an answer without Content-Length")
        length = int(found.group(1))
        while len(data) < end + 4 + length:
            data += self._more()
        return data[9:12].decode(), data[end + 4 :]

    def _more(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part


def encode(host: str, one: dict[str, Any], case: str) -> bytes:
    body = json.dumps(one["body"], ensure_ascii=False).encode() if "body" in one else b""
    lines = [
        f"{one['method']} {one['path'].replace('{id}', case)} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {one['token']}",
        f"Content-Length: {len(body)}",
    ]
    if body:
        lines += ["Content-Type: application/json", f"Idempotency-Key: {uuid.uuid4().hex}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def client(plan: dict[str, Any], script: list[list[Any]], begin: float, result: Result) -> None:
    """Repeat the script; `script` is a list of rounds, each a list of requests."""
    connection = Connection(plan["host"], plan["port"])
    end, number = begin + plan["seconds"], 0
    while time.perf_counter() < end:
        case, measured = "", time.perf_counter() >= begin
        for one in script[number % len(script)]:
            request = encode(plan["host"], one, case)
            sent = time.perf_counter()
            status, body = connection.ask(request)
            took = time.perf_counter() - sent
            if one.get("creates") and (found := _ID.search(body)):
                case = found.group(1).decode()
            if measured:
                result.times.setdefault(one["name"], []).append(took)
                result.statuses[status] = result.statuses.get(status, 0) + 1
            if status[0] != "2" and len(result.failures) < 3:
                result.failures.append(f"{one['name']}: {status} {body[:300]!r}")
        result.rounds += measured
        number += 1


def run(plan: dict[str, Any]) -> dict[str, Any]:
    results = [Result() for _ in plan["scripts"]]
    begin = time.perf_counter() + WARM_UP
    threads = [
        threading.Thread(target=client, args=(plan, script, begin, result))
        for script, result in zip(plan["scripts"], results, strict=True)
    ]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, begin - time.perf_counter()))
    print("measuring", flush=True)
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    return summary(results, took)


def summary(results: list[Result], took: float) -> dict[str, Any]:
    names = dict.fromkeys(name for result in results for name in result.times)
    times = {name: sorted(t for r in results for t in r.times.get(name, ())) for name in names}
    statuses: dict[str, int] = {}
    for result in results:
        for status, count in result.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return {
        "seconds": round(took, 2),
        "rounds": sum(result.rounds for result in results),
        "requests": sum(len(each) for each in times.values()),
        "milliseconds": {name: percentiles(each) for name, each in times.items()},
        "statuses": statuses,
        "failures": [words for result in results for words in result.failures][:5],
    }


def percentiles(ordered: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(ordered) * 1000, 1),
        "p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
    }


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 -- a path from the command line
        given = json.load(file)
    print(json.dumps(run(given), ensure_ascii=False), flush=True)
