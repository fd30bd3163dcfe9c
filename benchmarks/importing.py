"""Import rows/s beside COPY of the same rows into the same tables with the same b-trees.

The ceiling has no row-level security and no text index; ours has both, and reads and maps a CSV.
"""

import csv
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.scratch import installation

COUNTY = "530199"
TABLES = ("incidents_incident", "incidents_incidentevent", "incidents_incidenttext")
PROFILE = """
name: bench
format: csv
timezone: Asia/Shanghai
source_id: id
text: {columns: [what]}
category: {column: kind, create: from_column, prefix: b.}
state: {column: state, map: {open: reported, closed: closed}}
opened: {column: opened}
closed: {column: closed}
place: {lon: lon, lat: lat}
"""
WORDS = "路灯不亮水管破裂垃圾堆放道路塌陷邻里纠纷噪声扰民树木倒伏井盖丢失占道经营电线下垂"


def measure(rows: int = 200_000) -> dict[str, Any]:
    """Rows/s of both and their ratio (aim: a third)."""
    with installation() as address:
        from linli.access.actor import system
        from linli.flows.counties import create_county
        from linli.incidents.importing import import_file
        from linli.incidents.imports import parse_profile

        create_county(code=COUNTY, name="测县")
        home = Path(_home())
        file = home / "bench.csv"
        _write(file, rows)
        begin, cpu = time.perf_counter(), time.process_time()
        report = import_file(
            file, parse_profile(PROFILE), county=COUNTY, by=lambda: system("benchmark")
        )
        took, cpu = time.perf_counter() - begin, time.process_time() - cpu
        ceiling = _copy_again(address, home)
    return {
        "rows": report.imported,
        "import_rows_per_s": round(report.imported / took),
        "import_cpu_us_per_row": round(cpu / report.imported * 1e6),
        "copy_rows_per_s": round(report.imported / ceiling),
        "ratio": round(ceiling / took, 3),
    }


def _home() -> str:
    from django.conf import settings

    return str(settings.ENV.home)


def _write(file: Path, rows: int) -> None:
    chance = random.Random(1)
    with file.open("w", newline="", encoding="utf-8") as handle:
        out = csv.writer(handle)
        out.writerow(["id", "what", "kind", "state", "opened", "closed", "lon", "lat"])
        for number in range(rows):
            text = "".join(chance.choices(WORDS, k=40))
            day = f"2026-{1 + number % 9:02}-{1 + number % 28:02}"
            closed = f"{day}T15:00:00" if number % 10 else ""
            state = "closed" if closed else "open"
            point = (102.2 + chance.random() * 0.7, 25.4 + chance.random())
            out.writerow(
                [number, text, f"k{number % 60}", state, f"{day}T09:00:00", closed, *point]
            )


def _copy_again(address: Any, home: Path) -> float:
    """Copy what was imported out and into bare twins of the tables; seconds for the way in."""
    import psycopg

    seconds = 0.0
    with psycopg.connect(**address.params("owner"), autocommit=True) as owner:
        owner.execute("SELECT set_config('linli.county', %s, false)", [COUNTY])
        for table in TABLES:
            file = home / table
            with (
                file.open("wb") as out,
                owner.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as rows,
            ):
                for block in rows:
                    out.write(block)
            _twin(owner, table)
            begin = time.perf_counter()
            with (
                file.open("rb") as source,
                owner.cursor().copy(f"COPY twin_{table} FROM STDIN") as rows,
            ):
                while block := source.read(1 << 20):
                    rows.write(block)
            seconds += time.perf_counter() - begin
    return seconds


def _twin(owner: Any, table: str) -> None:
    """The same columns, primary key and b-trees, but for partitions, security and text index."""
    owner.execute(f"CREATE TABLE twin_{table} (LIKE {table})")
    found = owner.execute(
        "SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table]
    ).fetchall()
    for number, (definition,) in enumerate(found):
        if " USING gin " in definition:
            continue
        columns = definition[definition.index(" USING ") :]
        owner.execute(f"CREATE INDEX twin_{table}_{number} ON twin_{table}{columns}")


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1))
